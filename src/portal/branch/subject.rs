//! Subjects: what somebody looked at, as the access log keeps it, becomes what people call it, and where it stands.

use std::collections::HashMap;

use crate::db::views::Viewed;
use crate::model::{IncidentRef, ReportId};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::line;
use crate::render::l10n::{Arg, L10n};

use super::site::Site;

/// The nights of the reports that are named in a page of the log.
pub(super) struct Nights(HashMap<ReportId, String>);

impl Nights {
    /// Looks each report up once.
    pub(super) async fn of(state: &PortalState, views: &[Viewed], l10n: &L10n) -> Result<Self, Fault> {
        let mut nights = HashMap::new();
        for view in views {
            let Some(id) = view.subject.strip_prefix("report:").and_then(|id| id.parse::<ReportId>().ok()) else {
                continue;
            };
            if nights.contains_key(&id) {
                continue;
            }
            if let Some(row) = state.db.report(id).await? {
                let date = l10n.date(row.night);
                nights.insert(id, l10n.message("branch-night", &[("date", Arg::from(date.as_str()))]));
            }
        }
        Ok(Self(nights))
    }

    /// What a view was of, in words, and its address where it has a page here.
    pub(super) fn name(&self, view: &Viewed, site: &Site, l10n: &L10n) -> (String, Option<String>) {
        let (kind, of) = view.subject.split_once(':').unwrap_or(("", view.subject.as_str()));
        let plain = || line(of, 140);
        match kind {
            "report" => (of.parse().ok().and_then(|id| self.0.get(&id).cloned()).unwrap_or_else(plain), None),
            "incident" => (plain(), of.parse::<IncidentRef>().ok().map(|incident| site.page_of(&incident))),
            "share" => {
                (l10n.message("nav-shares", &[]), uuid::Uuid::parse_str(of).ok().map(|id| format!("/shares/{id}")))
            }
            "" if of == "incidents" => (l10n.message("branch-all", &[]), None),
            "" if of == "reports" => (l10n.message("nights-title", &[]), Some(format!("{}/nights", site.base()))),
            _ => (plain(), None),
        }
    }
}
