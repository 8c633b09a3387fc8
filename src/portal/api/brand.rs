//! Brands: what a branch's mails and pages carry in the place of the house's.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use schemars::{JsonSchema, json_schema};
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Input;
use super::problem::{FieldError, Problem};
use crate::accounts::By;
use crate::accounts::brands::{self, BrandError, BrandFault, Wish};
use crate::db::brands::KeptBrand;
use crate::model::{BranchRef, Logo};
use crate::portal::PortalState;
use crate::portal::shown::logo_path;
use crate::render::{LogoPicture, MOST_LOGO_BYTES};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_branch = |endpoint: Endpoint| endpoint.parameter("branch", "The branch's ref.", None);
    vec![
        of_branch(
            Endpoint::get(
                "/api/v1/branches/{branch}/brand",
                ("getBrand", "sites", "What a branch's mails and pages carry in the place of the installation's."),
                look,
            )
            .answers::<BrandView>(200, "It; null is the installation's."),
        ),
        of_branch(
            Endpoint::put(
                "/api/v1/branches/{branch}/brand",
                ("setBrand", "sites", "Replace a branch's brand, from the next report on; its logo stays."),
                set,
            )
            .takes::<NewBrand>()
            .answers::<BrandView>(200, "As it is now."),
        ),
        of_branch(
            Endpoint::put(
                "/api/v1/branches/{branch}/brand/logo",
                ("setLogo", "sites", "Replace a branch's logo, from the next report on."),
                set_logo,
            )
            .takes_as("application/octet-stream", |_| {
                json_schema!({ "type": "string", "format": "binary", "description": "A PNG or JPEG, by its content." })
            })
            .answers::<BrandView>(200, "As it is now.")
            .problem(413, "It is larger than 1 MiB."),
        ),
        of_branch(
            Endpoint::post(
                "/api/v1/branches/{branch}/brand/logo/remove",
                ("removeLogo", "sites", "Take a branch's logo away."),
                remove_logo,
            )
            .answers_with_nothing(204, "It has none."),
        ),
    ]
}

/// A branch's brand; what is null is the installation's.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Brand")]
struct BrandView {
    branch: BranchRef,
    name: Option<String>,
    /// The name in `From`; the address there is always the installation's.
    sender: Option<String>,
    /// Where answers go.
    reply_to: Option<String>,
    /// Accent colour on light ground.
    color: Option<String>,
    /// Accent colour on dark ground; worked out from `color` where it is null.
    color_dark: Option<String>,
    logo: Option<LogoView>,
    /// When it was set.
    changed_at: Option<DateTime<Utc>>,
    /// By whom, as the audit log names them.
    changed_by: Option<String>,
    /// The installation's, which hold where the branch's own are null.
    installation: HouseView,
}

/// What mails and pages carry of the installation's.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "InstallationBrand")]
struct HouseView {
    name: String,
    /// The name in `From`.
    sender: String,
    /// The address in `From`, of every branch's mails.
    from: String,
    reply_to: String,
    color: String,
}

impl HouseView {
    fn of(state: &PortalState) -> Self {
        let mail = &state.config.mail;
        Self {
            name: state.brand.name.clone(),
            sender: mail.from_name.as_ref().unwrap_or(&state.brand.name).clone(),
            from: mail.from.as_str().to_owned(),
            reply_to: mail.reply_to.as_ref().unwrap_or(&mail.from).as_str().to_owned(),
            color: state.brand.color.clone(),
        }
    }
}

/// A logo.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Logo")]
struct LogoView {
    sha256: String,
    /// In pixels; it is shown half as large.
    width: u32,
    /// In pixels.
    height: u32,
    /// Where it is served.
    href: String,
}

impl BrandView {
    fn of(branch: BranchRef, kept: Option<KeptBrand>, installation: HouseView) -> Self {
        let (changed_at, changed_by) = kept.as_ref().map(|kept| (kept.changed_at, kept.changed_by.clone())).unzip();
        let brand = kept.map(|kept| kept.brand).unwrap_or_default();
        let logo = |logo: Logo| LogoView {
            href: logo_path(&logo),
            sha256: logo.sha256,
            width: logo.width,
            height: logo.height,
        };
        Self {
            branch,
            name: brand.name,
            sender: brand.sender,
            reply_to: brand.reply_to.map(Into::into),
            color: brand.color.map(Into::into),
            color_dark: brand.color_dark.map(Into::into),
            logo: brand.logo.map(logo),
            changed_at,
            changed_by,
            installation,
        }
    }
}

/// A branch's brand to be; what is absent or null becomes the installation's.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewBrand {
    #[serde(default)]
    #[schemars(length(max = 80))]
    name: Option<String>,
    /// The name in `From`, without an @.
    #[serde(default)]
    #[schemars(length(max = 80), extend("pattern" = "^[^@]*$"))]
    sender: Option<String>,
    /// Where answers go.
    #[serde(default)]
    #[schemars(extend("format" = "email"))]
    reply_to: Option<String>,
    /// Accent colour on light ground, on which white text can be read.
    #[serde(default)]
    #[schemars(extend("pattern" = "^(#[0-9A-Fa-f]{6})?$"))]
    color: Option<String>,
    /// Accent colour on dark ground.
    #[serde(default)]
    #[schemars(extend("pattern" = "^(#[0-9A-Fa-f]{6})?$"))]
    color_dark: Option<String>,
}

fn by<'a>(state: &PortalState, caller: &'a Caller) -> By<'a> {
    By { actor: caller.actor.clone(), origin: &caller.origin, now: state.clock.now() }
}

async fn now_is(state: &PortalState, branch: BranchRef) -> Result<Json<BrandView>, Problem> {
    let kept = state.db.brand(&branch).await?;
    Ok(Json(BrandView::of(branch, kept, HouseView::of(state))))
}

async fn look(
    State(state): State<PortalState>,
    caller: Caller,
    Path(wanted): Path<String>,
) -> Result<Json<BrandView>, Problem> {
    let branch = caller.account(&state, &wanted).await?;
    now_is(&state, branch).await
}

async fn set(
    State(state): State<PortalState>,
    caller: Caller,
    Path(wanted): Path<String>,
    input: Result<Input<NewBrand>, Problem>,
) -> Result<Json<BrandView>, Problem> {
    let branch = caller.account(&state, &wanted).await?;
    let Input(new) = input?;
    let wish = Wish {
        name: new.name.as_deref().unwrap_or_default(),
        sender: new.sender.as_deref().unwrap_or_default(),
        reply_to: new.reply_to.as_deref().unwrap_or_default(),
        color: new.color.as_deref().unwrap_or_default(),
        color_dark: new.color_dark.as_deref().unwrap_or_default(),
    };
    if new.reply_to.as_deref() == Some("") {
        let detail = "is no address; null leaves it to the installation";
        return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "reply_to", detail));
    }
    let rules = state.db.domain_rules(&branch).await?;
    let brand = brands::check(wish, &rules).map_err(|faults| wrong(&faults))?;
    let mut tx = state.db.begin().await?;
    brands::set(&mut tx, &branch, brand, &by(&state, &caller)).await?;
    tx.commit().await?;
    now_is(&state, branch).await
}

fn wrong(faults: &[BrandFault]) -> Problem {
    let error = |fault: &BrandFault| FieldError { line: None, field: fault.field().to_owned(), detail: fault.what() };
    let detail = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail).with_errors(faults.iter().map(error).collect(), 0)
}

async fn set_logo(
    State(state): State<PortalState>,
    caller: Caller,
    Path(wanted): Path<String>,
    body: Body,
) -> Result<Json<BrandView>, Problem> {
    let branch = caller.account(&state, &wanted).await?;
    let too_large = |_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "a logo has 1 MiB at most");
    let bytes = to_bytes(body, MOST_LOGO_BYTES).await.map_err(too_large)?;
    let read = tokio::task::spawn_blocking(move || LogoPicture::read(&bytes)).await;
    let read = read.map_err(|error| Problem::ours(&error, true))?;
    let refused = |fault: crate::render::LogoError| {
        Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "body", fault.to_string())
    };
    let picture = read.map_err(refused)?;
    let kept = brands::set_logo(&state.db, &state.archive, &branch, &picture, &by(&state, &caller)).await;
    let (tx, _) = kept.map_err(|error| match error {
        BrandError::Db(error) => Problem::from(error),
        BrandError::Archive(error) => error.into(),
    })?;
    tx.commit().await?;
    now_is(&state, branch).await
}

async fn remove_logo(
    State(state): State<PortalState>,
    caller: Caller,
    Path(wanted): Path<String>,
) -> Result<StatusCode, Problem> {
    let branch = caller.account(&state, &wanted).await?;
    let mut tx = state.db.begin().await?;
    brands::remove_logo(&mut tx, &branch, &by(&state, &caller)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
