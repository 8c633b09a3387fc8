//! Words: rows become what a page of the desk says, in the reader's conventions.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use url::form_urlencoded::Serializer;

use crate::db::DbError;
use crate::db::deliveries::ListedDelivery;
use crate::db::reports::ReportRow;
use crate::db::sites::Location;
use crate::model::{DeliveryId, EmailAddress, LocationRef, NightDate, ReportId, RunId};
use crate::portal::PortalState;
use crate::portal::shown::{line, written_out};
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// A path of the desk with a query.
pub(in crate::portal) fn path(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in pairs {
        query.append_pair(name, value);
    }
    format!("{path}?{}", query.finish())
}

/// A location's page.
pub(super) fn location_path(location: &LocationRef) -> String {
    path("/desk/location", &[("ref", location.as_str())])
}

/// A night's page.
pub(in crate::portal) fn night_path(location: &LocationRef, night: NightDate) -> String {
    path("/desk/night", &[("location", location.as_str()), ("night", &night.to_string())])
}

/// Who somebody is in what customers and colleagues read.
pub(in crate::portal) fn signature(viewer: &Viewer) -> String {
    use crate::access::Principal;
    let Principal::User(user) = &viewer.principal else { return viewer.person() };
    let name = line(&user.name, 120);
    if name.is_empty() { user.email.clone() } else { name }
}

/// What was done, as the address after a form says: one of our own words, or nothing.
#[derive(Debug, Default, serde::Deserialize)]
pub(in crate::portal) struct Said {
    #[serde(default)]
    said: String,
}

impl Said {
    /// The key of its message, if it is one of `known`.
    pub(in crate::portal) fn of(&self, known: &[&str]) -> Option<String> {
        known.contains(&self.said.as_str()).then(|| self.said.clone())
    }
}

/// A site in a heading.
#[derive(Serialize)]
pub(super) struct Site {
    pub(super) name: String,
    pub(super) location: String,
    pub(super) branch: String,
    pub(super) address: Option<String>,
    pub(super) zone: String,
    pub(super) href: String,
}

impl Site {
    pub(super) fn of(site: &Location, now: DateTime<Utc>, l10n: &L10n) -> Self {
        Self {
            name: line(&site.name, 120),
            location: line(site.location.as_str(), 128),
            branch: line(site.branch.as_str(), 128),
            address: site.address.as_deref().map(|address| line(address, 200)),
            zone: l10n.zone_name(site.timezone, now),
            href: location_path(&site.location),
        }
    }
}

/// A revision in a list.
#[derive(Serialize)]
pub(super) struct Revision {
    id: ReportId,
    href: String,
    night: String,
    number: i32,
    state: &'static str,
    /// Whether there is something to look at.
    built: bool,
    cause: Option<&'static str>,
    by: Option<String>,
    reason: Option<String>,
    planned: String,
    frozen: Option<String>,
    error: Option<String>,
    interactions: String,
    incidents: String,
    missing: i64,
    /// How many mails are in which state.
    mails: Vec<(String, String)>,
    /// Whether there is one before it to compare with.
    earlier: bool,
}

/// Revisions as a list shows them, in the order given.
pub(super) async fn revisions(
    state: &PortalState,
    rows: &[ReportRow],
    zone: Tz,
    l10n: &L10n,
) -> Result<Vec<Revision>, DbError> {
    let ids: Vec<ReportId> = rows.iter().map(|row| row.id).collect();
    let mut mails: HashMap<ReportId, Vec<(String, String)>> = HashMap::new();
    for (report, word, count) in state.db.mails_of(&ids).await? {
        mails.entry(report).or_default().push((word, l10n.integer(count)));
    }
    let mut causes: HashMap<RunId, &'static str> = HashMap::new();
    for row in rows {
        if !causes.contains_key(&row.run)
            && let Some(run) = state.db.run(row.run).await?
        {
            causes.insert(row.run, run.cause.as_str());
        }
    }
    let before = |row: &ReportRow| {
        rows.iter().any(|other| other.night == row.night && other.revision < row.revision && other.object_key.is_some())
    };
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        shown.push(Revision {
            id: row.id,
            href: format!("/desk/reports/{}", row.id),
            night: l10n.date(row.night),
            number: row.revision,
            state: row.state.as_str(),
            built: row.object_key.is_some(),
            cause: causes.get(&row.run).copied(),
            by: row.requested_by.as_deref().map(|by| line(by, 120)),
            reason: row.reason.as_deref().map(|reason| line(reason, 400)),
            planned: l10n.date_time(row.planned_at, zone),
            frozen: row.built_at.map(|at| l10n.date_time(at, zone)),
            error: row.error.as_deref().map(|error| line(error, 400)),
            interactions: l10n.integer(row.interactions),
            incidents: l10n.integer(row.incidents),
            missing: row.missing,
            mails: mails.remove(&row.id).unwrap_or_default(),
            earlier: row.object_key.is_some() && before(row),
        });
    }
    Ok(shown)
}

/// A mail in a list.
#[derive(Serialize)]
pub(super) struct Mail {
    id: DeliveryId,
    href: String,
    subject: String,
    name: String,
    address: String,
    contact: String,
    state: &'static str,
    kind: String,
    attempts: i32,
    wanted: String,
    ended: Option<String>,
    error: Option<String>,
    site: String,
    night: String,
    revision: i32,
}

impl Mail {
    /// About how many bytes it takes in a list.
    pub(super) fn weight(&self) -> usize {
        let texts = [Some(&self.name), Some(&self.address), self.error.as_ref()];
        480 + texts.into_iter().flatten().map(|text| written_out(text)).sum::<usize>()
    }

    /// For signed-in staff: the whole address.
    pub(super) fn of(listed: &ListedDelivery, zone: Tz, l10n: &L10n) -> Self {
        let delivery = &listed.delivery;
        Self {
            id: delivery.id,
            href: format!("/desk/mails/{}", delivery.id),
            subject: line(&delivery.subject, 200),
            name: line(&delivery.name, 100),
            address: line(&delivery.email, 254),
            contact: line(delivery.contact.as_str(), 128),
            state: delivery.state.as_str(),
            kind: line(&delivery.kind, 20),
            attempts: delivery.attempts,
            wanted: l10n.date_time(delivery.created_at, zone),
            ended: delivery.finished_at.map(|at| l10n.date_time(at, zone)),
            error: delivery.error.as_deref().map(|error| line(error, 400)),
            site: line(listed.location.as_str(), 128),
            night: l10n.date(listed.night),
            revision: listed.revision,
        }
    }
}

/// Why an address gets nothing, in the reader's words.
#[derive(Serialize)]
pub(in crate::portal) struct Suppressed {
    address: String,
    /// Message key's end.
    reason: &'static str,
    since: String,
    detail: String,
    mail: Option<String>,
}

impl Suppressed {
    pub(in crate::portal) fn of(row: &crate::db::suppressions::Suppression, zone: Tz, l10n: &L10n) -> Self {
        Self {
            address: line(&row.address, 254),
            reason: row.reason.as_str(),
            since: l10n.date_time(row.since, zone),
            detail: line(&row.detail, 300),
            mail: row.delivery.map(|id| format!("/desk/mails/{id}")),
        }
    }
}

/// The zone in which a location's instants are shown: UTC where the feed knows it no more.
pub(super) async fn zone_of(state: &PortalState, location: &LocationRef) -> Result<Tz, DbError> {
    Ok(state.db.location(location).await?.map_or(Tz::UTC, |site| site.timezone))
}

/// Whether what somebody typed is an address.
pub(super) fn is_address(text: &str) -> bool {
    text.contains('@') && EmailAddress::new(EmailAddress::normalized(text)).is_ok()
}

impl Revision {
    /// Its number, where it is built.
    pub(super) fn built(&self) -> Option<i32> {
        self.built.then_some(self.number)
    }
}
