//! `/sign-in/openid`: somebody goes to the OpenID provider and comes back with a code (authorization code flow with PKCE,
//! state and nonce). Where they left is sealed in a cookie, so that only the browser that went can come back, and nothing
//! is kept for whoever does not. They are let in where the provider has verified the address of a user.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;

use super::limits::{Limit, hold};
use super::pages::{self, Say, own_path};
use super::provider::ProviderError;
use super::{Means, Proven, admit, session};
use crate::access::id_token::{self, Expected, TokenError};
use crate::access::sealed::Seal;
use crate::access::totp::same;
use crate::audit::{self, Actor, Change};
use crate::config::Oidc;
use crate::db::users::secrets;
use crate::model::EmailAddress;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::strangers::What;
use crate::portal::viewer::{self, Viewer};

const COOKIE: &str = "daybreak-openid";
const PURPOSE: &str = "openid";
/// How long somebody may be away.
const AWAY: TimeDelta = TimeDelta::minutes(15);

/// Where somebody left.
#[derive(Serialize, Deserialize)]
struct Left {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    until: DateTime<Utc>,
}

#[derive(Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    next: String,
}

#[derive(Default, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

#[derive(Debug, thiserror::Error)]
enum BackError {
    #[error("the provider is of no help")]
    Provider(#[from] ProviderError),
    #[error("the ID token is worth nothing")]
    Token(#[from] TokenError),
}

fn configured(state: &PortalState) -> Result<&Oidc, Fault> {
    state.config.oidc.as_ref().ok_or(Fault::NoSuchPage)
}

fn redirect(state: &PortalState) -> String {
    state.url("/sign-in/openid/back")
}

/// Sends somebody there.
pub(super) async fn begin(
    State(state): State<PortalState>,
    viewer: Viewer,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Result<Response, Fault> {
    let oidc = configured(&state)?;
    let next = own_path(&wish.unwrap_or_default().0.next);
    if !state.strangers.count(What::Provider, &viewer.origin.network(), state.clock.now()) {
        return Err(Fault::TooMany);
    }
    let provider = match state.provided.of(oidc, state.clock.now()).await {
        Ok(provider) => provider,
        Err(error) => return failed(&state, &viewer, &next, &error),
    };
    let word = || -> Result<String, Fault> { Ok(BASE64_URL_SAFE_NO_PAD.encode(state.random.bytes::<32>()?)) };
    let left = Left { state: word()?, nonce: word()?, verifier: word()?, next, until: state.clock.now() + AWAY };
    let Ok(mut url) = Url::parse(&provider.authorization_endpoint) else { return Err(Fault::NoSuchPage) };
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &oidc.client_id)
        .append_pair("redirect_uri", &redirect(&state))
        .append_pair("scope", "openid email profile")
        .append_pair("state", &left.state)
        .append_pair("nonce", &left.nonce)
        .append_pair("code_challenge", &BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&left.verifier)))
        .append_pair("code_challenge_method", "S256");
    let sealed = Seal::new(&state.pipeline.link_key)?.ticket(PURPOSE, &left, &state.random)?;
    let cookie = session::cookie(&state, COOKIE, &sealed, AWAY);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(url.as_str())).into_response())
}

fn failed(
    state: &PortalState,
    viewer: &Viewer,
    next: &str,
    error: &(dyn std::error::Error + 'static),
) -> Result<Response, Fault> {
    tracing::warn!(error, "nobody signs in at the OpenID provider");
    pages::page(state, viewer, next, "", Say::Provider)
}

/// Takes somebody back.
pub(super) async fn back(
    State(state): State<PortalState>,
    viewer: Viewer,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Result<Response, Fault> {
    let oidc = configured(&state)?;
    let Query(answer) = answer.unwrap_or_default();
    let seal = Seal::new(&state.pipeline.link_key)?;
    let left: Option<Left> = viewer::raw_cookie(&headers, COOKIE).and_then(|ticket| seal.redeem(PURPOSE, ticket));
    let left = left.filter(|left| left.until > state.clock.now() && same(&left.state, &answer.state));
    // A mail scanner, or somebody whom another sent here with a code of their own.
    let Some(left) = left else { return pages::page(&state, &viewer, "/", "", Say::Provider) };
    hold(&state, &viewer, Limit::ProofsFrom, &viewer.origin.network()).await?;
    let claims = match claims(&state, oidc, &left, &answer.code).await {
        Ok(claims) => claims,
        Err(error) => return failed(&state, &viewer, &left.next, &error),
    };
    let address = claims.email.filter(|_| claims.email_verified).map(|email| EmailAddress::normalized(&email));
    let user = match address {
        Some(address) => state.db.user_by_email(&address).await?.filter(|user| user.disabled_at.is_none()),
        None => None,
    };
    let Some(user) = user else { return pages::page(&state, &viewer, &left.next, "", Say::Stranger) };
    let kept = state.db.user_secrets(user.id).await?;
    let mut tx = state.db.begin().await?;
    // An address that changed hands there does not open the account of who had it before.
    if !secrets::bind_oidc(&mut tx, user.id, &format!("{} {}", oidc.issuer, claims.sub)).await? {
        drop(tx);
        return pages::page(&state, &viewer, &left.next, "", Say::Stranger);
    }
    if kept.oidc.is_none() {
        let change = Change {
            actor: Actor::User(user.id),
            action: "openid.bind",
            object: format!("user:{}", user.id),
            branch: None,
            detail: json!({ "issuer": oidc.issuer }),
            origin: &viewer.origin.address,
        };
        audit::record(&mut tx, change, state.clock.now()).await?;
    }
    admit(&state, &viewer, tx, Proven::User(user), Means::OpenId, &left.next).await
}

async fn claims(state: &PortalState, oidc: &Oidc, left: &Left, code: &str) -> Result<id_token::Claims, BackError> {
    let provider = state.provided.of(oidc, state.clock.now()).await?;
    let token = provider.redeem(oidc, code, &left.verifier, &redirect(state)).await?;
    let expected = Expected { issuer: &oidc.issuer, client_id: &oidc.client_id, nonce: &left.nonce };
    Ok(id_token::verify(&token, &provider.keys().await?, expected, state.clock.now())?)
}
