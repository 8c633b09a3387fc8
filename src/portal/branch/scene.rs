//! Scene: one incident's rows become a report of that incident alone, so that a page shows it as a report's page does.

use crate::collect::Night;
use crate::compose::{Build, Escalation, Report, compose};
use crate::db::activities::NightCounts;
use crate::db::incidents::KnownIncident;
use crate::db::sites::Location;
use crate::model::{IncidentRef, NightDate, ReportId};
use crate::portal::PortalState;
use crate::portal::fault::Fault;

/// The night to which an incident belongs; for one of the day, the date on which it happened.
pub(super) fn night_of(site: &Location, known: &KnownIncident) -> NightDate {
    let at = known.incident.occurred_at;
    let day = || NightDate::new(at.with_timezone(&site.timezone).date_naive());
    site.hours.night_of(at, site.timezone).unwrap_or_else(day)
}

/// Composes a report that holds nothing but an incident and what belongs to it. It is shown, and never frozen.
pub(in crate::portal) async fn scene(state: &PortalState, known: &KnownIncident) -> Result<Report, Fault> {
    let incident = &known.incident;
    let mut tx = state.db.snapshot().await?;
    let (site, branch_name) = tx.site(&incident.location).await?.ok_or(Fault::NoSuchPage)?;
    let cameras = tx.cameras_of(&incident.location).await?;
    let brand = tx.brand(&site.branch).await?;
    let mut earlier = match &incident.interaction {
        Some(behind) => tx.interactions(&[behind]).await?,
        None => Vec::new(),
    };
    let refs: Vec<_> = incident.clips.iter().chain(earlier.iter().filter_map(|one| one.clip.as_ref())).collect();
    let mut clips = tx.clips(&refs).await?;
    let mut earlier_sales = match &incident.transaction {
        Some(sale) => tx.sales(&[sale]).await?,
        None => Vec::new(),
    };
    tx.commit().await?;
    // What belongs to another location stays out, whatever names it.
    earlier.retain(|one| one.location == incident.location);
    clips.retain(|one| one.clip.location == incident.location);
    earlier_sales.retain(|one| one.location == incident.location);
    clips.sort_by(|one, other| one.clip.clip.cmp(&other.clip.clip));
    clips.dedup_by(|one, other| one.clip.clip == other.clip.clip);
    let night = night_of(&site, known);
    let window = site.hours.window(night, site.timezone);
    let tonight =
        NightCounts { night, detections: None, filtered: None, reviewed: None, interactions: 0, incidents: 1 };
    let rows = Night {
        night,
        window,
        site,
        branch_name,
        brand,
        cameras,
        complete_until: None,
        tonight,
        past: Vec::new(),
        interactions: Vec::new(),
        earlier,
        incidents: vec![known.clone()],
        clips,
        sales: Vec::new(),
        earlier_sales,
        contacts: Vec::new(),
    };
    let id = ReportId::of(&incident.location, night, 0);
    Ok(compose(&rows, &Build { id, revision: 1, built_at: state.clock.now(), correction: None }))
}

/// The incident in its scene.
pub(in crate::portal) fn centre<'a>(report: &'a Report, incident: &IncidentRef) -> Result<&'a Escalation, Fault> {
    let named = |escalation: &&Escalation| escalation.incident.as_ref().is_some_and(|one| one.incident == *incident);
    report.escalations.iter().find(named).ok_or(Fault::NoSuchPage)
}
