//! `/desk/reports/{id}/difference`: two frozen revisions of a night, and what the one says that the other does not.

use axum::extract::{Path, Query, RawQuery, State};
use axum::response::Html;
use serde::{Deserialize, Serialize};

use super::report::{Top, open, top};
use crate::access::policy::Action;
use crate::compose::{Change, How, Incident, Interaction, Missing, Report, Subject, Transaction, changes};
use crate::db::reports::ReportRow;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen::{self, Frozen};
use crate::portal::hosted::{Leaf, Leaves, Turn};
use crate::portal::shown::{line, written_out};
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// A value is shown up to so many characters.
const LONGEST: usize = 600;

#[derive(Deserialize)]
pub(super) struct Against {
    #[serde(default)]
    from: Option<i32>,
}

#[derive(Serialize)]
struct Page {
    top: Top,
    difference: Option<Difference>,
}

/// What changed from one revision to another.
#[derive(Serialize)]
pub(super) struct Difference {
    from: i32,
    to: i32,
    /// On the leaf that was asked for.
    differs: Vec<Differs>,
    leaf: Option<Leaf>,
    /// How many there are on all leaves.
    all: usize,
}

impl Difference {
    /// What stands of it on a page that is about something else: what weighs `most` bytes at most.
    pub(super) fn abridged(mut self, most: usize) -> Self {
        let weights = self.differs.iter().scan(0, |sum, one| {
            *sum += one.weight();
            Some(*sum)
        });
        let fit = weights.take_while(|sum| *sum <= most).count();
        self.differs.truncate(fit);
        self.leaf = None;
        self
    }
}

#[derive(Serialize)]
struct Differs {
    /// `incident`, `interaction`, …
    subject: &'static str,
    of: String,
    /// `added`, `removed` or `edited`
    how: &'static str,
    fields: Vec<Field>,
}

impl Differs {
    /// About how many bytes it takes on a page.
    fn weight(&self) -> usize {
        let values = |field: &Field| {
            let texts = [&field.before, &field.after].into_iter().flatten();
            texts.map(|text| written_out(text) + 30).sum::<usize>() + field.name.len() + 30
        };
        200 + written_out(&self.of) + self.fields.iter().map(values).sum::<usize>()
    }
}

#[derive(Serialize)]
struct Field {
    name: String,
    before: Option<String>,
    after: Option<String>,
}

pub(super) async fn difference(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    Query(against): Query<Against>,
    RawQuery(query): RawQuery,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let opened = open(&state, &viewer, &id, Action::LookUp).await?;
    let l10n = viewer.l10n(&state)?;
    let difference =
        between(&state, &opened.row, against.from, &Turn::of(query.as_deref(), &["from"], "changes"), &l10n).await?;
    let page = Page { top: top(&state, &viewer, &opened, &l10n).await?, difference };
    state.view.page("desk/difference.html", &l10n, &viewer, &page).map(Html)
}

/// What a revision changes against revision `from`, or against the one that was built before it; none where there is no
/// such one.
pub(super) async fn between(
    state: &PortalState,
    row: &ReportRow,
    from: Option<i32>,
    turn: &Turn,
    l10n: &L10n,
) -> Result<Option<Difference>, Fault> {
    let revisions = state.db.revisions(&row.location, row.night).await?;
    let Some((was, is)) = pair(state, row, from, &revisions).await? else { return Ok(None) };
    let changes = changes(&was.report, &is.report);
    let all: Vec<Differs> = changes.iter().map(|change| shown(change, &was.report, &is.report, l10n)).collect();
    let (range, leaf) = Leaves::cut(all.iter().map(Differs::weight)).turned(turn);
    let count = all.len();
    let differs = all.into_iter().skip(range.start).take(range.len()).collect();
    Ok(Some(Difference { from: was.row.revision, to: is.row.revision, differs, leaf, all: count }))
}

/// A revision and the one of `revisions` that it is compared with, as they were frozen: revision `from`, or the one that
/// was built before it. The older one first, whichever was asked for; none where there is no such one.
pub(in crate::portal) async fn pair(
    state: &PortalState,
    row: &ReportRow,
    from: Option<i32>,
    revisions: &[ReportRow],
) -> Result<Option<(Frozen, Frozen)>, Fault> {
    let mut built = revisions.iter().filter(|known| known.object_key.is_some());
    let before = match from {
        Some(from) => built.rfind(|known| known.revision == from && known.id != row.id),
        None => built.rfind(|known| known.revision < row.revision),
    };
    let Some(before) = before.filter(|_| row.object_key.is_some()) else { return Ok(None) };
    let (older, newer) = if before.revision < row.revision { (before, row) } else { (row, before) };
    Ok(Some((frozen::report(state, older.id).await?, frozen::report(state, newer.id).await?)))
}

fn shown(change: &Change, was: &Report, is: &Report, l10n: &L10n) -> Differs {
    let (before, after) = (facts(change, was, l10n), facts(change, is, l10n));
    let value = |facts: &[(&'static str, String)], name: &str| {
        let found = facts.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        found.filter(|value| !value.is_empty())
    };
    let names: Vec<&str> = match change.how {
        How::Edited => change.fields.iter().map(String::as_str).collect(),
        How::Added => after.iter().map(|(name, _)| *name).collect(),
        How::Removed => before.iter().map(|(name, _)| *name).collect(),
    };
    let fields = names.into_iter().map(|name| Field {
        name: l10n.message("field", &[("field", name.into())]),
        before: value(&before, name),
        after: value(&after, name),
    });
    Differs {
        subject: change.subject.as_str(),
        of: line(&change.of, 128),
        how: change.how.as_str(),
        fields: fields.filter(|field| field.before.is_some() || field.after.is_some()).collect(),
    }
}

/// What a report says of a change's subject, field by field as the feed names them.
fn facts(change: &Change, report: &Report, l10n: &L10n) -> Vec<(&'static str, String)> {
    match change.subject {
        Subject::Incident => {
            let mut all = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
            let found = all.find(|incident| incident.incident.as_str() == change.of);
            found.map(|incident| of_incident(incident, report, l10n)).unwrap_or_default()
        }
        Subject::Interaction => {
            let escalated = report.escalations.iter().filter_map(|escalation| escalation.interaction.as_ref());
            let mut all = report.interactions.iter().chain(escalated);
            let found = all.find(|interaction| interaction.interaction.as_str() == change.of);
            found.map(|interaction| of_interaction(interaction, report, l10n)).unwrap_or_default()
        }
        Subject::Transaction => {
            let found = report.transactions.iter().find(|known| known.transaction.as_str() == change.of);
            found.map(|transaction| of_transaction(transaction, report, l10n)).unwrap_or_default()
        }
        Subject::Activity => match &report.summary.activity {
            None => Vec::new(),
            Some(activity) => vec![
                ("detections", l10n.integer(activity.detections)),
                ("filtered", l10n.integer(activity.filtered)),
                ("reviewed", l10n.integer(activity.reviewed)),
            ],
        },
        Subject::Completeness => {
            let until = report.missing.iter().find_map(|missing| match missing {
                Missing::Feed { complete_until } if change.of == "feed" => *complete_until,
                _ => None,
            });
            until.map(|until| vec![("complete_until", l10n.date_time(until, report.site.timezone))]).unwrap_or_default()
        }
    }
}

fn optional(text: Option<&str>) -> String {
    text.map(|text| line(text, LONGEST)).unwrap_or_default()
}

fn refs<'a>(clips: impl IntoIterator<Item = &'a crate::model::ClipRef>) -> String {
    clips.into_iter().map(|clip| line(clip.as_str(), 128)).collect::<Vec<_>>().join(", ")
}

fn of_incident(incident: &Incident, report: &Report, l10n: &L10n) -> Vec<(&'static str, String)> {
    let zone = report.site.timezone;
    vec![
        ("occurred_at", l10n.time_with_seconds(incident.occurred_at, zone)),
        ("type", line(&incident.kind, 80)),
        ("description", line(&incident.description, LONGEST)),
        ("reported_by", optional(incident.reported_by.as_deref())),
        (
            "case",
            incident.case.as_ref().map(|place| format!("{} / {}", place.number, place.instance)).unwrap_or_default(),
        ),
        ("clips", refs(&incident.clips)),
        ("photo", incident.photo.as_ref().map(|photo| line(&photo.key, 160)).unwrap_or_default()),
        ("transaction", incident.transaction.as_ref().map(|sale| line(sale.as_str(), 128)).unwrap_or_default()),
    ]
}

fn of_interaction(handled: &Interaction, report: &Report, l10n: &L10n) -> Vec<(&'static str, String)> {
    let time = |at| l10n.time_with_seconds(at, report.site.timezone);
    vec![
        ("started_at", time(handled.started_at)),
        ("ended_at", handled.ended_at.map(time).unwrap_or_default()),
        ("type", line(&handled.kind, 80)),
        ("level", l10n.integer(handled.level.into())),
        ("camera", optional(handled.camera.as_deref())),
        ("operator", optional(handled.operator.as_deref())),
        ("notes", line(&handled.notes, LONGEST)),
        ("actions", line(&handled.actions.join(", "), LONGEST)),
        ("clip", refs(&handled.clip)),
    ]
}

fn of_transaction(sale: &Transaction, report: &Report, l10n: &L10n) -> Vec<(&'static str, String)> {
    let money = |amount| l10n.money(amount, &sale.currency);
    let lines = sale.lines.iter().map(|sold| {
        let mark = if sold.paid { "page-paid" } else { "page-unpaid" };
        format!(
            "{} × {} = {} ({})",
            l10n.decimal(&sold.quantity),
            sold.description,
            money(&sold.total),
            l10n.message(mark, &[])
        )
    });
    let lines: Vec<String> = lines.collect();
    let payment = sale.payment.as_ref().map(|payment| format!("{} ({})", money(&payment.amount), payment.method));
    vec![
        ("at", l10n.time_with_seconds(sale.at, report.site.timezone)),
        ("terminal", line(&sale.terminal, 80)),
        ("currency", sale.currency.to_string()),
        ("lines", line(&lines.join("; "), LONGEST)),
        ("payment", optional(payment.as_deref())),
    ]
}
