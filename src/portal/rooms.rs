//! Rooms: every route with the door that it stands behind, so that none is open by oversight.
//!
//! A room is opened by [`Rooms::get`] or [`Rooms::post`], which want a [`Door`]. Who does not get in is asked to sign
//! in, or is told that there is no such page. The handler asks the policy again, about the very thing.

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use super::PortalState;
use super::fault::Fault;
use super::viewer::Viewer;
use crate::access::Principal;
use crate::access::policy::{self, Action};

/// Who gets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Everybody: it says nothing about anybody.
    Open,
    /// Whoever has the token in the address.
    Token,
    /// Programs with a key.
    Key,
    /// Who is signed in and may do this somewhere.
    Signed(Action),
}

/// A route, as the walk of the tests sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// GET (which answers HEAD, too) or POST.
    pub method: Method,
    /// Its address, with `{name}` for what differs.
    pub path: &'static str,
    /// Its door.
    pub door: Door,
}

/// Routes, and the list of them.
#[derive(Default)]
pub(super) struct Rooms {
    router: Router<PortalState>,
    plan: Vec<Room>,
}

impl Rooms {
    /// A page that is read.
    pub(super) fn get<H, T>(self, path: &'static str, door: Door, handler: H) -> Self
    where
        H: Handler<T, PortalState>,
        T: 'static,
    {
        self.open(Method::GET, path, door, get(handler))
    }

    /// Something that is changed.
    pub(super) fn post<H, T>(self, path: &'static str, door: Door, handler: H) -> Self
    where
        H: Handler<T, PortalState>,
        T: 'static,
    {
        self.open(Method::POST, path, door, post(handler))
    }

    fn open(mut self, method: Method, path: &'static str, door: Door, handler: MethodRouter<PortalState>) -> Self {
        let handler = match door {
            Door::Open | Door::Token | Door::Key => handler,
            Door::Signed(action) => {
                handler.route_layer(from_fn(move |request, next| at_the_door(action, request, next)))
            }
        };
        self.router = self.router.route(path, handler);
        self.plan.push(Room { method, path, door });
        self
    }

    /// Routes that were put together elsewhere, with their list.
    pub(super) fn of(router: Router<PortalState>, plan: Vec<Room>) -> Self {
        Self { router, plan }
    }

    /// The same rooms behind another router.
    pub(super) fn map(self, change: impl FnOnce(Router<PortalState>) -> Router<PortalState>) -> Self {
        Self { router: change(self.router), plan: self.plan }
    }

    /// These and those.
    pub(super) fn and(mut self, others: Self) -> Self {
        self.router = self.router.merge(others.router);
        self.plan.extend(others.plan);
        self
    }

    pub(super) fn into_parts(self) -> (Router<PortalState>, Vec<Room>) {
        (self.router, self.plan)
    }
}

async fn at_the_door(action: Action, request: Request, next: Next) -> Response {
    let viewer = request.extensions().get::<Viewer>();
    match viewer.map(|viewer| &viewer.principal) {
        None | Some(Principal::Nobody) => Fault::SignIn(next_page(&request)).into_response(),
        Some(principal) if policy::opens(principal, action) => next.run(request).await,
        Some(_) => Fault::Forbidden.into_response(),
    }
}

/// Where to go after the sign-in: back to what was wanted, where that was a page.
fn next_page(request: &Request) -> Option<String> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    matches!(*request.method(), Method::GET | Method::HEAD).then(|| path.to_owned())
}
