//! `/r/{token}/revisions`: the revisions of a night that a reader was sent, and what changed from each to the next.

use axum::extract::{Path, State};
use axum::response::Html;
use serde::Serialize;

use super::given;
use crate::compose::{Change, How, Incident, Interaction, Report, Subject, changes};
use crate::model::LinkTarget;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::shown::{self, Heading, line};
use crate::portal::visitor::admit;
use crate::render::l10n::L10n;

/// Changes that are told of one revision; the rest is counted.
const MOST: usize = 60;
/// Revisions whose changes are told.
const REVISIONS: usize = 10;
/// What is shown of a text before and after.
const LONGEST: usize = 400;

#[derive(Serialize)]
struct Page<'a> {
    heading: Heading,
    base: &'a str,
    revisions: Vec<Revision>,
}

#[derive(Serialize)]
struct Revision {
    number: i32,
    href: String,
    built: String,
    /// Whether it is the one whose link the reader came by.
    current: bool,
    reason: Option<String>,
    /// Against which one; none for the first that the reader has.
    since: Option<i32>,
    changes: Vec<Changed>,
    more: usize,
}

/// A change in words.
#[derive(Serialize)]
struct Changed {
    /// `added`, `removed` or `edited`.
    how: &'static str,
    said: String,
    what: String,
    values: Vec<Value>,
}

/// A field that differs.
#[derive(Serialize)]
struct Value {
    field: String,
    before: Option<String>,
    after: Option<String>,
}

pub(in crate::portal) async fn revisions(
    State(state): State<PortalState>,
    Path(token): Path<String>,
) -> Result<Html<String>, Fault> {
    let visitor = admit(&state, &token, |target| *target == LinkTarget::Report).await?;
    let own = frozen::report(&state, visitor.access.report).await?;
    let l10n = visitor.l10n(&state, &own.report)?;
    let mut known = Vec::new();
    for (given, href) in given::revisions(&state, &visitor, &own.row).await?.into_iter().take(REVISIONS) {
        known.push((frozen::report(&state, given.report).await?.report, href));
    }
    let revisions = known.iter().enumerate().map(|(at, (report, href))| {
        let before = known.get(at + 1).map(|(before, _)| &**before);
        revision(report, before, href.clone(), report.id == own.row.id, &l10n)
    });
    let page = Page {
        heading: shown::heading(&own.report, visitor.access.expires_at, &l10n),
        base: &format!("/r/{token}"),
        revisions: revisions.collect(),
    };
    state.view.render("hosted/revisions.html", &l10n, &page).map(Html)
}

fn revision(report: &Report, before: Option<&Report>, href: String, current: bool, l10n: &L10n) -> Revision {
    let all = before.map(|before| changes(before, report)).unwrap_or_default();
    let told = all.iter().take(MOST).filter_map(|change| Some(changed(change, before?, report, l10n)));
    Revision {
        number: report.revision,
        href,
        built: l10n.date_time(report.built_at, report.site.timezone),
        current,
        reason: report.correction.as_ref().map(|correction| line(&correction.reason, LONGEST)),
        since: before.map(|before| before.revision),
        changes: told.collect(),
        more: all.len().saturating_sub(MOST),
    }
}

fn changed(change: &Change, before: &Report, after: &Report, l10n: &L10n) -> Changed {
    let (how, said) = match change.how {
        How::Added => ("added", "change-added"),
        How::Removed => ("removed", "change-removed"),
        How::Edited => ("edited", "change-edited"),
    };
    let subject = match change.subject {
        Subject::Incident => "change-incident",
        Subject::Interaction => "change-interaction",
        Subject::Transaction => "change-transaction",
        Subject::Activity => "change-activity",
        Subject::Completeness => "change-completeness",
    };
    let which = which(change, after, l10n).or_else(|| which(change, before, l10n));
    let subject = l10n.message(subject, &[]);
    let values = change.fields.iter().map(|field| Value {
        field: l10n.message("field", &[("field", line(field, 60).into())]),
        before: value(change, field, before, l10n),
        after: value(change, field, after, l10n),
    });
    Changed {
        how,
        said: l10n.message(said, &[]),
        what: which.map_or(subject.clone(), |which| format!("{subject} {which}")),
        values: values.collect(),
    }
}

fn incident<'a>(report: &'a Report, of: &str) -> Option<&'a Incident> {
    let mut all = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
    all.find(|incident| incident.incident.as_str() == of)
}

fn interaction<'a>(report: &'a Report, of: &str) -> Option<&'a Interaction> {
    let escalated = report.escalations.iter().filter_map(|escalation| escalation.interaction.as_ref());
    report.interactions.iter().chain(escalated).find(|handled| handled.interaction.as_str() == of)
}

/// The thing's time and type, where the report has it.
fn which(change: &Change, report: &Report, l10n: &L10n) -> Option<String> {
    let (at, kind) = match change.subject {
        Subject::Incident => incident(report, &change.of).map(|known| (known.occurred_at, known.kind.as_str()))?,
        Subject::Interaction => interaction(report, &change.of).map(|known| (known.started_at, known.kind.as_str()))?,
        Subject::Transaction => {
            let known = report.transactions.iter().find(|known| known.transaction.as_str() == change.of)?;
            (known.at, known.terminal.as_str())
        }
        Subject::Activity | Subject::Completeness => return None,
    };
    Some(format!("{} · {}", l10n.time_with_seconds(at, report.site.timezone), line(kind, 80)))
}

/// A field's value, where it is one that can be said in a line.
fn value(change: &Change, field: &str, report: &Report, l10n: &L10n) -> Option<String> {
    let text = |text: &str| Some(line(text, LONGEST)).filter(|text| !text.is_empty());
    let time = |at| Some(l10n.time_with_seconds(at, report.site.timezone));
    match change.subject {
        Subject::Incident => {
            let known = incident(report, &change.of)?;
            match field {
                "type" => text(&known.kind),
                "description" => text(&known.description),
                "reported_by" => text(known.reported_by.as_deref()?),
                "occurred_at" => time(known.occurred_at),
                _ => None,
            }
        }
        Subject::Interaction => {
            let known = interaction(report, &change.of)?;
            match field {
                "type" => text(&known.kind),
                "notes" => text(&known.notes),
                "camera" => text(known.camera.as_deref()?),
                "operator" => text(known.operator.as_deref()?),
                "actions" => text(&known.actions.join(", ")),
                "level" => Some(known.level.to_string()),
                "started_at" => time(known.started_at),
                "ended_at" => time(known.ended_at?),
                _ => None,
            }
        }
        Subject::Activity => {
            let activity = report.summary.activity.as_ref()?;
            let number = match field {
                "detections" => activity.detections,
                "filtered" => activity.filtered,
                "reviewed" => activity.reviewed,
                _ => return None,
            };
            Some(l10n.integer(number))
        }
        Subject::Transaction | Subject::Completeness => None,
    }
}
