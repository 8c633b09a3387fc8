//! Changes: what one revision of a night says that another does not, value by value as the frozen reports have them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Query;
use super::problem::Problem;
use super::reports::allowed;
use crate::access::Action;
use crate::compose::{Change, How, Incident, Interaction, Missing, Report, Subject, changes};
use crate::portal::PortalState;
use crate::portal::desk::pair;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/reports/{id}/changes",
            ("listChanges", "reports", "What changed from one revision of a night to another."),
            list,
        )
        .parameter("id", "The id of one of the two.", Some("uuid"))
        .query::<Against>()
        .answers::<ChangesView>(200, "All of it.")
        .problem(410, "Retention took one of the two away."),
    ]
}

/// Against which one.
#[derive(Deserialize, JsonSchema)]
struct Against {
    /// The number of the other revision; the one that was built before it if left out.
    #[schemars(range(min = 1))]
    since: Option<i32>,
}

/// What changed from one revision of a night to another.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportChanges")]
struct ChangesView {
    /// The number of the earlier of the two; null where there is none to compare with, or the report is not built.
    from: Option<i32>,
    /// The number of the later one.
    to: i32,
    changes: Vec<ChangeView>,
}

/// Something that is new, gone or different.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportChange")]
struct ChangeView {
    /// `incident`, `interaction`, `transaction`, `activity` or `completeness`.
    subject: &'static str,
    /// Its ref; of the activity the night, of the completeness what is, or was, missing.
    r#ref: String,
    /// `added`, `removed` or `edited`.
    how: &'static str,
    /// What differs; of what is new or gone, everything that it says.
    fields: Vec<FieldView>,
}

/// A field that differs.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangedField")]
struct FieldView {
    /// As the feed calls it.
    field: String,
    /// As the earlier report has it; null for nothing.
    before: Value,
    /// As the later report has it; null for nothing.
    after: Value,
}

async fn list(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    Query(against): Query<Against>,
) -> Result<Json<ChangesView>, Problem> {
    let row = allowed(&state, &caller, &id, Action::ReadLocation).await?;
    if against.since.is_some_and(|since| since < 1) {
        return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "since", "must be 1 or more"));
    }
    let mut revisions = state.db.revisions(&row.location, row.night).await?;
    if caller.customer().is_some() {
        // A customer sees those that were mailed to them, and is told by no difference what the others say.
        let mut seen = Vec::with_capacity(revisions.len());
        for revision in revisions {
            if caller.may_report(&state, &revision, Action::ReadLocation).await.is_ok() {
                seen.push(revision);
            }
        }
        revisions = seen;
    }
    let Some((was, is)) = pair(&state, &row, against.since, &revisions).await? else {
        return match against.since {
            Some(_) => Err(Problem::not_found("the night has no such revision to compare with, or it is not for you")),
            None => Ok(Json(ChangesView { from: None, to: row.revision, changes: Vec::new() })),
        };
    };
    let all = changes(&was.report, &is.report);
    Ok(Json(ChangesView {
        from: Some(was.row.revision),
        to: is.row.revision,
        changes: all.iter().map(|change| view(change, &was.report, &is.report)).collect(),
    }))
}

fn view(change: &Change, was: &Report, is: &Report) -> ChangeView {
    let (before, after) = (facts(change, was), facts(change, is));
    let names: Vec<&str> = match change.how {
        How::Edited => change.fields.iter().map(String::as_str).collect(),
        How::Added | How::Removed => fields(change.subject).to_vec(),
    };
    let shown =
        |name: &str| FieldView { field: name.to_owned(), before: value(&before, name), after: value(&after, name) };
    let said = |field: &FieldView| change.how == How::Edited || !(field.before.is_null() && field.after.is_null());
    ChangeView {
        subject: change.subject.as_str(),
        r#ref: change.of.clone(),
        how: change.how.as_str(),
        fields: names.into_iter().map(shown).filter(said).collect(),
    }
}

/// What can differ, as the feed calls it.
const fn fields(subject: Subject) -> &'static [&'static str] {
    match subject {
        Subject::Incident => &[
            "occurred_at",
            "type",
            "description",
            "reported_by",
            "interaction",
            "case",
            "photo",
            "clips",
            "transaction",
        ],
        Subject::Interaction => {
            &["started_at", "ended_at", "type", "level", "camera", "operator", "notes", "actions", "clip"]
        }
        Subject::Transaction => &["at", "terminal", "currency", "lines", "payment"],
        Subject::Activity => &["detections", "filtered", "reviewed"],
        Subject::Completeness => &["complete_until"],
    }
}

/// What a report says of a change's subject, as its `report.json` has it; null where it says nothing.
fn facts(change: &Change, report: &Report) -> Value {
    let of = |value: serde_json::Result<Value>| value.unwrap_or_default();
    match change.subject {
        Subject::Incident => {
            let is_it = |incident: &Incident| incident.incident.as_str() == change.of;
            let found = report.escalations.iter().find(|told| told.incident.as_ref().is_some_and(is_it));
            let Some((escalation, incident)) = found.and_then(|told| Some((told, told.incident.as_ref()?))) else {
                return Value::Null;
            };
            let mut facts = of(serde_json::to_value(incident));
            // Compared as what it shows: the interaction that stands with the incident.
            facts["interaction"] = json!(escalation.interaction.as_ref().map(|handled| &handled.interaction));
            facts
        }
        Subject::Interaction => {
            let escalated = report.escalations.iter().filter_map(|told| told.interaction.as_ref());
            let is_it = |handled: &&Interaction| handled.interaction.as_str() == change.of;
            report
                .interactions
                .iter()
                .chain(escalated)
                .find(is_it)
                .map_or(Value::Null, |it| of(serde_json::to_value(it)))
        }
        Subject::Transaction => {
            let found = report.transactions.iter().find(|sale| sale.transaction.as_str() == change.of);
            found.map_or(Value::Null, |sale| of(serde_json::to_value(sale)))
        }
        Subject::Activity => of(serde_json::to_value(report.summary.activity)),
        Subject::Completeness => {
            let until = report.missing.iter().find_map(|missing| match missing {
                Missing::Feed { complete_until } if change.of == "feed" => Some(complete_until),
                _ => None,
            });
            until.map_or(Value::Null, |until| json!({ "complete_until": until }))
        }
    }
}

/// A field of it. What the feed calls a type, a report calls a kind.
fn value(facts: &Value, name: &str) -> Value {
    facts.get(if name == "type" { "kind" } else { name }).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Sample;

    #[test]
    fn each_difference_has_its_values_before_and_after() {
        let was = Sample::Ordinary.report();
        let mut is = was.clone();
        let told = is.escalations.iter_mut().find_map(|told| told.incident.as_mut()).unwrap();
        told.kind = "Another".into();
        told.clips.clear();
        let gone = is.interactions.remove(0);
        let all: Vec<ChangeView> = changes(&was, &is).iter().map(|change| view(change, &was, &is)).collect();
        let edited = all.iter().find(|change| change.subject == "incident").unwrap();
        let names: Vec<&str> = edited.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!((edited.how, names), ("edited", vec!["type", "clips"]));
        assert_eq!(edited.fields[0].after, "Another");
        assert!(edited.fields[0].before.is_string() && edited.fields[0].before != "Another");
        assert_eq!(edited.fields[1].after, json!([]));
        let removed = all.iter().find(|change| change.how == "removed").unwrap();
        assert_eq!((removed.subject, removed.r#ref.as_str()), ("interaction", gone.interaction.as_str()));
        let level = removed.fields.iter().find(|field| field.field == "level").unwrap();
        assert_eq!((&level.before, &level.after), (&json!(gone.level), &Value::Null));
        assert!(removed.fields.iter().all(|field| !field.before.is_null()), "what it never said is left out");
    }

    #[test]
    fn every_field_that_can_differ_is_one_of_the_report() {
        let report = Sample::Ordinary.report();
        for (subject, of) in [
            (
                Subject::Incident,
                report.escalations.iter().find_map(|told| told.incident.as_ref()).unwrap().incident.to_string(),
            ),
            (Subject::Interaction, report.interactions[0].interaction.to_string()),
            (Subject::Transaction, report.transactions[0].transaction.to_string()),
            (Subject::Activity, report.night.to_string()),
        ] {
            let facts = facts(&Change { subject, of, how: How::Added, fields: Vec::new() }, &report);
            for name in fields(subject) {
                assert!(
                    facts.get(if *name == "type" { "kind" } else { name }).is_some(),
                    "{subject:?} {name}: {facts}"
                );
            }
        }
    }
}
