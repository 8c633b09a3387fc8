//! Portal: the links of mails become pages, footage and PDFs over HTTP.
//!
//! Rows and archived bytes are read, never collected or rendered again: a page shows the frozen `report.json`. A GET
//! or HEAD changes nothing that a person would see, because mail scanners open links too. It must not know how
//! reports are built or sent.

mod api;
mod assets;
mod demo;
mod fault;
mod frozen;
mod headers;
mod hosted;
mod pages;
mod shown;
mod state;
#[cfg(test)]
mod tests;
mod view;
mod visitor;
mod watching;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use state::{PortalError, PortalState};
pub use watching::{watching, watching_alone};

/// All routes. With `demo` the index of mails stands at `/`, open to everybody who reaches the port: loopback only.
pub fn router(state: PortalState, demo: bool) -> Router {
    let mut routes = Router::new()
        .route("/healthz", get(pages::health))
        .route("/assets/{name}", get(assets::asset))
        .route("/r/{token}", get(pages::report))
        .route("/r/{token}/clip/{number}", get(pages::report_clip))
        .route("/r/{token}/photo/{number}", get(pages::report_photo))
        .route("/r/{token}/pdf", get(pages::report_pdf))
        .route("/r/{token}/revisions", get(hosted::revisions))
        .route("/r/{token}/feedback", get(hosted::ask).post(hosted::say))
        .route("/i/{token}", get(pages::incident))
        .route("/i/{token}/clip/{number}", get(pages::incident_clip))
        .route("/i/{token}/photo", get(pages::incident_photo))
        .route("/p/{token}", get(pages::pdf))
        .route("/c/{token}", get(pages::clip))
        .route("/u/{token}", get(pages::unsubscribe).post(pages::unsubscribe_now))
        .route("/new-link/{token}", post(pages::ask));
    routes = routes.merge(api::routes());
    if demo {
        routes = routes.merge(demo::routes());
    }
    routes
        .fallback(fault::no_such_page)
        .method_not_allowed_fallback(fault::no_such_method)
        .layer(from_fn_with_state(state.clone(), fault::as_page))
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .layer(from_fn(headers::log))
        .with_state(state)
}

/// Serves until `shutdown`, then lets the requests under way end.
///
/// # Errors
/// What the listener says.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) -> Result<(), std::io::Error> {
    axum::serve(listener, router).with_graceful_shutdown(shutdown.cancelled_owned()).await
}
