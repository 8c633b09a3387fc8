//! Submit: a filled-in form becomes a share: links, letters, who is let in, and an entry of the audit log, in one step.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::form::{self, Form, LONGEST_NOTE};
use super::found::{narrowed, objects_of};
use super::letter;
use super::sharer::Sharer;
use crate::access::share::{self, Addresses, MOST_ADDRESSES, Wanted};
use crate::audit::{self, Change};
use crate::db::shares::{Item, Recipient, Share};
use crate::model::{EmailAddress, IncidentRef, ShareId, clean};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::{Open, Posted};
use crate::portal::viewer::Viewer;
use crate::render::l10n::Arg;

/// How often somebody may share within a day.
const MOST_A_DAY: i64 = 50;

pub(in crate::portal) async fn by_mail(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    viewer: Viewer,
    Open(form): Open<Form>,
) -> Result<Response, Fault> {
    let sharer = Sharer::by_mail(&state, &viewer, &token).await?;
    submit(&state, &viewer, &sharer, &form).await
}

pub(in crate::portal) async fn signed_in(
    State(state): State<PortalState>,
    Path(incident): Path<String>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let incident = IncidentRef::new(incident).map_err(|_| Fault::NoSuchPage)?;
    let sharer = Sharer::signed_in(&state, &viewer, &incident).await?;
    submit(&state, &viewer, &sharer, &form).await
}

async fn submit(state: &PortalState, viewer: &Viewer, sharer: &Sharer, form: &Form) -> Result<Response, Fault> {
    let id: Uuid = form.once.parse().map_err(|_| Fault::Form)?;
    let (id, now) = (ShareId::from(id), state.clock.now());
    let there = format!("{}/{id}", sharer.shares);
    if let Some(known) = state.db.share(id).await? {
        // Sent twice: the first time counted.
        let own = known.actor == sharer.actor.to_string();
        return if own { Ok(Redirect::to(&there).into_response()) } else { Err(Fault::Form) };
    }
    let branch = &sharer.found.report.site.branch;
    let rules = state.db.domain_rules(branch).await?;
    let addresses = Addresses::parse(&form.addresses, &rules);
    let chosen = chosen(sharer, form);
    let faults = faults(sharer, form, &addresses, &chosen);
    if !faults.is_empty() {
        return Ok(form::page(state, viewer, sharer, form, faults)?.into_response());
    }
    let tries = state.db.throttle(&format!("share {}", sharer.address), TimeDelta::days(1), now).await?;
    if tries > MOST_A_DAY {
        return Err(Fault::TooMany);
    }
    let days = form.days().unwrap_or(form::USUAL_DAYS);
    let share = Share {
        id,
        location: sharer.found.report.site.location.clone(),
        branch: branch.clone(),
        actor: sharer.actor.to_string(),
        by_address: sharer.address.clone(),
        by_name: sharer.name.clone(),
        note: form.note.trim().to_owned(),
        may_comment: form.comment.is_some(),
        created_at: now,
        expires_at: now + TimeDelta::days(days.into()),
    };
    make(state, sharer, &share, &chosen, &addresses.good).await?;
    Ok(Redirect::to(&there).into_response())
}

/// The incidents of the report that were chosen.
fn chosen(sharer: &Sharer, form: &Form) -> Vec<IncidentRef> {
    let offered = sharer.found.report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
    let is_chosen = |incident: &IncidentRef| form.incident.iter().any(|chosen| chosen == incident.as_str());
    offered.map(|incident| incident.incident.clone()).filter(is_chosen).collect()
}

fn faults(sharer: &Sharer, form: &Form, addresses: &Addresses, chosen: &[IncidentRef]) -> Vec<String> {
    let say = |key: &str, args: &[(&str, Arg<'_>)]| sharer.l10n.message(key, args);
    let list = |list: &[String]| clean(&list[..list.len().min(10)].join(", "));
    let mut faults = Vec::new();
    if chosen.is_empty() {
        faults.push(say("share-fault-none", &[]));
    }
    if !addresses.bad.is_empty() {
        faults.push(say("share-fault-address", &[("list", list(&addresses.bad).into())]));
    }
    if !addresses.refused.is_empty() {
        faults.push(say("share-fault-domain", &[("list", list(&addresses.refused).into())]));
    }
    if addresses.good.is_empty() && faults.is_empty() {
        faults.push(say("share-fault-nobody", &[]));
    }
    let most = i64::try_from(MOST_ADDRESSES).unwrap_or(i64::MAX);
    if addresses.good.len() > MOST_ADDRESSES {
        faults.push(say("share-fault-many", &[("most", Arg::from(most))]));
    }
    if form.note.chars().count() > LONGEST_NOTE {
        faults.push(say("share-fault-note", &[]));
    }
    if form.days().is_none() {
        faults.push(say("share-fault-days", &[]));
    }
    faults
}

async fn make(
    state: &PortalState,
    sharer: &Sharer,
    share: &Share,
    chosen: &[IncidentRef],
    addresses: &[EmailAddress],
) -> Result<(), Fault> {
    let (report, id) = (&sharer.found.report, sharer.found.id);
    let mut objects = BTreeSet::new();
    let mut items = Vec::with_capacity(chosen.len());
    for (number, incident) in (1..).zip(chosen) {
        let narrow = narrowed(report, &BTreeSet::from([incident]));
        let frozen = if id.is_none() {
            objects.extend(objects_of(&narrow));
            Some(serde_json::to_string(&narrow).map_err(|error| Fault::Damaged(error.to_string()))?)
        } else {
            None
        };
        items.push(Item { number, incident: incident.clone(), report: id, frozen });
    }
    let mut recipients = Vec::with_capacity(addresses.len());
    for address in addresses {
        let locale = letter::locale_of(state, address.as_str()).await?;
        let language = locale.unwrap_or_else(|| sharer.l10n.tag().to_owned());
        recipients.push(recipient(state, share, address.as_str(), language)?);
    }
    let shown = narrowed(report, &chosen.iter().collect());
    let letters = letter::shares(state, share, &shown, &recipients)?;
    let now = share.created_at;
    let mut tx = state.db.begin().await?;
    let wanted = Wanted { share, items: &items, objects: &objects, recipients: &recipients };
    if !share::create(&mut tx, &wanted).await? {
        return Ok(());
    }
    for letter in &letters {
        letter.write(&mut tx, state, now).await?;
    }
    let change = Change {
        actor: sharer.actor.clone(),
        action: "share.create",
        object: share::subject(share.id),
        branch: Some(&share.branch),
        detail: json!({
            "location": share.location,
            "incidents": chosen,
            "recipients": recipients.len(),
            "expires_at": share.expires_at,
            "may_comment": share.may_comment,
        }),
        origin: &sharer.origin,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    state.pipeline.queue.wake();
    tracing::info!(share = %share.id, recipients = recipients.len(), "incidents were shared");
    Ok(())
}

/// A link for an address.
pub(super) fn recipient(
    state: &PortalState,
    share: &Share,
    address: &str,
    language: String,
) -> Result<Recipient, Fault> {
    let id = state.random.id()?;
    Ok(Recipient {
        id,
        share: share.id,
        address: address.to_owned(),
        language,
        token_hash: share::token(&state.pipeline.link_key, id).hash().to_vec(),
        letter: state.random.id()?.into(),
        expires_at: share.expires_at,
        revoked_at: None,
    })
}
