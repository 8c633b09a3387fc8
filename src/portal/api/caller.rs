//! Callers: the key that a program sends, or a person's session, becomes who asks and what they may do.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};

use super::problem::Problem;
use crate::access::policy::{self, Action, Place};
use crate::access::{ApiKeyError, Principal, key_of};
use crate::audit::Actor;
use crate::db::api_keys::ApiKey;
use crate::db::reports::ReportRow;
use crate::db::sites::Location;
use crate::feed::Scope;
use crate::model::{BranchRef, KeyRight, LocationRef, ViewKind};
use crate::portal::PortalState;
use crate::portal::branch::{Site, admit};
use crate::portal::looked::witnessed;
use crate::portal::viewer::Viewer;

/// What a signed-in person's program must send with a change: no page of another site can.
const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

/// Who asks.
pub(super) struct Caller {
    pub(super) principal: Principal,
    /// Who they are in the audit log.
    pub(super) actor: Actor,
    /// From which network address.
    pub(super) origin: String,
    /// The same as the pages know them, whose functions the API calls.
    pub(super) viewer: Viewer,
}

impl FromRequestParts<PortalState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Problem> {
        let Ok(viewer) = Viewer::from_request_parts(parts, state).await;
        let origin = viewer.origin.address.clone();
        if bearer(&parts.headers).is_some() {
            let key = key(state, &parts.headers).await?;
            let actor = Actor::Key(key.id.to_string());
            let principal = Principal::Key(key);
            // A cookie beside a key says nothing.
            let viewer = Viewer { principal: principal.clone(), session: None, csrf: None, ..viewer };
            return Ok(Self { principal, actor, origin, viewer });
        }
        if viewer.principal == Principal::Nobody {
            return Err(unknown());
        }
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        let word = parts.headers.get(CSRF).and_then(|word| word.to_str().ok());
        if !reads && (word.is_none() || word != viewer.csrf.as_deref()) {
            let detail = "a change by a signed-in person needs the header X-CSRF-Token; GET /api/v1/me tells its value";
            return Err(Problem::new(StatusCode::FORBIDDEN, detail));
        }
        Ok(Self { actor: viewer.actor(), principal: viewer.principal.clone(), origin, viewer })
    }
}

impl Caller {
    /// Lets go on who may do this here; what they may not see is not there. That there is an installation is no secret.
    pub(super) fn may(&self, action: Action, place: Place<'_>) -> Result<(), Problem> {
        if policy::may(&self.principal, action, place) {
            return Ok(());
        }
        if place.branch.is_none() || !policy::opens(&self.principal, action) {
            return Err(forbidden());
        }
        Err(Problem::not_found("there is no such thing, or it is not for you"))
    }

    /// Lets go on who may do this anywhere at all; about the very thing it is asked where that is known.
    pub(super) fn opens(&self, action: Action) -> Result<(), Problem> {
        if policy::opens(&self.principal, action) { Ok(()) } else { Err(forbidden()) }
    }

    /// Notes that they looked at something of a location, as the pages do.
    pub(super) fn looked(
        &self,
        state: &PortalState,
        location: &LocationRef,
        what: ViewKind,
        subject: String,
    ) -> Result<(), Problem> {
        Ok(witnessed(state, &self.viewer, location, (what, subject))?)
    }

    /// The branches whose things they may see; none is all.
    pub(super) fn branches(&self) -> Option<&[BranchRef]> {
        match &self.principal {
            Principal::User(user) if user.role.is_ours() => None,
            Principal::User(user) => Some(&user.branches),
            Principal::Key(key) => key.branches.as_deref(),
            Principal::Customer { .. } | Principal::Link { .. } | Principal::Nobody => Some(&[]),
        }
    }

    /// The address of an end customer, who sees what was given to it.
    pub(super) fn customer(&self) -> Option<&str> {
        match &self.principal {
            Principal::Customer { address } => Some(address),
            _ => None,
        }
    }

    /// A branch whose account they may manage.
    pub(super) async fn account(&self, state: &PortalState, branch: &str) -> Result<BranchRef, Problem> {
        let nothing = || Problem::not_found("there is no such branch, or it is not for you");
        self.opens(Action::ManageAccount)?;
        let branch = BranchRef::new(branch).map_err(|_| nothing())?;
        self.may(Action::ManageAccount, Place::of(&branch))?;
        let known = state.db.branches().await?.into_iter().any(|known| known.branch == branch);
        if known { Ok(branch) } else { Err(nothing()) }
    }

    /// A location of which anything was given to them, as the pages let them in.
    pub(super) async fn site(&self, state: &PortalState, location: &str, action: Action) -> Result<Site, Problem> {
        self.opens(action)?;
        Ok(admit(state, &self.viewer, location, action).await?)
    }

    /// A location at which they may do this with everything.
    pub(super) async fn location(
        &self,
        state: &PortalState,
        location: &str,
        action: Action,
    ) -> Result<Location, Problem> {
        let nothing = || Problem::not_found("there is no such location, or it is not for you");
        let location = LocationRef::new(location).map_err(|_| nothing())?;
        let location = state.db.location(&location).await?.ok_or_else(nothing)?;
        let given = self.is_given(state, &location.location).await?;
        self.may(action, Place::given(&location.branch, given))?;
        Ok(location)
    }

    /// Whether they may do this with a report. A site that is gone is for those who may do it everywhere.
    pub(super) async fn may_report(
        &self,
        state: &PortalState,
        report: &ReportRow,
        action: Action,
    ) -> Result<(), Problem> {
        let Some(location) = state.db.location(&report.location).await? else {
            let nothing = Problem::not_found("there is no such report, or it is not for you");
            return self.may(action, Place::INSTALLATION).map_err(|_| nothing);
        };
        let mailed = match self.customer() {
            Some(address) => state.db.was_mailed(report.id, address).await?,
            None => false,
        };
        let given = mailed || self.is_given(state, &location.location).await?;
        self.may(action, Place::given(&location.branch, given))
    }

    /// Whether they are an end customer to whom the whole location was given.
    pub(super) async fn is_given(&self, state: &PortalState, location: &LocationRef) -> Result<bool, Problem> {
        Ok(match self.customer() {
            Some(address) => state.db.is_whitelisted(address, location, state.clock.now()).await?,
            None => false,
        })
    }
}

fn forbidden() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "you may not do this; nobody with your rights may")
}

fn unknown() -> Problem {
    let detail = "send a key as `Authorization: Bearer KEY`; `daybreak keys create` makes one";
    Problem::new(StatusCode::UNAUTHORIZED, detail)
}

/// The key of a request.
async fn key(state: &PortalState, headers: &HeaderMap) -> Result<ApiKey, Problem> {
    let text = bearer(headers).ok_or_else(unknown)?;
    match key_of(&state.db, text, state.clock.now()).await {
        Ok(key) => Ok(key),
        Err(ApiKeyError::Rows(error)) => Err(error.into()),
        // Whether it was one once is nobody's business.
        Err(_) => Err(Problem::new(StatusCode::UNAUTHORIZED, "this key opens nothing")),
    }
}

/// The key of a request, if it has the right.
pub(super) async fn key_with(state: &PortalState, headers: &HeaderMap, right: KeyRight) -> Result<ApiKey, Problem> {
    let key = key(state, headers).await?;
    if key.rights.contains(&right) {
        Ok(key)
    } else {
        Err(Problem::new(StatusCode::FORBIDDEN, format!("this key has not the right `{right}`")))
    }
}

/// The credentials of `Authorization: Bearer …` (RFC 6750 section 2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| credentials.trim())
}

/// For which branches a key may write.
pub(super) fn scope(key: &ApiKey) -> Scope {
    key.branches.as_ref().map_or(Scope::All, |branches| Scope::Branches(branches.iter().cloned().collect()))
}

/// The one branch that a key is for, where there is only one.
pub(super) fn only_branch(key: &ApiKey) -> Option<&BranchRef> {
    match key.branches.as_deref() {
        Some([branch]) => Some(branch),
        _ => None,
    }
}
