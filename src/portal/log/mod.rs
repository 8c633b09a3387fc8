//! The audit log's page: filters, pages, CSV, and whether the log is what was written.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{Html, Response};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::PortalState;
use super::branch;
use super::branch::csv::Pieces;
use super::fault::Fault;
use super::rooms::{Door, Rooms};
use super::shown;
use super::viewer::Viewer;
use crate::access::policy::{Action, Place};
use crate::audit::{self, CSV_HEAD};
use crate::db::audit::{Entry, Wanted};
use crate::model::{EmailAddress, NightDate};

/// So many stand on one page.
const MOST: i64 = 50;
/// So many are read at once for a CSV.
const STEP: i64 = 1_000;
/// So many of the last are read again for the mark on top; the command reads all.
const VERIFIED: i64 = 5_000;

pub(super) fn rooms() -> Rooms {
    let door = Door::Signed(Action::ReadAudit);
    Rooms::default().get("/audit", door, page).get("/audit.csv", door, csv)
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Asked {
    actor: String,
    action: String,
    object: String,
    branch: String,
    from: String,
    until: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    before: String,
}

#[derive(Serialize)]
struct Page {
    asked: Asked,
    entries: Vec<Line>,
    next: Option<String>,
    csv: String,
    /// How many entries were read again, and the number of the first that is not what was written.
    verified: i64,
    whole: bool,
    broken: Option<i64>,
}

#[derive(Serialize)]
struct Line {
    number: i64,
    at: String,
    actor: String,
    action: String,
    object: String,
    branch: String,
    detail: String,
    origin: String,
}

impl Asked {
    async fn wanted(&self, state: &PortalState) -> Result<Wanted, Fault> {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let actor = actor_of(state, &self.actor).await?;
        let day = |text: &str| text.trim().parse::<NightDate>().ok().and_then(|day| day.date().and_hms_opt(0, 0, 0));
        Ok(Wanted {
            actor,
            action: some(&self.action),
            object: some(&self.object),
            branch: some(&self.branch),
            from: day(&self.from).map(|at| at.and_utc()),
            until: day(&self.until).and_then(|at| at.and_utc().checked_add_signed(TimeDelta::days(1))),
            before: self.before.trim().parse().ok(),
        })
    }

    fn query(&self, before: Option<i64>) -> String {
        let asked = Self { before: before.map(|number| number.to_string()).unwrap_or_default(), ..self.clone() };
        serde_html_form::to_string(&asked).unwrap_or_default()
    }
}

/// Whom the log means by what somebody typed; none for nobody. People know each other by address, the log by id.
pub(super) async fn actor_of(state: &PortalState, typed: &str) -> Result<Option<String>, Fault> {
    let typed = typed.trim();
    Ok(match typed {
        "" => None,
        text if text.contains('@') && !text.contains(':') => {
            let Ok(address) = EmailAddress::new(EmailAddress::normalized(text)) else {
                return Ok(Some(text.to_owned()));
            };
            let address = address.as_str();
            let user = state.db.user_by_email(address).await?;
            Some(user.map_or(format!("address:{address}"), |user| format!("user:{}", user.id)))
        }
        text => Some(text.to_owned()),
    })
}

/// Whether the log is what was written.
pub(super) struct Standing {
    /// How many of the newest entries were read again.
    pub(super) verified: i64,
    /// Whether these are all that there are.
    pub(super) whole: bool,
    /// The number of the first that is not what was written.
    pub(super) broken: Option<i64>,
}

/// Reads the newest entries again.
pub(super) async fn standing(state: &PortalState) -> Result<Standing, Fault> {
    let (head, _) = state.db.audit_head().await?;
    let (verified, broken) = audit::verify_after(&state.db, (head - VERIFIED).max(0)).await?;
    let broken = broken.first().map(|fault| match fault {
        audit::Broken::Missing { number }
        | audit::Broken::Changed { number }
        | audit::Broken::Person { number, .. }
        | audit::Broken::End { number, .. } => *number,
    });
    Ok(Standing { verified, whole: head <= VERIFIED, broken })
}

async fn page(
    State(state): State<PortalState>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Html<String>, Fault> {
    viewer.may(Action::ReadAudit, Place::INSTALLATION)?;
    let Query(asked) = asked.unwrap_or_default();
    let l10n = viewer.l10n(&state)?;
    let mut found = audit::found(&state.db, &asked.wanted(&state).await?, MOST + 1).await?;
    let more = found.len() > usize::try_from(MOST).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|last| asked.query(Some(last.number)));
    let names = state.db.users(None).await?;
    let name = |actor: &str| {
        let user = names.iter().find(|user| actor == format!("user:{}", user.id));
        user.map_or_else(|| shown::line(actor, 120), |user| user.email.clone())
    };
    let at = |at: DateTime<Utc>| {
        format!("{}, {}", l10n.date(NightDate::new(at.date_naive())), l10n.time_with_seconds(at, Tz::UTC))
    };
    let entries = found.into_iter().map(|entry: Entry| Line {
        number: entry.number,
        at: at(entry.at),
        actor: name(&entry.actor),
        action: entry.action,
        object: shown::line(&entry.object, 160),
        branch: entry.branch.map(String::from).unwrap_or_default(),
        detail: if entry.detail == "{}" { String::new() } else { shown::line(&entry.detail, 2_000) },
        origin: shown::line(&entry.origin, 60),
    });
    let Standing { verified, whole, broken } = standing(&state).await?;
    let page = Page { entries: entries.collect(), next, csv: asked.query(None), verified, whole, broken, asked };
    state.view.page("audit.html", &l10n, &viewer, &page).map(Html)
}

async fn csv(
    State(state): State<PortalState>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    viewer.may(Action::ReadAudit, Place::INSTALLATION)?;
    let Query(asked) = asked.unwrap_or_default();
    let wanted = asked.wanted(&state).await?;
    branch::csv::answer("audit.csv", Entries { state, wanted, piece: CSV_HEAD.into(), done: false }).await
}

/// The entries of a CSV, newest first, a page after the other.
struct Entries {
    state: PortalState,
    wanted: Wanted,
    piece: String,
    done: bool,
}

impl Pieces for Entries {
    async fn next(&mut self) -> Result<Option<String>, Fault> {
        if self.done {
            return Ok(None);
        }
        let found = audit::found(&self.state.db, &self.wanted, STEP).await?;
        self.wanted.before = found.last().map(|entry| entry.number);
        self.done = i64::try_from(found.len()).unwrap_or(0) < STEP;
        self.piece.push_str(&audit::csv_rows(&found));
        Ok(Some(std::mem::take(&mut self.piece)))
    }
}
