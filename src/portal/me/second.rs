//! `/me/second-factor`: a phone's one-time passwords are set up. The page makes a secret and sends it sealed with its
//! form, so that nothing is kept before somebody has shown a code of it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::page::{page, user};
use crate::access::sealed::Seal;
use crate::access::totp::{SECRET, SPARES, Secret, spare, spare_hash};
use crate::audit::{self, Change};
use crate::db::Tx;
use crate::db::sessions;
use crate::db::users::User;
use crate::db::users::secrets;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::sign_in::{Limit, hold, purpose, shows};
use crate::portal::viewer::Viewer;

#[derive(Serialize)]
struct Page {
    /// The secret, sealed.
    sealed: String,
    /// In groups that people can type.
    text: String,
    uri: String,
    code: Option<Code>,
    wrong: bool,
}

/// A QR code: the edge of the whole, and what to draw of it in an SVG path.
#[derive(Serialize)]
struct Code {
    edge: i32,
    path: String,
}

#[derive(Serialize)]
struct Spares {
    spares: Vec<String>,
}

/// Shows a secret that nobody has yet.
pub(super) async fn begin(State(state): State<PortalState>, viewer: Viewer) -> Result<Response, Fault> {
    let secret = Secret::new(state.random.bytes::<SECRET>()?);
    offer(&state, &viewer, user(&viewer)?, &secret, false)
}

/// A secret that a phone may take.
pub(in crate::portal) struct Offer {
    /// The secret, sealed for its user: what is sent back with a code of it.
    pub(in crate::portal) sealed: String,
    /// As people type it.
    pub(in crate::portal) text: String,
    /// As a phone reads it.
    pub(in crate::portal) uri: String,
}

impl Offer {
    fn of(state: &PortalState, user: &User, secret: &Secret) -> Result<Self, Fault> {
        let sealed = Seal::new(&state.pipeline.link_key)?.seal(&purpose(user), secret.as_bytes(), &state.random)?;
        Ok(Self {
            sealed: BASE64_URL_SAFE_NO_PAD.encode(sealed),
            text: secret.text(),
            uri: secret.uri(&state.brand.name, &user.email),
        })
    }

    /// One that nobody has yet, of which nothing is kept.
    pub(in crate::portal) fn new(state: &PortalState, user: &User) -> Result<Self, Fault> {
        Self::of(state, user, &Secret::new(state.random.bytes::<SECRET>()?))
    }
}

fn offer(state: &PortalState, viewer: &Viewer, user: &User, secret: &Secret, wrong: bool) -> Result<Response, Fault> {
    let Offer { sealed, text, uri } = Offer::of(state, user, secret)?;
    let groups: Vec<String> =
        text.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    let page = Page { sealed, text: groups.join(" "), code: drawn(&uri), uri, wrong };
    let html = state.view.page("me_second.html", &*viewer.l10n(state)?, viewer, &page)?;
    Ok((if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, Html(html)).into_response())
}

fn drawn(uri: &str) -> Option<Code> {
    let code = QrCode::encode_text(uri, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let dark = (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y));
    // Four modules of quiet around it, as the standard wants.
    let path: Vec<String> = dark.map(|(x, y)| format!("M{},{}h1v1h-1z", x + 4, y + 4)).collect();
    let path = path.concat();
    Some(Code { edge: size + 8, path })
}

#[derive(Deserialize)]
pub(super) struct Form {
    sealed: String,
    code: String,
}

/// Keeps it once a code has shown that a phone has it, and shows the spare codes this one time.
pub(super) async fn set(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let user = user(&viewer)?;
    let spares = match keep(&state, &viewer, user, (&form.sealed, &form.code)).await? {
        Kept::Now(spares) => spares,
        Kept::Before => return page(&state, &viewer, Some("me-second-there"), true).await,
        Kept::Wrong(secret) => return offer(&state, &viewer, user, &secret, true),
    };
    let html = state.view.page("me_spares.html", &*viewer.l10n(&state)?, &viewer, &Spares { spares })?;
    Ok(Html(html).into_response())
}

/// What became of a code.
pub(in crate::portal) enum Kept {
    /// The phone is the second factor from now on; these are the spare codes, which nobody is told again.
    Now(Vec<String>),
    /// There is another already.
    Before,
    /// It is none of this secret.
    Wrong(Secret),
}

/// Makes a phone a user's second factor that shows a code of the secret which it was offered, sealed; their other
/// sessions end.
pub(in crate::portal) async fn keep(
    state: &PortalState,
    viewer: &Viewer,
    user: &User,
    (sealed, code): (&str, &str),
) -> Result<Kept, Fault> {
    hold(state, viewer, Limit::Seconds, &user.id.to_string()).await?;
    let seal = Seal::new(&state.pipeline.link_key)?;
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Fault::Form)?;
    let secret = seal.open(&purpose(user), &sealed).and_then(|bytes| Secret::from_slice(&bytes)).ok_or(Fault::Form)?;
    if state.db.user_secrets(user.id).await?.totp.is_some() {
        // Whoever found an open browser does not replace it without a code of the one that is there.
        return Ok(Kept::Before);
    }
    let now = state.clock.now();
    let Some(step) = secret.step_of(code, None, now) else { return Ok(Kept::Wrong(secret)) };
    let mut spares = Vec::with_capacity(SPARES);
    for _ in 0..SPARES {
        spares.push(spare(state.random.bytes()?));
    }
    let hashes: Vec<_> = spares.iter().map(|code| spare_hash(&user.id.to_string(), code)).collect();
    let this = viewer.session.as_ref().map(|session| session.token_hash.clone()).unwrap_or_default();
    let mut tx = state.db.begin().await?;
    secrets::set_totp(&mut tx, user.id, Some((&sealed, step)), &hashes).await?;
    sessions::revoke_of(&mut tx, user.id, &this, now).await?;
    enter(state, &mut tx, viewer, user, "second-factor.set").await?;
    tx.commit().await?;
    Ok(Kept::Now(spares))
}

#[derive(Deserialize)]
pub(super) struct Removal {
    code: String,
}

/// Takes it away, of who shows a code.
pub(super) async fn remove(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Removal>,
) -> Result<Response, Fault> {
    let user = user(&viewer)?;
    if !take_away(&state, &viewer, user, &form.code).await? {
        return page(&state, &viewer, Some("signin-second-wrong"), true).await;
    }
    Ok(Redirect::to("/me").into_response())
}

/// Takes a user's second factor away, if this is a code of it, or a spare one.
pub(in crate::portal) async fn take_away(
    state: &PortalState,
    viewer: &Viewer,
    user: &User,
    code: &str,
) -> Result<bool, Fault> {
    hold(state, viewer, Limit::Seconds, &user.id.to_string()).await?;
    let kept = state.db.user_secrets(user.id).await?;
    let mut tx = state.db.begin().await?;
    if shows(state, &mut tx, user, &kept, code).await?.is_none() {
        return Ok(false);
    }
    secrets::set_totp(&mut tx, user.id, None, &[]).await?;
    enter(state, &mut tx, viewer, user, "second-factor.remove").await?;
    tx.commit().await?;
    Ok(true)
}

async fn enter(
    state: &PortalState,
    tx: &mut Tx,
    viewer: &Viewer,
    user: &User,
    action: &'static str,
) -> Result<(), Fault> {
    let change = Change {
        actor: viewer.actor(),
        action,
        object: format!("user:{}", user.id),
        branch: None,
        detail: json!({}),
        origin: &viewer.origin.address,
    };
    Ok(audit::record(tx, change, state.clock.now()).await?)
}
