//! Viewers: a request's cookie becomes who asks, what they may do, and how they read.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use super::PortalState;
use super::fault::{self, Fault};
use crate::access::policy::{self, Action, Place};
use crate::access::{Principal, Token};
use crate::audit::Actor;
use crate::db::sessions::Session;
use crate::model::{EmailAddress, Language};
use crate::render::l10n::L10n;

/// The cookie's name where pages are reached over TLS: browsers keep it to this host, path / and TLS.
const SECURE_COOKIE: &str = "__Host-daybreak";
/// Its name on a machine of one's own, without TLS.
const LOCAL_COOKIE: &str = "daybreak";
/// That a session is used is noted no more often than this.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Who asks. Every request has one, and a handler takes it as an argument.
#[derive(Debug, Clone)]
pub(super) struct Viewer {
    pub(super) principal: Principal,
    pub(super) session: Option<Arc<Session>>,
    /// What a form must carry to change something; none without a session.
    pub(super) csrf: Option<String>,
    pub(super) origin: Origin,
    pub(super) language: Language,
    /// Locale of dates and numbers (BCP 47).
    pub(super) locale: String,
}

/// From where, and with what, a request came.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    /// Network address; empty where it is not known.
    pub(super) address: String,
    /// What the program calls itself, of 300 characters at most.
    pub(super) agent: String,
}

impl Viewer {
    /// Whether they may do this here; what they may not see is not there.
    pub(super) fn may(&self, action: Action, place: Place<'_>) -> Result<(), Fault> {
        if policy::may(&self.principal, action, place) { Ok(()) } else { Err(Fault::NoSuchPage) }
    }

    /// Their language and conventions.
    pub(super) fn l10n(&self, state: &PortalState) -> Result<Arc<L10n>, Fault> {
        state.view.l10n(self.language, &self.locale)
    }

    /// Who they are in the audit log.
    pub(super) fn actor(&self) -> Actor {
        match &self.principal {
            Principal::User(user) => Actor::User(user.id),
            Principal::Customer { address } => Actor::Address(address.clone()),
            Principal::Link { delivery, .. } => Actor::Link(*delivery),
            Principal::Nobody => Actor::Address(String::new()),
        }
    }
}

impl FromRequestParts<PortalState> for Viewer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &PortalState) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self::nobody(&parts.headers, Origin::default())))
    }
}

impl Viewer {
    fn nobody(headers: &HeaderMap, origin: Origin) -> Self {
        let language = fault::accepted(headers);
        let locale = language.tag().to_owned();
        Self { principal: Principal::Nobody, session: None, csrf: None, origin, language, locale }
    }
}

/// Finds out who asks, before any handler.
pub(super) async fn recognize(State(state): State<PortalState>, mut request: Request, next: Next) -> Response {
    let origin = origin(&request);
    let token = cookie(request.headers(), cookie_name(&state));
    let nobody = Viewer::nobody(request.headers(), origin);
    let viewer = match token {
        Some(token) => match signed_in(&state, &token, &nobody).await {
            Ok(viewer) => viewer.unwrap_or(nobody),
            Err(fault) => return fault.into_response(),
        },
        None => nobody,
    };
    request.extensions_mut().insert(viewer);
    next.run(request).await
}

async fn signed_in(state: &PortalState, token: &Token, nobody: &Viewer) -> Result<Option<Viewer>, Fault> {
    let now = state.clock.now();
    let Some(session) = state.db.session(&token.hash()).await? else { return Ok(None) };
    if session.revoked_at.is_some() || session.expires_at <= now {
        return Ok(None);
    }
    let principal = match (session.user_id, &session.address) {
        (Some(id), _) => match state.db.user(id).await? {
            Some(user) if user.disabled_at.is_none() => Principal::User(user),
            _ => return Ok(None),
        },
        (None, Some(address)) => Principal::Customer { address: address.clone() },
        (None, None) => return Ok(None),
    };
    if now - session.seen_at > SEEN_EVERY {
        state.db.session_seen(&session.token_hash, now).await?;
    }
    let locale = match &principal {
        Principal::User(user) => user.locale.clone(),
        _ => None,
    };
    let locale = locale.unwrap_or_else(|| session.language.clone());
    Ok(Some(Viewer {
        principal,
        csrf: Some(csrf(token)),
        language: Language::of_locale(Some(&locale)),
        locale,
        session: Some(Arc::new(session)),
        origin: nobody.origin.clone(),
    }))
}

/// What the forms of a session carry: it follows from the cookie's token, which no other site can read.
pub(super) fn csrf(token: &Token) -> String {
    hex::encode(&Sha256::digest(format!("daybreak form\0{token}"))[..20])
}

/// The cookie's name in this installation.
pub(super) fn cookie_name(state: &PortalState) -> &'static str {
    if state.is_secure() { SECURE_COOKIE } else { LOCAL_COOKIE }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<Token> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    pairs
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .and_then(|(_, value)| Token::parse(value))
}

fn origin(request: &Request) -> Origin {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let agent = request.headers().get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    Origin {
        address: address.map(|ConnectInfo(address)| address.ip().to_canonical().to_string()).unwrap_or_default(),
        agent: agent.unwrap_or_default().chars().take(300).collect(),
    }
}

/// The one form of the address that a form was given, or none.
pub(super) fn address_in(raw: &str) -> Option<EmailAddress> {
    EmailAddress::new(EmailAddress::normalized(raw)).ok()
}
