//! Telling: a reader's words about an event are written down, once, however often they are sent.

use chrono::TimeDelta;

use super::about::{About, about_at, place};
use super::feedback::Form;
use crate::audit::{self, Actor, Change};
use crate::db::deliveries::Delivery;
use crate::db::feedback::{self as rows, Feedback, Said};
use crate::model::feedback_id;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen::Frozen;

/// How much one mail's reader may say within a day.
const MOST: i64 = 20;

/// What became of a reader's words.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::portal) enum Written {
    /// They stand.
    Down,
    /// The mail's reader has said as much as one may within a day.
    TooMuch,
    /// Keys of messages that say what is wrong with them.
    Wrong(Vec<&'static str>),
}

/// What the reader of a mail says about an event of its report (`incident` or `interaction`, and its ref): of which kind
/// it is, in which words, and where to call; none where the report has no such event.
pub(in crate::portal) async fn tell(
    state: &PortalState,
    read: (&Frozen, &Delivery),
    (subject, of): (&str, &str),
    (kind, text, phone): (&str, &str, &str),
    by: (Actor, &str),
) -> Result<Option<Written>, Fault> {
    let report = &read.0.report;
    let Some(about) = place(report, subject, of).and_then(|number| about_at(report, number)) else { return Ok(None) };
    let form = Form {
        event: String::new(),
        kind: kind.to_owned(),
        text: text.replace("\r\n", "\n").trim().to_owned(),
        phone: phone.trim().to_owned(),
    };
    write(state, read, (&form, &about), by).await.map(Some)
}

pub(super) async fn write(
    state: &PortalState,
    read: (&Frozen, &Delivery),
    (form, about): (&Form, &About<'_>),
    (actor, origin): (Actor, &str),
) -> Result<Written, Fault> {
    let faults = form.faults();
    if !faults.is_empty() {
        return Ok(Written::Wrong(faults));
    }
    let said = feedback(state, read, form, about);
    let mut tx = state.db.begin().await?;
    let outcome = rows::insert(&mut tx, &said, MOST, TimeDelta::days(1)).await?;
    if outcome == Said::New {
        let change = Change {
            actor,
            action: "feedback.give",
            object: format!("feedback:{}", said.id),
            branch: Some(&read.0.report.site.branch),
            detail: serde_json::json!({"kind": said.kind, "subject": said.subject, "ref": said.of}),
            origin,
        };
        audit::record(&mut tx, change, said.at).await?;
    }
    tx.commit().await?;
    tracing::info!(delivery = %said.delivery, kind = said.kind, ?outcome, "a reader says something about an event");
    Ok(if outcome == Said::TooMuch { Written::TooMuch } else { Written::Down })
}

fn feedback(state: &PortalState, (frozen, delivery): (&Frozen, &Delivery), form: &Form, about: &About<'_>) -> Feedback {
    let row = &frozen.row;
    Feedback {
        id: feedback_id(delivery.id, about.what, about.of, &[&form.kind, &form.text, &form.phone]),
        report: row.id,
        location: row.location.clone(),
        night: row.night,
        subject: about.what.to_owned(),
        of: about.of.to_owned(),
        interaction: about.interaction.map(str::to_owned),
        delivery: delivery.id,
        contact: delivery.contact.clone(),
        name: delivery.name.clone(),
        email: delivery.email.clone(),
        kind: form.kind.clone(),
        words: form.text.clone(),
        phone: Some(form.phone.clone()).filter(|phone| !phone.is_empty()),
        at: state.clock.now(),
        handled_at: None,
        handled_by: None,
        reply: None,
        remark: None,
    }
}
