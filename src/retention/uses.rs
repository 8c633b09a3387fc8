//! Uses: what a frozen report names that must outlive its own rows, or be found again by name.

use std::collections::BTreeSet;

use super::{RetentionError, Sweeper};
use crate::compose::{Footage, Report};
use crate::db::removals::{self, Use};
use crate::db::reports::ReportRow;

/// Reports that are listed in one go.
const AT_ONCE: i64 = 50;

/// Everything that a report names: its media and its brand's logo, the cases of its incidents, its recipients, and whom
/// answers to it reach.
#[must_use]
pub fn uses_of(report: &Report) -> BTreeSet<(Use, String)> {
    let mut uses = BTreeSet::new();
    for clip in &report.clips {
        if let Footage::Archive { key, .. } = &clip.footage {
            uses.insert((Use::Object, key.clone()));
        }
    }
    if let Some(brand) = &report.brand {
        uses.extend(brand.logo.as_ref().map(|logo| (Use::Object, logo.key.clone())));
        uses.extend(brand.reply_to.as_ref().map(|address| (Use::Address, address.as_str().to_lowercase())));
    }
    for incident in report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref()) {
        uses.extend(incident.photo.as_ref().map(|photo| (Use::Object, photo.key.clone())));
        uses.extend(incident.case.as_ref().map(|place| (Use::Case, place.case.to_string())));
    }
    for recipient in &report.recipients {
        uses.insert((Use::Contact, recipient.contact.to_string()));
        uses.insert((Use::Address, recipient.email.to_lowercase()));
    }
    uses
}

impl Sweeper {
    /// Lists the uses of reports that were frozen before anybody did; returns how many could not be read.
    pub(super) async fn list_uses(&self) -> Result<u64, RetentionError> {
        let mut unread = Vec::new();
        loop {
            let skip = i64::try_from(unread.len()).unwrap_or(i64::MAX);
            let mut rows = self.db.unlisted_reports(AT_ONCE.saturating_add(skip)).await?;
            rows.retain(|row| !unread.contains(&row.id));
            if rows.is_empty() {
                return Ok(unread.len() as u64);
            }
            for row in rows {
                match self.frozen(&row).await {
                    Ok(report) => {
                        let mut tx = self.db.begin().await?;
                        removals::list_uses(&mut tx, row.id, &uses_of(&report)).await?;
                        tx.commit().await?;
                    }
                    Err(error) => {
                        tracing::warn!(report = %row.id, error = &error as &dyn std::error::Error, "a frozen report cannot be read");
                        unread.push(row.id);
                    }
                }
            }
        }
    }

    pub(super) async fn frozen(&self, row: &ReportRow) -> Result<Report, RetentionError> {
        Ok(serde_json::from_slice(&self.member(row, "report.json").await?)?)
    }
}
