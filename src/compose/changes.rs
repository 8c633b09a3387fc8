//! Changes: what a revision says that the one before did not.

use std::collections::BTreeMap;

use super::{Change, Clip, How, Incident, Interaction, Missing, Report, Subject, Transaction};
use crate::model::ClipRef;

/// Names of fields, as the feed calls them, that differ.
type Differs<'a, T> = &'a dyn Fn(&T, &T) -> Vec<&'static str>;

/// The changes from `before` to `after`: incidents, interactions, transactions, activity, completeness; each in order
/// of ref.
#[must_use]
pub fn changes(before: &Report, after: &Report) -> Vec<Change> {
    let mut all = Vec::new();
    let incident = |a: &Incident, b: &Incident| incident_fields(before, a, after, b);
    compare(Subject::Incident, &incidents(before), &incidents(after), &incident, &mut all);
    let interaction = |a: &Interaction, b: &Interaction| interaction_fields(before, a, after, b);
    compare(Subject::Interaction, &interactions(before), &interactions(after), &interaction, &mut all);
    compare(Subject::Transaction, &transactions(before), &transactions(after), &transaction_fields, &mut all);
    activity(before, after, &mut all);
    compare(Subject::Completeness, &missing(before), &missing(after), &missing_fields, &mut all);
    all
}

fn compare<T>(
    subject: Subject,
    before: &BTreeMap<String, &T>,
    after: &BTreeMap<String, &T>,
    differs: Differs<'_, T>,
    all: &mut Vec<Change>,
) {
    let mut refs: Vec<_> = before.keys().chain(after.keys().filter(|of| !before.contains_key(*of))).collect();
    refs.sort();
    for of in refs {
        let (how, fields) = match (before.get(of), after.get(of)) {
            (Some(was), Some(is)) => (How::Edited, differs(was, is)),
            (Some(_), None) => (How::Removed, Vec::new()),
            (None, _) => (How::Added, Vec::new()),
        };
        if how != How::Edited || !fields.is_empty() {
            let fields = fields.into_iter().map(String::from).collect();
            all.push(Change { subject, of: of.clone(), how, fields });
        }
    }
}

/// Keeps the names of those fields that differ.
fn different<const N: usize>(fields: [(&'static str, bool); N]) -> Vec<&'static str> {
    fields.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
}

fn incidents(report: &Report) -> BTreeMap<String, &Incident> {
    let all = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
    all.map(|incident| (incident.incident.to_string(), incident)).collect()
}

fn incident_fields(before: &Report, was: &Incident, after: &Report, is: &Incident) -> Vec<&'static str> {
    // `interaction` is compared as what it shows: the escalated interaction that stands with the incident.
    let behind = |report: &Report, incident: &Incident| {
        let known = |escalation: &&super::Escalation| {
            escalation.incident.as_ref().is_some_and(|known| known.incident == incident.incident)
        };
        let shown = report.escalations.iter().find(known).and_then(|escalation| escalation.interaction.as_ref());
        shown.map(|interaction| interaction.interaction.clone())
    };
    different([
        ("interaction", behind(before, was) == behind(after, is)),
        ("case", was.case == is.case),
        ("occurred_at", was.occurred_at == is.occurred_at),
        ("type", was.kind == is.kind),
        ("description", was.description == is.description),
        ("reported_by", was.reported_by == is.reported_by),
        ("photo", was.photo == is.photo && was.photo_missing == is.photo_missing),
        ("clips", recordings(before, &was.clips) == recordings(after, &is.clips)),
        ("transaction", was.transaction == is.transaction),
    ])
}

/// Clips by what they are, so that another recording under the same ref is a change, too.
fn recordings<'a>(
    report: &'a Report,
    clips: impl IntoIterator<Item = &'a ClipRef>,
) -> Vec<(&'a ClipRef, Option<&'a Clip>)> {
    clips.into_iter().map(|clip| (clip, report.clip(clip))).collect()
}

fn interactions(report: &Report) -> BTreeMap<String, &Interaction> {
    let escalated = report.escalations.iter().filter_map(|escalation| escalation.interaction.as_ref());
    let all = report.interactions.iter().chain(escalated);
    all.map(|interaction| (interaction.interaction.to_string(), interaction)).collect()
}

fn interaction_fields(before: &Report, was: &Interaction, after: &Report, is: &Interaction) -> Vec<&'static str> {
    different([
        ("camera", was.camera == is.camera),
        ("level", was.level == is.level),
        ("type", was.kind == is.kind),
        ("started_at", was.started_at == is.started_at),
        ("ended_at", was.ended_at == is.ended_at),
        ("operator", was.operator == is.operator),
        ("notes", was.notes == is.notes),
        ("actions", was.actions == is.actions),
        ("clip", recordings(before, &was.clip) == recordings(after, &is.clip)),
    ])
}

fn transactions(report: &Report) -> BTreeMap<String, &Transaction> {
    report.transactions.iter().map(|transaction| (transaction.transaction.to_string(), transaction)).collect()
}

fn transaction_fields(was: &Transaction, is: &Transaction) -> Vec<&'static str> {
    different([
        ("terminal", was.terminal == is.terminal),
        ("at", was.at == is.at),
        ("currency", was.currency == is.currency),
        ("lines", was.lines == is.lines),
        ("payment", was.payment == is.payment),
    ])
}

fn activity(before: &Report, after: &Report, all: &mut Vec<Change>) {
    let (how, fields) = match (&before.summary.activity, &after.summary.activity) {
        (None, None) => return,
        (None, Some(_)) => (How::Added, Vec::new()),
        (Some(_), None) => (How::Removed, Vec::new()),
        (Some(was), Some(is)) => {
            let fields = different([
                ("detections", was.detections == is.detections),
                ("filtered", was.filtered == is.filtered),
                ("reviewed", was.reviewed == is.reviewed),
            ]);
            if fields.is_empty() {
                return;
            }
            (How::Edited, fields.into_iter().map(String::from).collect())
        }
    };
    all.push(Change { subject: Subject::Activity, of: after.night.to_string(), how, fields });
}

fn missing(report: &Report) -> BTreeMap<String, &Missing> {
    let name = |missing: &Missing| match missing {
        Missing::Feed { .. } => "feed".to_owned(),
        Missing::Activity => "activity".to_owned(),
        Missing::Clip { clip } => format!("clip {clip}"),
        Missing::Photo { incident } => format!("photo {incident}"),
    };
    report.missing.iter().map(|missing| (name(missing), missing)).collect()
}

fn missing_fields(was: &Missing, is: &Missing) -> Vec<&'static str> {
    if was == is { Vec::new() } else { vec!["complete_until"] }
}
