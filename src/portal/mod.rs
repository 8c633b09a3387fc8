//! Portal: the links of mails become pages, footage and PDFs over HTTP.
//!
//! Rows and archived bytes are read, never collected or rendered again: a page shows the frozen `report.json`. A GET
//! or HEAD changes nothing that a person would see, because mail scanners open links too. It must not know how
//! reports are built or sent.

mod account;
mod api;
mod assets;
mod branch;
mod brand;
mod demo;
mod desk;
mod fault;
mod frozen;
mod headers;
mod hosted;
mod log;
mod looked;
mod me;
mod navigation;
mod notes;
mod operations;
mod pages;
mod plain;
mod posted;
mod rooms;
mod share;
mod shown;
mod sign_in;
mod state;
mod strangers;
#[cfg(test)]
mod tests;
mod view;
mod viewer;
mod visitor;
mod watching;

use std::net::SocketAddr;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Redirect;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::access::policy::Action;
pub use notes::Notes;
use rooms::Rooms;
pub use rooms::{Door, Room};
pub use state::{PortalError, PortalState};
pub use watching::{watching, watching_alone};

/// All routes. With `demo` the index of mails stands at `/`, open to everybody who reaches the port: loopback only.
pub fn router(state: PortalState, demo: bool) -> Router {
    let (routes, _) = if demo { rooms() } else { rooms().and(front()) }.into_parts();
    let routes = if demo { routes.merge(demo::routes()) } else { routes };
    routes
        .fallback(fault::no_such_page)
        .method_not_allowed_fallback(fault::no_such_method)
        .layer(from_fn_with_state(state.clone(), api::once))
        .layer(from_fn(plain::query))
        .layer(from_fn(posted::own_site))
        .layer(from_fn_with_state(state.clone(), strangers::tell_off))
        .layer(from_fn_with_state(state.clone(), viewer::recognize))
        .layer(from_fn_with_state(state.clone(), fault::as_page))
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .layer(from_fn(headers::log))
        .with_state(state)
}

/// Every route and its door, for whoever walks them.
#[must_use]
pub fn plan() -> Vec<Room> {
    rooms().and(front()).into_parts().1
}

/// The portal's own address, where the demo has no index: the sign-in, which leads whoever is signed in on to where they
/// begin.
fn front() -> Rooms {
    Rooms::default().get("/", Door::Open, async || Redirect::to("/sign-in"))
}

fn rooms() -> Rooms {
    let opened =
        Rooms::default().get("/healthz", Door::Open, pages::health).get("/assets/{name}", Door::Open, assets::asset);
    let people = hosted::rooms().and(share::rooms()).and(sign_in::rooms()).and(me::rooms()).and(branch::rooms());
    let ours = desk::rooms().and(operations::rooms()).and(account::rooms()).and(log::rooms());
    opened.and(brand::rooms()).and(pages::rooms()).and(people).and(ours).and(api::rooms())
}

/// Serves until `shutdown`, then lets the requests under way end.
///
/// # Errors
/// What the listener says.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) -> Result<(), std::io::Error> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown.cancelled_owned()).await
}
