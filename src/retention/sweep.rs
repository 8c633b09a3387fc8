//! Sweep: location by location and kind by kind, what is over age is listed, or removed in small steps.
//!
//! A dry sweep goes the same way and asks the same conditions. It keeps in memory what would be gone by the time the
//! archive's objects are looked at; a real one finds that in the rows.

use std::collections::HashSet;
use std::ops::ControlFlow;

use chrono::{DateTime, TimeDelta, Utc};

use super::objects::DELETED;
use super::{Entry, Progress, RetentionError, Sweeper, Swept};
use crate::config::Kept;
use crate::db::removals;
use crate::db::reports::ReportRow;
use crate::db::retention::{self, Class, Reach, Rule};
use crate::db::sites::Location;
use crate::model::ReportId;

/// Rows of one transaction.
pub(super) const ROWS: i64 = 200;
/// Reports that are looked up at once.
const REPORTS: i64 = 20;
/// An intent that is older than this has lost whoever had it.
const ABANDONED: TimeDelta = TimeDelta::hours(1);

/// Says how far a sweep is, and hears whether it is to go on.
pub type Tell<'a> = &'a (dyn Fn(Progress) -> ControlFlow<()> + Sync);

/// What would be gone, in a dry sweep.
#[derive(Debug, Default)]
pub(super) struct Gone {
    pub(super) clips: HashSet<String>,
    pub(super) incidents: HashSet<String>,
    pub(super) reports: HashSet<ReportId>,
}

/// A sweep under way.
pub(super) struct Sweep<'a> {
    pub(super) sweeper: &'a Sweeper,
    /// The instant at which it began: ages do not change on the way.
    pub(super) now: DateTime<Utc>,
    pub(super) dry: bool,
    pub(super) gone: Gone,
    pub(super) swept: Swept,
    progress: Progress,
    tell: Tell<'a>,
}

impl Sweeper {
    /// What a sweep would remove now.
    pub async fn overview(&self, tell: Tell<'_>) -> Result<Swept, RetentionError> {
        self.go(true, tell).await
    }

    /// Removes what is over age. Stopped or killed anywhere, it leaves nothing half done: the next one goes on.
    pub async fn sweep(&self, tell: Tell<'_>) -> Result<Swept, RetentionError> {
        self.go(false, tell).await
    }

    async fn go(&self, dry: bool, tell: Tell<'_>) -> Result<Swept, RetentionError> {
        let progress = Progress { done: 0, total: 0, removed: 0 };
        let mut sweep = Sweep {
            sweeper: self,
            now: self.clock.now(),
            dry,
            gone: Gone::default(),
            swept: Swept::default(),
            progress,
            tell,
        };
        sweep.swept.stopped = sweep.all().await?.is_break();
        Ok(sweep.swept)
    }
}

impl Sweep<'_> {
    async fn all(&mut self) -> Result<ControlFlow<()>, RetentionError> {
        let retention = &self.sweeper.retention;
        if !self.dry {
            for keys in self.sweeper.db.doomed_objects(self.now - ABANDONED, i64::MAX).await?.chunks(DELETED) {
                self.delete(keys).await?;
            }
        }
        if !retention.limits_anything() {
            return self.house().await;
        }
        // Which media old reports need must be known before any goes; reading them changes nothing that anybody sees.
        let unread = self.sweeper.list_uses().await?;
        let locations = self.sweeper.db.locations().await?;
        self.progress.total = locations.len() as u64;
        for location in &locations {
            if self.location(location, retention.of(&location.branch)).await?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.progress.done += 1;
        }
        if self.house().await?.is_break() || self.log().await?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if unread > 0 {
            tracing::warn!(unread, "clips and photos are all kept: which of them some old reports need is not known");
            self.swept.left += unread;
            return Ok(ControlFlow::Continue(()));
        }
        self.objects().await
    }

    async fn location(&mut self, location: &Location, kept: Kept) -> Result<ControlFlow<()>, RetentionError> {
        let mut reach = Reach {
            location: location.location.clone(),
            cutoff: self.now,
            events_cutoff: self.cutoff(kept.events_days),
            clips_cutoff: self.cutoff(kept.clips_days),
            open_since: self.now - TimeDelta::days(i64::from(self.sweeper.retention.case_open_days)),
            now: self.now,
            held_clips: Vec::new(),
            named_clips: Vec::new(),
        };
        if kept.clips_days.is_some() {
            reach.held_clips = self.sweeper.db.clips_of_open_cases(&reach).await?.into_iter().collect();
        }
        for rule in Rule::ALL {
            let Some(days) = days(kept, rule.class()) else { continue };
            if rule == Rule::ClipRecords && kept.clips_days.is_none() {
                continue;
            }
            reach.cutoff = self.cutoff(Some(days));
            if rule == Rule::ClipRecords {
                reach.named_clips = self.sweeper.db.clips_of_staying_events(&reach).await?.into_iter().collect();
            }
            let done =
                if self.dry { self.look(rule, &reach, days).await? } else { self.remove(rule, &reach, days).await? };
            if done.is_break() {
                return Ok(done);
            }
        }
        if let Some(days) = kept.artifacts_days {
            reach.cutoff = self.cutoff(Some(days));
            if self.reports(&reach, days, Bytes::All).await?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if let Some(days) = kept.sent_days {
            reach.cutoff = self.cutoff(Some(days));
            return self.reports(&reach, days, Bytes::Sent).await;
        }
        Ok(ControlFlow::Continue(()))
    }

    /// So many days ago; for ever is before everything.
    pub(super) fn cutoff(&self, days: Option<u32>) -> DateTime<Utc> {
        days.and_then(|days| self.now.checked_sub_signed(TimeDelta::days(i64::from(days)))).unwrap_or(BEFORE_EVERYTHING)
    }

    /// Counts what a rule would remove, and remembers what that sets free.
    async fn look(&mut self, rule: Rule, reach: &Reach, days: u32) -> Result<ControlFlow<()>, RetentionError> {
        let db = &self.sweeper.db;
        let count = db.over_age(rule, reach).await?;
        match rule {
            Rule::Footage | Rule::ClipRecords => self.gone.clips.extend(db.over_age_refs(rule, reach).await?),
            Rule::Incidents | Rule::Photos => self.gone.incidents.extend(db.over_age_refs(rule, reach).await?),
            _ => {}
        }
        self.add(rule.as_str(), reach, days, count.rows, 0, count.oldest);
        Ok(ControlFlow::Continue(()))
    }

    async fn remove(&mut self, rule: Rule, reach: &Reach, days: u32) -> Result<ControlFlow<()>, RetentionError> {
        loop {
            let mut tx = self.sweeper.db.begin().await?;
            let removed = retention::remove(&mut tx, rule, reach, ROWS).await?;
            tx.commit().await?;
            if removed == 0 {
                return Ok(ControlFlow::Continue(()));
            }
            self.add(rule.as_str(), reach, days, removed, 0, None);
            if self.step(removed).await.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }

    /// Reports that lose all their bytes, or the exact bytes of their mails.
    async fn reports(&mut self, reach: &Reach, days: u32, which: Bytes) -> Result<ControlFlow<()>, RetentionError> {
        let mut done: HashSet<ReportId> = HashSet::new();
        loop {
            // Those that are done in a dry sweep, or that could not be done in a real one, are found again.
            let limit = REPORTS.saturating_add(i64::try_from(done.len()).unwrap_or(i64::MAX));
            let db = &self.sweeper.db;
            let mut rows = match which {
                Bytes::All => db.reports_over_age(reach, limit).await?,
                Bytes::Sent => db.sent_over_age(reach, limit).await?,
            };
            rows.retain(|row| {
                let gone = which == Bytes::Sent && self.gone.reports.contains(&row.id);
                !gone && !done.contains(&row.id)
            });
            if rows.is_empty() {
                return Ok(ControlFlow::Continue(()));
            }
            for row in rows {
                done.insert(row.id);
                if self.report(&row, reach, days, which).await?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
    }

    async fn report(
        &mut self,
        row: &ReportRow,
        reach: &Reach,
        days: u32,
        which: Bytes,
    ) -> Result<ControlFlow<()>, RetentionError> {
        let artifacts = self.sweeper.db.artifacts(row.id).await?;
        let goes = artifacts.iter().filter(|one| which == Bytes::All || is_mail(&one.name));
        let bytes = goes.map(|one| u64::try_from(one.size).unwrap_or(0)).sum();
        if self.dry {
            if which == Bytes::All {
                self.gone.reports.insert(row.id);
            }
            self.add(which.name(), reach, days, 1, bytes, row.built_at);
            return Ok(ControlFlow::Continue(()));
        }
        let removed = match which {
            Bytes::All => self.sweeper.remove_report(row, self.now).await,
            Bytes::Sent => self.sweeper.remove_mails(row, self.now).await,
        };
        match removed {
            Ok(true) => self.add(which.name(), reach, days, 1, bytes, row.built_at),
            Ok(false) => {}
            // One report's bad bytes must not keep all others for ever.
            Err(error @ (RetentionError::Damaged(_) | RetentionError::Bundle(_) | RetentionError::Key(_))) => {
                tracing::warn!(report = %row.id, error = &error as &dyn std::error::Error, "a report is left as it is");
                self.swept.left += 1;
            }
            Err(error) => return Err(error),
        }
        Ok(self.step(1).await)
    }

    /// Adds to the entry of a kind and site.
    pub(super) fn add(
        &mut self,
        kind: &'static str,
        reach: &Reach,
        days: u32,
        count: u64,
        bytes: u64,
        oldest: Option<DateTime<Utc>>,
    ) {
        self.add_to(Entry {
            kind,
            location: Some(reach.location.clone()),
            kept_days: Some(days),
            count,
            bytes,
            oldest,
        });
    }

    pub(super) fn add_to(&mut self, more: Entry) {
        if more.count == 0 {
            return;
        }
        let known =
            self.swept.entries.iter_mut().rev().find(|one| one.kind == more.kind && one.location == more.location);
        match known {
            Some(entry) => {
                entry.count += more.count;
                entry.bytes += more.bytes;
                entry.oldest = entry.oldest.into_iter().chain(more.oldest).min();
            }
            None => self.swept.entries.push(more),
        }
    }

    /// Tells how far it is, and pauses.
    pub(super) async fn step(&mut self, removed: u64) -> ControlFlow<()> {
        self.progress.removed += removed;
        let flow = (self.tell)(self.progress);
        if flow.is_continue() && !self.dry && !self.sweeper.pause.is_zero() {
            tokio::time::sleep(self.sweeper.pause).await;
        }
        flow
    }
}

/// For how long a class is kept.
const fn days(kept: Kept, class: Class) -> Option<u32> {
    match class {
        Class::Events => kept.events_days,
        Class::Clips => kept.clips_days,
        Class::Artifacts => kept.artifacts_days,
        Class::Sent => kept.sent_days,
        Class::Access => kept.access_days,
    }
}

const BEFORE_EVERYTHING: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// Which of a report's bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bytes {
    All,
    Sent,
}

impl Bytes {
    const fn name(self) -> &'static str {
        match self {
            Self::All => "reports",
            Self::Sent => "sent mails",
        }
    }
}

/// Whether a member of a report's object is the exact bytes of a mail.
fn is_mail(name: &str) -> bool {
    name.starts_with("deliveries/")
}

impl Sweeper {
    /// Removes a report's artifacts: the rows first, which say so from then on, then the object.
    async fn remove_report(&self, row: &ReportRow, now: DateTime<Utc>) -> Result<bool, RetentionError> {
        let mut tx = self.db.begin().await?;
        let doomed = removals::remove_artifacts(&mut tx, row, now).await?;
        tx.commit().await?;
        if let Some(key) = &doomed {
            self.carry_out(key).await?;
        }
        Ok(doomed.is_some())
    }

    /// Removes the exact bytes of a report's mails; everything else of it stays and verifies.
    async fn remove_mails(&self, row: &ReportRow, now: DateTime<Utc>) -> Result<bool, RetentionError> {
        let new = self.rebundle(row, |name, bytes| Ok((!is_mail(name)).then_some(bytes))).await?;
        let mut tx = self.db.begin().await?;
        if !removals::exchange_bundle(&mut tx, new.report, (&new.from, &new.to), &new.members, now).await? {
            return Ok(false);
        }
        removals::note_sent_removed(&mut tx, row.id, now).await?;
        tx.commit().await?;
        self.carry_out(&new.from).await?;
        Ok(true)
    }
}
