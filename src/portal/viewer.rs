//! Viewers: a request's cookie becomes who asks, what they may do, and how they read.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
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
use super::shown;
use crate::access::policy::{self, Action, Place};
use crate::access::{Principal, Token};
use crate::audit::Actor;
use crate::db::sessions::Session;
use crate::model::{EmailAddress, Language};
use crate::render::l10n::L10n;

/// The cookie's name where pages are reached over TLS: browsers keep it to this host, path / and TLS.
pub(super) const SECURE_COOKIE: &str = "__Host-daybreak";
/// Its name on a machine of one's own, without TLS.
const LOCAL_COOKIE: &str = "daybreak";
/// A user's session that is not used for so long has ended.
const IDLE: TimeDelta = TimeDelta::hours(12);
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
    /// The path that was asked for.
    pub(super) here: String,
}

/// From where, and with what, a request came.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    /// Network address; empty where it is not known.
    pub(super) address: String,
    /// What the program calls itself, of 300 characters at most.
    pub(super) agent: String,
}

impl Origin {
    /// The network under which tries from here are counted: of IPv6 the first 64 bits (RFC 4291 section 2.5.1), because
    /// one machine has all the rest for itself.
    pub(super) fn network(&self) -> String {
        match self.address.parse::<Ipv6Addr>() {
            Ok(address) => {
                let mut segments = address.segments();
                segments[4..].fill(0);
                format!("{}/64", Ipv6Addr::from(segments))
            }
            Err(_) => self.address.clone(),
        }
    }
}

impl Viewer {
    /// Whether they may do this here; what they may not see is not there.
    pub(super) fn may(&self, action: Action, place: Place<'_>) -> Result<(), Fault> {
        if policy::may(&self.principal, action, place) { Ok(()) } else { Err(Fault::NoSuchPage) }
    }

    /// Whether the session with which they came still holds, and is of the same person in the same role; for answers that
    /// take long.
    pub(super) async fn is_still_in(&self, state: &PortalState) -> bool {
        let Some(known) = &self.session else { return false };
        let Ok(Some(session)) = state.db.session(&known.token_hash).await else { return false };
        let lives = session.revoked_at.is_none() && session.expires_at > state.clock.now();
        match &self.principal {
            Principal::User(user) => {
                let now = state.db.user(user.id).await.ok().flatten();
                lives && now.is_some_and(|now| now.disabled_at.is_none() && now.role == user.role)
            }
            _ => lives,
        }
    }

    /// Their language and conventions.
    pub(super) fn l10n(&self, state: &PortalState) -> Result<Arc<L10n>, Fault> {
        state.view.l10n(self.language, &self.locale)
    }

    /// Who they are in the access log, and to those to whom they show something: their address; a program's key by its
    /// first characters and its name.
    pub(super) fn person(&self) -> String {
        match &self.principal {
            Principal::Key(key) => shown::line(&format!("key:{} {}", key.prefix, key.name), 200),
            other => other.address().unwrap_or_default().to_owned(),
        }
    }

    /// Who they are in the audit log.
    pub(super) fn actor(&self) -> Actor {
        match &self.principal {
            Principal::User(user) => Actor::User(user.id),
            Principal::Customer { address } => Actor::Address(address.clone()),
            Principal::Link { delivery, .. } => Actor::Link(*delivery),
            Principal::Key(key) => Actor::Key(key.id.to_string()),
            Principal::Nobody => Actor::Address(String::new()),
        }
    }
}

impl FromRequestParts<PortalState> for Viewer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &PortalState) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>().cloned();
        Ok(known.unwrap_or_else(|| Self::nobody(&parts.headers, Origin::default(), parts.uri.path())))
    }
}

impl Viewer {
    fn nobody(headers: &HeaderMap, origin: Origin, path: &str) -> Self {
        let language = fault::accepted(headers);
        let locale = language.tag().to_owned();
        let here = path.to_owned();
        Self { principal: Principal::Nobody, session: None, csrf: None, origin, language, locale, here }
    }
}

/// Finds out who asks, before any handler.
pub(super) async fn recognize(State(state): State<PortalState>, mut request: Request, next: Next) -> Response {
    let origin = origin(&request, state.config.portal.proxies);
    let token = cookie(request.headers(), cookie_name(&state));
    let nobody = Viewer::nobody(request.headers(), origin, request.uri().path());
    let viewer = match token {
        Some(token) => match signed_in(&state, &token, &nobody).await {
            Ok(viewer) => viewer.unwrap_or(nobody),
            Err(fault) => return fault.into_response(),
        },
        None => nobody,
    };
    request.extensions_mut().insert(viewer.clone());
    let mut response = next.run(request).await;
    // The page of a fault is written further out, and is theirs, too.
    response.extensions_mut().insert(viewer);
    response
}

async fn signed_in(state: &PortalState, token: &Token, nobody: &Viewer) -> Result<Option<Viewer>, Fault> {
    let now = state.clock.now();
    let Some(session) = state.db.session(&token.hash()).await? else { return Ok(None) };
    if session.revoked_at.is_some() || session.expires_at <= now {
        return Ok(None);
    }
    let principal = match (session.user_id, &session.address) {
        (Some(id), _) => match state.db.user(id).await? {
            // Whoever has left the room without signing out is out after a while.
            Some(user) if user.disabled_at.is_none() && now - session.seen_at < IDLE => Principal::User(user),
            _ => return Ok(None),
        },
        (None, Some(address)) => Principal::Customer { address: address.clone() },
        (None, None) => return Ok(None),
    };
    if now - session.seen_at > SEEN_EVERY {
        state.notes.session(&session.token_hash, now);
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
        here: nobody.here.clone(),
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

/// The token in a cookie.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<Token> {
    raw_cookie(headers, name).and_then(Token::parse)
}

/// What a cookie holds.
pub(super) fn raw_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    pairs
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// The address that the outermost of our proxies was asked from: the one that it added to `X-Forwarded-For` itself.
/// What stands before it anybody may have written.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<String> {
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let list: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let place = list.len().checked_sub(proxies).filter(|_| proxies > 0)?;
    let address: IpAddr = match list[place].parse::<SocketAddr>() {
        Ok(address) => address.ip(),
        Err(_) => list[place].trim_matches(['[', ']']).parse().ok()?,
    };
    Some(address.to_canonical().to_string())
}

fn origin(request: &Request, proxies: usize) -> Origin {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let address = address.map(|ConnectInfo(address)| address.ip().to_canonical().to_string());
    let agent = request.headers().get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    Origin {
        address: forwarded(request.headers(), proxies).or(address).unwrap_or_default(),
        agent: agent.unwrap_or_default().chars().take(300).collect(),
    }
}

/// The one form of the address that a form was given, or none.
pub(super) fn address_in(raw: &str) -> Option<EmailAddress> {
    EmailAddress::new(EmailAddress::normalized(raw)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_counted_by_network() {
        let network = |address: &str| Origin { address: address.into(), agent: String::new() }.network();
        assert_eq!(network("2001:db8:1:2:aaaa::1"), network("2001:db8:1:2::ffff"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!((network("192.0.2.1").as_str(), network("").as_str()), ("192.0.2.1", ""));
    }

    #[test]
    fn an_address_is_believed_of_our_own_proxies_only() {
        let from = |lines: &[&str], proxies| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            forwarded(&headers, proxies)
        };
        assert_eq!(from(&["192.0.2.1"], 0), None);
        assert_eq!(from(&["6.6.6.6, 192.0.2.1"], 1).as_deref(), Some("192.0.2.1"), "what somebody wrote before is not");
        assert_eq!(from(&["6.6.6.6", "192.0.2.1, 10.0.0.1"], 2).as_deref(), Some("192.0.2.1"));
        assert_eq!(from(&["::ffff:192.0.2.1"], 1).as_deref(), Some("192.0.2.1"));
        assert_eq!(from(&["[2001:db8::1]:443"], 1).as_deref(), Some("2001:db8::1"));
        assert_eq!(from(&["192.0.2.1:5000"], 1).as_deref(), Some("192.0.2.1"));
        assert_eq!(from(&["192.0.2.1"], 2), None);
        assert_eq!(from(&["unknown"], 1), None);
    }
}
