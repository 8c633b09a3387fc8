//! Portal: the links of mails become pages, footage and PDFs over HTTP.
//!
//! Rows and archived bytes are read, never collected or rendered again: a page shows the frozen `report.json`. A GET
//! or HEAD changes nothing that a person would see, because mail scanners open links too. It must not know how
//! reports are built or sent.

mod account;
mod api;
mod assets;
mod branch;
mod demo;
mod desk;
mod fault;
mod frozen;
mod headers;
mod hosted;
mod log;
mod looked;
mod me;
mod operations;
mod pages;
mod posted;
mod rooms;
mod share;
mod shown;
mod sign_in;
mod state;
#[cfg(test)]
mod tests;
mod view;
mod viewer;
mod visitor;
mod watching;

use std::net::SocketAddr;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::access::policy::Action;
use rooms::Rooms;
pub use rooms::{Door, Room};
pub use state::{PortalError, PortalState};
pub use watching::{watching, watching_alone};

/// All routes. With `demo` the index of mails stands at `/`, open to everybody who reaches the port: loopback only.
pub fn router(state: PortalState, demo: bool) -> Router {
    let (mut routes, _) = rooms().into_parts();
    if demo {
        routes = routes.merge(demo::routes());
    }
    routes
        .fallback(fault::no_such_page)
        .method_not_allowed_fallback(fault::no_such_method)
        .layer(from_fn_with_state(state.clone(), api::once))
        .layer(from_fn(posted::own_site))
        .layer(from_fn_with_state(state.clone(), viewer::recognize))
        .layer(from_fn_with_state(state.clone(), fault::as_page))
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .layer(from_fn(headers::log))
        .with_state(state)
}

/// Every route and its door, for whoever walks them.
#[must_use]
pub fn plan() -> Vec<Room> {
    rooms().into_parts().1
}

fn rooms() -> Rooms {
    let opened =
        Rooms::default().get("/healthz", Door::Open, pages::health).get("/assets/{name}", Door::Open, assets::asset);
    let people = hosted::rooms().and(share::rooms()).and(sign_in::rooms()).and(me::rooms()).and(branch::rooms());
    let ours = desk::rooms().and(operations::rooms()).and(account::rooms()).and(log::rooms());
    opened.and(pages::rooms()).and(people).and(ours).and(api::rooms())
}

/// Serves until `shutdown`, then lets the requests under way end.
///
/// # Errors
/// What the listener says.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) -> Result<(), std::io::Error> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown.cancelled_owned()).await
}
