//! Submit: a filled-in form becomes an order, or the form again with what is wrong.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use uuid::Uuid;

use super::form::{self, Form, MOST_CHOSEN, refs};
use super::order::{Order, Ordered, Wrong, place};
use super::sharer::Sharer;
use crate::access::share::MOST_ADDRESSES;
use crate::model::{IncidentRef, clean};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::{Open, Posted};
use crate::portal::viewer::Viewer;
use crate::render::l10n::{Arg, L10n};

pub(in crate::portal) async fn by_mail(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    viewer: Viewer,
    Open(form): Open<Form>,
) -> Result<Response, Fault> {
    let sharer = Sharer::by_mail(&state, &viewer, &token).await?;
    submit(&state, &viewer, sharer, &form).await
}

pub(in crate::portal) async fn signed_in(
    State(state): State<PortalState>,
    Path(incident): Path<String>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let incident = IncidentRef::new(incident).map_err(|_| Fault::NoSuchPage)?;
    let sharer = Sharer::signed_in(&state, &viewer, &incident).await?;
    submit(&state, &viewer, sharer, &form).await
}

async fn submit(state: &PortalState, viewer: &Viewer, mut sharer: Sharer, form: &Form) -> Result<Response, Fault> {
    let id: Uuid = form.once.parse().map_err(|_| Fault::Form)?;
    let mut incidents = refs(&form.incident)?;
    let many = incidents.len() > MOST_CHOSEN;
    incidents.truncate(MOST_CHOSEN);
    sharer.choose(state, viewer, &incidents).await?;
    let wrong = if many {
        vec![Wrong::ManyIncidents(MOST_CHOSEN)]
    } else {
        let order = Order {
            id: id.into(),
            incidents,
            addresses: form.addresses.clone(),
            note: form.note.clone(),
            until: form.days().map(|days| state.clock.now() + TimeDelta::days(days.into())),
            may_comment: form.comment.is_some(),
        };
        match place(state, &sharer, &order).await? {
            Ordered::New | Ordered::Before => {
                return Ok(Redirect::to(&format!("{}/{id}", sharer.shares)).into_response());
            }
            Ordered::Wrong(wrong) => wrong,
        }
    };
    // What was offered is offered again, also where it was not chosen.
    let mut offered = refs(&form.offered)?;
    offered.truncate(MOST_CHOSEN);
    sharer.choose(state, viewer, &offered).await?;
    let faults = wrong.iter().map(|wrong| words(wrong, &sharer.l10n)).collect();
    Ok(form::page(state, viewer, (&sharer, None), form, (faults, Vec::new()))?.into_response())
}

/// What is wrong, for a person.
pub(super) fn words(wrong: &Wrong, l10n: &L10n) -> String {
    let list = |list: &[String]| clean(&list[..list.len().min(10)].join(", "));
    match wrong {
        Wrong::Nothing => l10n.message("share-fault-none", &[]),
        Wrong::Incidents(count) => l10n.message("share-fault-not-yours", &[("count", Arg::from(*count))]),
        Wrong::ManyIncidents(most) => l10n.message("share-fault-most", &[("most", Arg::from(*most))]),
        Wrong::Addresses(bad) => l10n.message("share-fault-address", &[("list", list(bad).into())]),
        Wrong::Domains(refused) => l10n.message("share-fault-domain", &[("list", list(refused).into())]),
        Wrong::Nobody => l10n.message("share-fault-nobody", &[]),
        Wrong::Many => l10n.message("share-fault-many", &[("most", Arg::from(MOST_ADDRESSES))]),
        Wrong::Note => l10n.message("share-fault-note", &[]),
        Wrong::End => l10n.message("share-fault-days", &[]),
    }
}
