//! `/account/brand`: name, sender, colours and logo of a branch's mails and pages, set by its own team.
//!
//! A preview shows what a mail would begin with, by day and in the dark; nothing is kept before it is saved.

mod page;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use self::page::{Said, Typed, show};
use super::head::{Asked, branch, tab_of};
use super::upload::Uploaded;
use crate::accounts::By;
use crate::accounts::brands::{self, BrandError};
use crate::db::sites::Branch;
use crate::model::BranchBrand;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::viewer::Viewer;
use crate::render::LogoPicture;

impl From<BrandError> for Fault {
    fn from(error: BrandError) -> Self {
        match error {
            BrandError::Db(error) => error.into(),
            BrandError::Archive(error) => error.into(),
        }
    }
}

async fn kept(state: &PortalState, branch: &Branch) -> Result<BranchBrand, Fault> {
    Ok(state.db.brand(&branch.branch).await?.map(|kept| kept.brand).unwrap_or_default())
}

fn by<'a>(state: &PortalState, viewer: &'a Viewer) -> By<'a> {
    By { actor: viewer.actor(), origin: &viewer.origin.address, now: state.clock.now() }
}

fn saved(branch: &Branch) -> Response {
    Redirect::to(&tab_of("brand", &branch.branch, "saved")).into_response()
}

pub(super) async fn look(
    State(state): State<PortalState>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = asked.unwrap_or_default();
    let branch = branch(&state, &viewer, &asked.branch).await?;
    let brand = kept(&state, &branch).await?;
    let said = if asked.done == "saved" { Said::Saved } else { Said::Nothing };
    show(&state, &viewer, &branch, &Typed::of(&brand), &brand, said).await
}

#[derive(Deserialize)]
pub(super) struct Form {
    branch: String,
    #[serde(flatten)]
    typed: Typed,
    /// Which button was pressed.
    #[serde(default)]
    then: String,
}

pub(super) async fn change(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let branch = branch(&state, &viewer, &form.branch).await?;
    let before = kept(&state, &branch).await?;
    let rules = state.db.domain_rules(&branch.branch).await?;
    let wanted = match brands::check(form.typed.wish(), &rules) {
        Ok(wanted) => wanted,
        Err(faults) => return show(&state, &viewer, &branch, &form.typed, &before, Said::Wrong(faults)).await,
    };
    if form.then == "preview" {
        let would_be = BranchBrand { logo: before.logo, ..wanted };
        return show(&state, &viewer, &branch, &form.typed, &would_be, Said::Preview).await;
    }
    let mut tx = state.db.begin().await?;
    brands::set(&mut tx, &branch.branch, wanted, &by(&state, &viewer)).await?;
    tx.commit().await?;
    Ok(saved(&branch))
}

/// A new logo, of a form with a file.
pub(super) async fn bring_logo(
    State(state): State<PortalState>,
    viewer: Viewer,
    form: Uploaded,
) -> Result<Response, Fault> {
    let branch = branch(&state, &viewer, form.text("branch")).await?;
    let bytes = form.bytes("logo").to_vec();
    let Ok(read) = tokio::task::spawn_blocking(move || LogoPicture::read(&bytes)).await else {
        return Err(Fault::Form);
    };
    let picture = match read {
        Ok(picture) => picture,
        Err(fault) => {
            let brand = kept(&state, &branch).await?;
            return show(&state, &viewer, &branch, &Typed::of(&brand), &brand, Said::NoLogo(fault)).await;
        }
    };
    let by = by(&state, &viewer);
    let (tx, _) = brands::set_logo(&state.db, &state.archive, &branch.branch, &picture, &by).await?;
    tx.commit().await?;
    Ok(saved(&branch))
}

#[derive(Deserialize)]
pub(super) struct Of {
    branch: String,
}

pub(super) async fn remove_logo(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Of>,
) -> Result<Response, Fault> {
    let branch = branch(&state, &viewer, &form.branch).await?;
    let mut tx = state.db.begin().await?;
    brands::remove_logo(&mut tx, &branch.branch, &by(&state, &viewer)).await?;
    tx.commit().await?;
    Ok(saved(&branch))
}

/// Back to the house's.
pub(super) async fn remove(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Of>,
) -> Result<Response, Fault> {
    let branch = branch(&state, &viewer, &form.branch).await?;
    let mut tx = state.db.begin().await?;
    brands::unset(&mut tx, &branch.branch, &by(&state, &viewer)).await?;
    tx.commit().await?;
    Ok(saved(&branch))
}
