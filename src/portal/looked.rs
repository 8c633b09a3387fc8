//! Looked: who opened what by a mail's link becomes an entry of the access log.
//!
//! It is a log and no effect: nothing that a person sees on a page changes by it, and a page is shown though it cannot be
//! written.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, Method, header};
use chrono::TimeDelta;
use uuid::Uuid;

use super::PortalState;
use super::fault::Fault;
use super::viewer::{Origin, Viewer};
use super::visitor::Visitor;
use crate::access::scanner::{Glance, is_scanner};
use crate::db::views::Viewed;
use crate::model::{EmailAddress, LocationRef, ViewKind};

/// Namespace of the log's ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x0b5e_77a3_4f1c_5d2e_8c6a_91d0_3e48_a7c2);

/// How a request was made, as far as it tells a person from a program. A handler takes it as an argument.
#[derive(Debug, Clone)]
pub(super) struct Looker {
    origin: Origin,
    head: bool,
    has_language: bool,
    ahead: bool,
}

impl FromRequestParts<PortalState> for Looker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Infallible> {
        let viewer = Viewer::from_request_parts(parts, state).await?;
        let told = |name: &HeaderName| parts.headers.get(name).is_some_and(|value| !value.is_empty());
        let ahead = [HeaderName::from_static("sec-purpose"), HeaderName::from_static("purpose")];
        Ok(Self {
            origin: viewer.origin,
            head: parts.method == Method::HEAD,
            has_language: told(&header::ACCEPT_LANGUAGE),
            ahead: ahead.iter().any(told),
        })
    }
}

/// Notes that who is signed in, or a program with a key, looked at something of a location: mail scanners have neither.
/// The answer does not wait for it: on the embedded database the one writer may be busy with a night.
pub(super) fn witnessed(
    state: &PortalState,
    viewer: &Viewer,
    location: &LocationRef,
    (what, subject): (ViewKind, String),
) -> Result<(), Fault> {
    let view = Viewed {
        id: state.random.id()?,
        at: state.clock.now(),
        location: location.clone(),
        person: viewer.person(),
        as_what: viewer.principal.word().to_owned(),
        what,
        subject,
        origin: viewer.origin.address.clone(),
        agent: viewer.origin.agent.clone(),
        scanner: false,
    };
    state.notes.look(view);
    Ok(())
}

/// Somebody who looks, as the log names them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Someone<'a> {
    /// Their address, in its one form.
    pub(super) person: &'a str,
    /// How they came: `link`, `share`, `customer`, `branch`, `staff` or `operations`.
    pub(super) as_what: &'a str,
    /// How long ago the mail left that carried their link.
    pub(super) since_sent: Option<TimeDelta>,
}

/// Notes that a visitor looked at something of a location: `subject` is `report:ID`, `incident:REF`, `clip:REF`. The same
/// look within a minute (a player asks for a clip in pieces) is one.
pub(super) async fn looked(
    state: &PortalState,
    visitor: &Visitor,
    looker: &Looker,
    location: &LocationRef,
    seen: (ViewKind, String),
) {
    let Some(delivery) = &visitor.delivery else { return };
    let person = EmailAddress::normalized(&delivery.email);
    let since_sent = delivery.finished_at.map(|sent| state.clock.now() - sent);
    looked_as(state, Someone { person: &person, as_what: "link", since_sent }, looker, location, seen).await;
}

/// The same of anybody.
pub(super) async fn looked_as(
    state: &PortalState,
    someone: Someone<'_>,
    looker: &Looker,
    location: &LocationRef,
    (what, subject): (ViewKind, String),
) {
    let now = state.clock.now();
    let Someone { person, as_what, since_sent } = someone;
    let Origin { address, agent } = &looker.origin;
    let lately = now - TimeDelta::seconds(1);
    let others = state.db.views_by(person, lately, &subject).await.unwrap_or(0);
    let scanner = is_scanner(&Glance {
        head: looker.head,
        agent,
        has_language: looker.has_language,
        ahead: looker.ahead,
        since_sent,
        others: others + state.notes.others(person, lately, &subject),
    });
    let minute = now.timestamp() / 60;
    let key = format!("{person}\0{what}\0{subject}\0{address}\0{agent}\0{scanner}\0{minute}");
    let view = Viewed {
        id: Uuid::new_v5(&NAMESPACE, key.as_bytes()),
        at: now,
        location: location.clone(),
        person: person.to_owned(),
        as_what: as_what.to_owned(),
        what,
        subject,
        origin: address.clone(),
        agent: agent.clone(),
        scanner,
    };
    let number = state.notes.look(view);
    state.notes.settled(number).await;
}
