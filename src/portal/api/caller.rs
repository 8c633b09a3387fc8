//! Callers: the key that a program sends becomes what it may do, for which branches.

use axum::http::{HeaderMap, StatusCode, header};

use super::problem::Problem;
use crate::access::{ApiKeyError, key_of};
use crate::db::api_keys::ApiKey;
use crate::feed::Scope;
use crate::model::{BranchRef, KeyRight};
use crate::portal::PortalState;

/// The key of a request, if it has the right.
pub(super) async fn key_with(state: &PortalState, headers: &HeaderMap, right: KeyRight) -> Result<ApiKey, Problem> {
    let Some(text) = bearer(headers) else {
        let detail = "send a key as `Authorization: Bearer KEY`; `daybreak keys create` makes one";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, detail));
    };
    let key = match key_of(&state.db, text, state.clock.now()).await {
        Ok(key) => key,
        Err(ApiKeyError::Rows(error)) => return Err(error.into()),
        // Whether it was one once is nobody's business.
        Err(_) => return Err(Problem::new(StatusCode::UNAUTHORIZED, "this key opens nothing")),
    };
    if key.rights.contains(&right) {
        Ok(key)
    } else {
        Err(Problem::new(StatusCode::FORBIDDEN, format!("this key has not the right `{right}`")))
    }
}

/// The credentials of `Authorization: Bearer …` (RFC 6750 section 2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
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
