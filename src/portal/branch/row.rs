//! Rows: a listed incident becomes the words of a table's row, in one language.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::site::Site;
use crate::db::incident_list::ListedIncident;
use crate::model::Disposition;
use crate::portal::shown::line;
use crate::render::l10n::L10n;

/// So much of a description stands in a table; the whole is on the incident's page.
const BRIEF: usize = 180;

/// An incident in a table.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    /// Its ref.
    pub(super) incident: String,
    /// Address of its page.
    pub(super) href: String,
    /// The case's number.
    pub(super) case: Option<String>,
    /// Which of the case's incidents it is.
    pub(super) instance: Option<String>,
    /// When it was first shared.
    pub(super) shared: Option<String>,
    /// When it occurred.
    pub(super) occurred: String,
    /// The same for programs.
    pub(super) at: DateTime<Utc>,
    pub(super) kind: String,
    pub(super) description: String,
    /// Address of its photo.
    pub(super) photo: Option<String>,
    pub(super) photo_missing: bool,
    pub(super) videos: usize,
    pub(super) comments: i64,
    pub(super) sale: bool,
    /// What it turned out to be, where somebody said so.
    pub(super) verdict: Option<String>,
}

/// The words for a disposition.
pub(super) fn said(disposition: Disposition, l10n: &L10n) -> String {
    l10n.message(&format!("branch-said-{disposition}"), &[])
}

impl Row {
    pub(super) fn of(listed: &ListedIncident, site: &Site, l10n: &L10n) -> Self {
        let known = &listed.known;
        let incident = &known.incident;
        let zone = site.location.timezone;
        let place = known.case_number.zip(known.instance);
        let photo = incident.photo_key.as_ref().filter(|_| known.photo_present == Some(true));
        Self {
            incident: incident.incident.as_str().to_owned(),
            href: site.page_of(&incident.incident),
            // The number is an identifier: it is not grouped.
            case: place.map(|(number, _)| number.to_string()),
            instance: place.map(|(_, instance)| l10n.message("branch-instance", &[("instance", instance.into())])),
            shared: listed.shared_at.map(|at| l10n.date_time(at, zone)),
            occurred: l10n.date_time(incident.occurred_at, zone),
            at: incident.occurred_at,
            kind: line(&incident.kind, 80),
            description: line(&incident.description, BRIEF),
            photo: photo.map(|_| format!("{}/photo", site.media_of(&incident.incident))),
            photo_missing: incident.photo_key.is_some() && photo.is_none(),
            videos: incident.clips.len(),
            comments: listed.comments,
            sale: incident.transaction.is_some(),
            verdict: listed.disposition().map(|disposition| said(disposition, l10n)),
        }
    }
}

/// A local instant as spreadsheets sort it.
pub(super) fn plain_time(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()
}
