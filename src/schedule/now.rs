//! Now: a job's sites and their last nights become a run that a person asks for.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use crate::audit::Change;
use crate::config::Job;
use crate::db::sites::Location;
use crate::db::{Db, DbError, Enqueue};
use crate::model::NightDate;
use crate::pipeline::{Pipeline, Planned, Request, SiteNight};

/// Who asks again within so long means the same run: a button that is pressed twice fires once.
const SAME: TimeDelta = TimeDelta::seconds(10);

/// A job's sites, each with the night that is wanted: `night`, or the site's last one that has ended.
pub async fn sites_now(
    db: &Db,
    job: &Job,
    night: Option<NightDate>,
    now: DateTime<Utc>,
) -> Result<Vec<(Location, NightDate)>, DbError> {
    let selected = db.locations().await?.into_iter().filter(|site| job.selector.selects(&site.location, &site.branch));
    Ok(selected
        .map(|site| {
            let night = night.unwrap_or_else(|| site.hours.last_ended(now, site.timezone));
            (site, night)
        })
        .collect())
}

/// What a person who runs a job now wants of these sites.
#[must_use]
pub fn wanted_now(job: &Job, sites: &[(Location, NightDate)], by: Option<String>, at: DateTime<Utc>) -> Request {
    let wanted = sites
        .iter()
        .map(|(site, night)| SiteNight { location: site.location.clone(), night: *night, revision: 1 })
        .collect();
    // Whoever runs by hand wants it now, whatever the job waits for; what is missing is said in the report.
    Request {
        by,
        attach_pdf: job.attach_pdf,
        skip_quiet: job.skip_quiet,
        ..Request::by_hand(job.name.clone(), at, wanted)
    }
}

/// Runs a night of a job's sites now (each site's last one, where none is named), whether it is paused or not; entered in the audit log as `change`. Twice within
/// seconds is once: the second finds the first one's run ([`Planned::new`] is false). None where the job has no site.
pub async fn run_now<Q: Enqueue>(
    pipeline: &Pipeline<Q>,
    job: &Job,
    night: Option<NightDate>,
    by: &str,
    change: Change<'_>,
) -> Result<Option<Planned>, DbError> {
    let now = pipeline.clock.now();
    let sites = sites_now(&pipeline.db, job, night, now).await?;
    if sites.is_empty() {
        return Ok(None);
    }
    let at = now.duration_trunc(SAME).unwrap_or(now);
    let request = wanted_now(job, &sites, Some(by.to_owned()), at);
    pipeline.plan_by(&request, Some(change)).await.map(Some)
}
