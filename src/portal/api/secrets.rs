//! Secrets: a person's own password and second factor, and how they read.
//!
//! For signed-in users only, and never with a key. What is answered here is told once: it is stored nowhere but sealed or
//! hashed, neither for caches nor for the repeats of a request.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::{Door, Endpoint};
use super::input::Input;
use super::problem::Problem;
use crate::access::{Action, Principal, password};
use crate::db::users::User;
use crate::portal::PortalState;
use crate::portal::me::{Kept, Offer, WRONG_PASSWORD, change_password, keep_second, speak, take_second_away};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let often = "It was tried as often as it may be; try again in a quarter of an hour.";
    let all = vec![
        Endpoint::post(
            "/api/v1/me/language",
            ("setLanguage", "about", "Set the language and conventions in which you are written to."),
            language,
        )
        .takes::<Language>()
        .answers_with_nothing(204, "It is set."),
        Endpoint::post(
            "/api/v1/me/password",
            ("setPassword", "about", "Set your password, and end your other sessions."),
            set_password,
        )
        .takes::<NewPassword>()
        .answers_with_nothing(204, "It is set; your other sessions have ended.")
        .problem(429, often),
        Endpoint::get(
            "/api/v1/me/second-factor",
            ("getSecondFactor", "about", "Whether you have a second factor."),
            second,
        )
        .answers::<SecondView>(200, "How it stands."),
        Endpoint::post(
            "/api/v1/me/second-factor/begin",
            (
                "beginSecondFactor",
                "about",
                "Make a secret for your phone; nothing is kept of it before `confirmSecondFactor`.",
            ),
            begin,
        )
        .answers::<OfferView>(200, "It; nobody is told it again."),
        Endpoint::post(
            "/api/v1/me/second-factor/confirm",
            ("confirmSecondFactor", "about", "Make the phone your second factor by a code that it shows."),
            confirm,
        )
        .takes::<Confirmation>()
        .answers::<SparesView>(200, "It is; your other sessions have ended.")
        .problem(409, "You have one already: take it away first.")
        .problem(429, often),
        Endpoint::post(
            "/api/v1/me/second-factor/remove",
            ("removeSecondFactor", "about", "Take your second factor away by a code of it, or a spare one."),
            remove,
        )
        .takes::<Code>()
        .answers_with_nothing(204, "You have none.")
        .problem(429, often),
    ];
    all.into_iter().map(|endpoint| endpoint.behind(Door::Person)).collect()
}

/// The user who is signed in.
fn user(caller: &Caller) -> Result<&User, Problem> {
    caller.opens(Action::ManageSelf)?;
    match &caller.principal {
        Principal::User(user) => Ok(user),
        _ => Err(Problem::new(StatusCode::FORBIDDEN, "customers sign in by e-mail, and have nothing to set")),
    }
}

fn wrong(field: &str, detail: impl Into<String>) -> Problem {
    Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail)
}

/// How somebody reads.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Language {
    /// BCP 47, such as `de-CH`; the browser's if it is null or left out.
    #[serde(default)]
    #[schemars(length(max = 35), extend("pattern" = "^[A-Za-z0-9-]*$"))]
    locale: Option<String>,
}

async fn language(
    State(state): State<PortalState>,
    caller: Caller,
    input: Result<Input<Language>, Problem>,
) -> Result<StatusCode, Problem> {
    let user = user(&caller)?;
    let Input(new) = input?;
    if speak(&state, &caller.viewer, user, new.locale.as_deref().unwrap_or_default()).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(wrong("locale", "is no language tag such as en-GB"))
}

/// A password, and the one before it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// The one that is to be replaced; may be left out where there is none.
    #[serde(default)]
    current: String,
    /// The new one.
    #[schemars(length(min = 12, max = 256))]
    password: String,
}

async fn set_password(
    State(state): State<PortalState>,
    caller: Caller,
    input: Result<Input<NewPassword>, Problem>,
) -> Result<StatusCode, Problem> {
    let user = user(&caller)?;
    let Input(new) = input?;
    let again = new.password.clone();
    let typed = (new.current, new.password, again.as_str());
    match change_password(&state, &caller.viewer, user, typed, "api").await? {
        None => Ok(StatusCode::NO_CONTENT),
        Some(WRONG_PASSWORD) => Err(wrong("current", "is not your password")),
        Some("signin-password-told") => Err(wrong("password", "is your own name or address, or easily guessed")),
        Some(_) => {
            let (shortest, longest) = (password::SHORTEST, password::LONGEST);
            Err(wrong("password", format!("must have from {shortest} to {longest} characters")))
        }
    }
}

/// How somebody's second factor stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SecondFactor")]
struct SecondView {
    /// Whether they have one.
    set: bool,
    /// How many of its spare codes are left.
    spares: i64,
    /// Whether they have a password.
    password: bool,
}

async fn second(State(state): State<PortalState>, caller: Caller) -> Result<Json<SecondView>, Problem> {
    let user = user(&caller)?;
    let kept = state.db.user_secrets(user.id).await?;
    let spares = state.db.spares_left(user.id).await?;
    Ok(Json(SecondView { set: kept.totp.is_some(), spares, password: kept.password.is_some() }))
}

/// A secret for a phone.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SecondFactorOffer")]
struct OfferView {
    /// It, sealed: to be sent back with a code of it.
    sealed: String,
    /// As people type it (Base32).
    secret: String,
    /// As phones read it (`otpauth:`), from a QR code.
    uri: String,
}

async fn begin(State(state): State<PortalState>, caller: Caller) -> Result<Json<OfferView>, Problem> {
    let Offer { sealed, text, uri } = Offer::new(&state, user(&caller)?)?;
    Ok(Json(OfferView { sealed, secret: text, uri }))
}

/// A code of a secret.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// The secret as it was sealed.
    #[schemars(length(max = 1000))]
    sealed: String,
    /// What the phone shows.
    #[schemars(length(max = 100))]
    code: String,
}

/// Codes for who has lost their phone.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SpareCodes")]
struct SparesView {
    /// Each is good once; nobody is told them again.
    spares: Vec<String>,
}

/// The longest sealed secret and code, in characters.
const LONGEST_SEALED: usize = 1_000;
const LONGEST_CODE: usize = 100;

fn short(field: &str, text: &str, most: usize) -> Result<(), Problem> {
    if text.chars().count() <= most { Ok(()) } else { Err(wrong(field, format!("has more than {most} characters"))) }
}

async fn confirm(
    State(state): State<PortalState>,
    caller: Caller,
    input: Result<Input<Confirmation>, Problem>,
) -> Result<Json<SparesView>, Problem> {
    let user = user(&caller)?;
    let Input(shown) = input?;
    short("sealed", &shown.sealed, LONGEST_SEALED)?;
    short("code", &shown.code, LONGEST_CODE)?;
    match keep_second(&state, &caller.viewer, user, (&shown.sealed, &shown.code)).await? {
        Kept::Now(spares) => Ok(Json(SparesView { spares })),
        Kept::Before => Err(Problem::new(StatusCode::CONFLICT, "you have a second factor: take it away first")),
        Kept::Wrong(_) => Err(wrong("code", "is none of this secret")),
    }
}

/// A code.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Code {
    /// What the phone shows, or a spare code.
    #[schemars(length(max = 100))]
    code: String,
}

async fn remove(
    State(state): State<PortalState>,
    caller: Caller,
    input: Result<Input<Code>, Problem>,
) -> Result<StatusCode, Problem> {
    let user = user(&caller)?;
    let Input(shown) = input?;
    short("code", &shown.code, LONGEST_CODE)?;
    if take_second_away(&state, &caller.viewer, user, &shown.code).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(wrong("code", "is not one of yours"))
}
