//! Build: one planned report becomes frozen bytes, rows and deliveries.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::freeze::Frozen;
use super::produce::{Order, ProduceError, Product};
use super::{Pipeline, ledger};
use crate::archive::{ArchiveError, BundleError, Key, Member};
use crate::compose::Report;
use crate::db::artifacts::Artifact;
use crate::db::deliveries::Delivery;
use crate::db::links::NewLink;
use crate::db::removals::Use;
use crate::db::reports::{Built, ReportRow};
use crate::db::summaries::Summary;
use crate::db::suppressions::Suppression;
use crate::db::{DbError, Enqueue, Task, Tx, artifacts, deliveries, links, removals, reports, runs, summaries};
use crate::meter::Stage;
use crate::model::{DeliveryState, EmailAddress, ReportId, ReportState, RunId};
use crate::retention::uses_of;

/// How often a site whose feed is incomplete is looked at again.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(60);

/// Why a report could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The rows.
    #[error("cannot read or write the report's rows")]
    Db(#[from] DbError),
    /// The stages.
    #[error("cannot produce the report")]
    Produce(#[from] ProduceError),
    /// The bundle.
    #[error("cannot bundle the report's artifacts")]
    Bundle(#[from] BundleError),
    /// Retention has been here.
    #[error("the night's events were removed by retention (everything before {}); it cannot be built again", .0.date_naive())]
    Removed(DateTime<Utc>),
    /// The archive.
    #[error("cannot archive the report")]
    Archive(#[from] ArchiveError),
    /// An erasure came in between.
    #[error("a recipient's data were erased while the report was built; it is built again without them")]
    Erased,
    /// It does not come to an end.
    #[error("the report was not built within {} minutes", .0.as_secs() / 60)]
    Hangs(Duration),
}

impl BuildError {
    /// Whether another try may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Db(error) => error.is_retryable(),
            Self::Produce(error) => error.is_retryable(),
            Self::Bundle(_) | Self::Removed(_) => false,
            Self::Archive(error) => error.is_retryable(),
            Self::Erased | Self::Hangs(_) => true,
        }
    }
}

/// How a build ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildOutcome {
    /// The report is frozen.
    Done,
    /// Another has done it, or nobody wants it any more.
    NotMine,
    /// Its feed is incomplete, the wait is over, and its job wants it held.
    Held,
    /// Its feed is incomplete and waited for.
    NotReady {
        /// When to look again.
        again_at: DateTime<Utc>,
    },
}

/// Everything of a built report that becomes rows.
struct Rows<'a> {
    id: ReportId,
    run: RunId,
    built: &'a Built,
    members: &'a [Artifact],
    links: &'a [NewLink],
    deliveries: &'a [Delivery],
    uses: &'a BTreeSet<(Use, String)>,
    report: &'a Report,
    tasks: &'a [Task],
}

/// How writing a built report ended.
enum Committed {
    Done,
    /// Another has built it meanwhile.
    NotMine,
    /// It names somebody whose data were erased meanwhile.
    Erased,
}

impl<Q: Enqueue + Clone + 'static> Pipeline<Q> {
    /// Builds a planned report.
    pub async fn build(&self, id: ReportId) -> Result<BuildOutcome, BuildError> {
        let Some(row) = self.db.report(id).await?.filter(|row| row.state == ReportState::Planned) else {
            return Ok(BuildOutcome::NotMine);
        };
        let now = self.clock.now();
        let span = tracing::Span::current();
        span.record("run", tracing::field::display(row.run));
        span.record("location", row.location.as_str()).record("night", tracing::field::display(row.night));
        if let Some(outcome) = self.gate(&row, now).await? {
            return Ok(outcome);
        }
        self.refuse_removed(&row).await?;
        self.keep_footage(&row).await;
        let product = Box::pin(self.produce(&Order::of(&row))).await?;
        let (report, data_sha256) = (product.report.clone(), product.data_sha256.clone());
        // Quiet is what was seen to be quiet: a night whose feed is incomplete is mailed, with its label.
        let skipped = row.skip_quiet && report.is_quiet() && report.missing.is_empty();
        let frozen = self.frozen_bytes(product, row.send && !skipped, now).await?;
        let key = Key::report(&row.location, row.night, row.revision, &hex::encode(Sha256::digest(&frozen.object)));
        self.intend(&key).await?;
        self.meter.time(Stage::Archive, self.archive.put(&key, frozen.object)).await?;

        let built = built(&report, if skipped { ReportState::Skipped } else { ReportState::Built }, &key, data_sha256);
        let waiting = frozen.deliveries.iter().filter(|delivery| delivery.state == DeliveryState::Pending);
        let tasks: Vec<Task> = waiting.map(|delivery| Task::Deliver { delivery: delivery.id }).collect();
        let rows = Rows {
            id,
            run: row.run,
            built: &built,
            members: &artifacts_of(id, frozen.members),
            links: &frozen.links,
            deliveries: &frozen.deliveries,
            uses: &uses_of(&report),
            report: &report,
            tasks: &tasks,
        };
        match self.meter.time(Stage::Commit, self.commit(rows)).await? {
            Committed::Done => {}
            Committed::NotMine => return Ok(BuildOutcome::NotMine),
            Committed::Erased => {
                // Its intent stands: where this fails, the sweep removes it.
                self.archive.delete(&key).await?;
                return Err(BuildError::Erased);
            }
        }
        tracing::info!(
            report = %id, run = %row.run, location = %row.location, night = %row.night, revision = row.revision,
            interactions = built.interactions, incidents = built.incidents, missing = built.missing,
            deliveries = tasks.len(), "report built"
        );
        Ok(BuildOutcome::Done)
    }

    /// The report's bytes, and what becomes rows with them.
    async fn frozen_bytes(&self, product: Product, mailed: bool, now: DateTime<Utc>) -> Result<Frozen, BuildError> {
        let suppressed = if mailed { self.suppressed(&product.report).await? } else { BTreeMap::new() };
        let pipeline = self.clone();
        let frozen = tokio::task::spawn_blocking(move || pipeline.freeze(&product, mailed, &suppressed, now));
        Ok(frozen.await.map_err(ProduceError::from)??)
    }

    /// The recipients' addresses to which nothing is mailed.
    pub(super) async fn suppressed(&self, report: &Report) -> Result<BTreeMap<String, Suppression>, DbError> {
        let recipients = report.recipients.iter();
        let addresses: Vec<String> = recipients.map(|recipient| EmailAddress::normalized(&recipient.email)).collect();
        self.db.suppressed(&addresses).await
    }

    /// A night whose events are gone would look as if nothing had happened.
    async fn refuse_removed(&self, row: &ReportRow) -> Result<(), BuildError> {
        let Some(until) = self.db.events_removed_until(&row.location).await? else { return Ok(()) };
        let Some(location) = self.db.location(&row.location).await? else { return Ok(()) };
        let begins = location.hours.window(row.night, location.timezone).start;
        if begins < until { Err(BuildError::Removed(until)) } else { Ok(()) }
    }

    /// Writes down that a report's object is about to be there: whoever dies before naming it, or loses against another
    /// build, leaves it to the sweep.
    pub(super) async fn intend(&self, key: &Key) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        removals::doom(&mut tx, key.path(), self.clock.now()).await?;
        tx.commit().await
    }

    /// Writes everything of a built report in one transaction.
    async fn commit(&self, rows: Rows<'_>) -> Result<Committed, DbError> {
        let mut tx = self.db.begin().await?;
        // An erasure that began before has its marks in the rows; one that begins later finds this report's.
        tx.hold_erasures().await?;
        let erased = tx.erased().await?;
        if rows.report.recipients.iter().any(|one| erased.covers(one.contact.as_str(), &one.email)) {
            return Ok(Committed::Erased);
        }
        if !reports::freeze(&mut tx, rows.id, rows.built).await? {
            return Ok(Committed::NotMine);
        }
        removals::spare(&mut tx, &rows.built.object_key).await?;
        artifacts::insert(&mut tx, rows.members).await?;
        removals::list_uses(&mut tx, rows.id, rows.uses).await?;
        review(&mut tx, rows.report, rows.built).await?;
        links::insert(&mut tx, rows.links).await?;
        deliveries::insert(&mut tx, rows.deliveries).await?;
        self.queue.enqueue(&mut tx, rows.tasks, Duration::ZERO).await?;
        let now = self.clock.now();
        if runs::finish_if_complete(&mut tx, rows.run, now).await? {
            ledger::ended(&mut tx, &[rows.run], now).await?;
        }
        tx.commit().await?;
        Ok(Committed::Done)
    }

    /// What becomes of a report whose feed is incomplete: it is waited for, then held where its job wants that. None
    /// where it is to be built.
    async fn gate(&self, row: &ReportRow, now: DateTime<Utc>) -> Result<Option<BuildOutcome>, BuildError> {
        let Some(wait_until) = row.wait_until else { return Ok(None) };
        if now >= wait_until && !row.hold {
            self.meter.waited((wait_until - row.planned_at).to_std().unwrap_or_default());
            return Ok(None);
        }
        if self.feed_is_complete(row).await? {
            self.meter.waited((now - row.planned_at).to_std().unwrap_or_default());
            return Ok(None);
        }
        if now < wait_until {
            let again_at = wait_until.min(now + LOOK_AGAIN);
            tracing::info!(report = %row.id, location = %row.location, night = %row.night, %again_at, "waiting for the feed");
            return Ok(Some(BuildOutcome::NotReady { again_at }));
        }
        let mut tx = self.db.begin().await?;
        let held = reports::hold(&mut tx, row.id).await?;
        tx.commit().await?;
        if held {
            tracing::warn!(report = %row.id, location = %row.location, night = %row.night, "held: its feed is incomplete");
        }
        Ok(Some(if held { BuildOutcome::Held } else { BuildOutcome::NotMine }))
    }

    /// Whether the site's producer has said that it has sent everything up to the window's end.
    pub(super) async fn feed_is_complete(&self, row: &ReportRow) -> Result<bool, DbError> {
        let Some(location) = self.db.location(&row.location).await? else { return Ok(true) };
        let end = location.hours.window(row.night, location.timezone).end;
        Ok(self.db.watermark(&row.location).await?.is_some_and(|complete_until| complete_until >= end))
    }
}

/// What a built report says of itself.
fn built(report: &Report, state: ReportState, key: &Key, data_sha256: String) -> Built {
    Built {
        state,
        built_at: report.built_at,
        object_key: key.path().to_owned(),
        data_sha256,
        interactions: i64::from(report.summary.interactions()),
        escalated: i64::from(report.summary.escalated),
        incidents: i64::from(report.summary.incidents),
        missing: i64::try_from(report.missing.len()).unwrap_or(i64::MAX),
    }
}

/// The members of a report's object as rows.
fn artifacts_of(report: ReportId, members: Vec<Member>) -> Vec<Artifact> {
    let members = members.into_iter().map(|member| Artifact {
        report,
        name: member.name,
        content_type: member.content_type,
        start: i64::try_from(member.start).unwrap_or(i64::MAX),
        size: i64::try_from(member.size).unwrap_or(i64::MAX),
        sha256: member.sha256,
    });
    members.collect()
}

/// Notes the report as its location's latest review, and which incidents it tells of.
async fn review(tx: &mut Tx, report: &Report, built: &Built) -> Result<(), DbError> {
    let incidents = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
    let incidents: Vec<_> = incidents.map(|incident| &incident.incident).collect();
    let summary = Summary {
        location: &report.site.location,
        report: report.id,
        night: report.night,
        revision: report.revision,
        reviewed_at: report.built_at,
        interactions: built.interactions,
        incidents: &incidents,
        missing: built.missing,
        sells: !report.transactions.is_empty(),
    };
    summaries::record(tx, &summary).await
}
