//! Found: an incident's ref becomes what somebody may see of it: in the frozen report that tells of it, or (where it
//! happened outside of every night) composed from its rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::access::{Action, Place, Principal};
use crate::collect::{CollectError, collect_incident};
use crate::compose::{Build, Escalation, Footage, Missing, Report, compose};
use crate::db::shares::{IncidentPlace, Item};
use crate::model::{ClipRef, IncidentRef, ReportId, TransactionRef};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::pages;
use crate::portal::shown;
use crate::portal::viewer::Viewer;

/// An incident, and the report that tells of it.
pub(super) struct Found {
    pub(super) report: Arc<Report>,
    /// None where it is composed from rows.
    pub(super) id: Option<ReportId>,
    pub(super) incident: IncidentRef,
    /// Whether the viewer may show it to others: it was theirs, not only shown to them.
    pub(super) may_share: bool,
}

impl Found {
    pub(super) fn escalation(&self) -> Result<&Escalation, Fault> {
        pages::find(&self.report, &self.incident).ok_or(Fault::NoSuchPage)
    }
}

/// The incident as a signed-in viewer may see it; none where it is not there for them.
pub(super) async fn shown_to(
    state: &PortalState,
    viewer: &Viewer,
    incident: &IncidentRef,
) -> Result<Option<Found>, Fault> {
    let now = state.clock.now();
    let Some(place) = state.db.incident_place(incident).await? else { return Ok(None) };
    let address = match &viewer.principal {
        Principal::Customer { address } => Some(address.as_str()),
        _ => None,
    };
    let whole = match address {
        Some(address) => state.db.is_whitelisted(address, &place.location, now).await?,
        None => false,
    };
    if viewer.may(Action::ReadLocation, Place::given(&place.branch, whole)).is_ok() {
        return latest(state, &place, incident).await;
    }
    let Some(address) = address else { return Ok(None) };
    // What was mailed stays theirs though the mail's links have ended: they have signed in.
    for id in state.db.incident_mailed(address, incident).await? {
        viewer.may(Action::ReadLocation, Place::given(&place.branch, true))?;
        if let Some(report) = read(state, id, incident).await? {
            return Ok(Some(Found { report, id: Some(id), incident: incident.clone(), may_share: true }));
        }
    }
    for shared in state.db.incident_shared(address, incident, now).await? {
        viewer.may(Action::ReadLocation, Place::given(&place.branch, true))?;
        let items = state.db.share_items(shared.recipient.share).await?;
        let Some(item) = items.into_iter().find(|item| item.number == shared.number) else { continue };
        if let Some(found) = of_item(state, &item).await? {
            let report = Arc::new(narrowed(&found.report, &BTreeSet::from([incident])));
            return Ok(Some(Found { report, ..found }));
        }
    }
    Ok(None)
}

/// The latest that is known of an incident.
pub(super) async fn latest(
    state: &PortalState,
    place: &IncidentPlace,
    incident: &IncidentRef,
) -> Result<Option<Found>, Fault> {
    let found = |report, id| Some(Found { report, id, incident: incident.clone(), may_share: true });
    let Some(site) = state.db.location(&place.location).await? else { return Ok(None) };
    if let Some(night) = site.hours.night_of(place.occurred_at, site.timezone) {
        let mut rows = state.db.revisions(&place.location, night).await?;
        rows.retain(|row| row.object_key.is_some());
        rows.sort_by_key(|row| std::cmp::Reverse(row.revision));
        for row in rows {
            if let Some(report) = read(state, row.id, incident).await? {
                return Ok(found(report, Some(row.id)));
            }
        }
    }
    Ok(from_rows(state, place, incident).await?.map(Arc::new).and_then(|report| found(report, None)))
}

/// A frozen report, where it is still there and tells of the incident.
async fn read(state: &PortalState, id: ReportId, incident: &IncidentRef) -> Result<Option<Arc<Report>>, Fault> {
    Ok(whole(state, id).await?.filter(|report| pages::find(report, incident).is_some()))
}

/// A frozen report, where it is still there.
pub(super) async fn whole(state: &PortalState, id: ReportId) -> Result<Option<Arc<Report>>, Fault> {
    match frozen::report(state, id).await {
        Ok(frozen) => Ok(Some(frozen.report)),
        Err(Fault::Removed(_) | Fault::NoSuchLink) => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn from_rows(
    state: &PortalState,
    place: &IncidentPlace,
    incident: &IncidentRef,
) -> Result<Option<Report>, Fault> {
    let night = match collect_incident(&state.db, &place.location, incident, place.occurred_at).await {
        Ok(night) => night,
        Err(CollectError::UnknownLocation(_)) => None,
        Err(CollectError::Read(error)) => return Err(error.into()),
    };
    Ok(night.map(|night| {
        let id = ReportId::of(&place.location, night.night, 0);
        let build = Build { id, revision: 1, built_at: state.clock.now(), correction: None };
        let mut report = compose(&night, &build);
        report.missing.retain(|missing| matches!(missing, Missing::Clip { .. } | Missing::Photo { .. }));
        report
    }))
}

/// What an item of a share shows; none where retention took it away.
pub(super) async fn of_item(state: &PortalState, item: &Item) -> Result<Option<Found>, Fault> {
    let report = match item.report {
        Some(id) => read(state, id, &item.incident).await?,
        None => frozen_of(item)?,
    };
    Ok(report.map(|report| Found { report, id: item.report, incident: item.incident.clone(), may_share: false }))
}

/// What an item keeps itself, because no report tells of it.
pub(super) fn frozen_of(item: &Item) -> Result<Option<Arc<Report>>, Fault> {
    let report = item.frozen.as_deref().map(serde_json::from_str).transpose();
    Ok(report.map_err(|error| Fault::Damaged(error.to_string()))?.map(Arc::new))
}

/// A report that tells of these incidents and of nothing else.
pub(super) fn narrowed(report: &Report, incidents: &BTreeSet<&IncidentRef>) -> Report {
    let is_wanted = |escalation: &&Escalation| {
        escalation.incident.as_ref().is_some_and(|incident| incidents.contains(&incident.incident))
    };
    let escalations: Vec<Escalation> = report.escalations.iter().filter(is_wanted).cloned().collect();
    let clips: BTreeSet<ClipRef> = escalations.iter().flat_map(shown::clips_of).cloned().collect();
    let told = || escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
    let sales: BTreeSet<TransactionRef> = told().filter_map(|incident| incident.transaction.clone()).collect();
    let refs: BTreeSet<&str> = told().map(|incident| incident.incident.as_str()).collect();
    let missing = report.missing.iter().filter(|missing| match missing {
        Missing::Clip { clip } => clips.contains(clip),
        Missing::Photo { incident } => refs.contains(incident.as_str()),
        Missing::Feed { .. } | Missing::Activity => false,
    });
    let mut narrow = Report {
        missing: missing.cloned().collect(),
        interactions: Vec::new(),
        transactions: report.transactions.iter().filter(|sale| sales.contains(&sale.transaction)).cloned().collect(),
        clips: report.clips.iter().filter(|clip| clips.contains(&clip.clip)).cloned().collect(),
        correction: None,
        recipients: Vec::new(),
        escalations: escalations.clone(),
        ..report.clone()
    };
    narrow.site.cameras.clear();
    narrow.summary.types.clear();
    narrow.summary.past.clear();
    narrow.summary.activity = None;
    narrow
}

/// The objects of the archive that a report shows.
pub(super) fn objects_of(report: &Report) -> BTreeSet<String> {
    let clips = report.clips.iter().filter_map(|clip| match &clip.footage {
        Footage::Archive { key, .. } => Some(key.clone()),
        Footage::External { .. } | Footage::Missing => None,
    });
    let incidents = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
    let logo = report.brand.as_ref().and_then(|brand| brand.logo.as_ref()).map(|logo| logo.key.clone());
    clips
        .chain(logo)
        .chain(incidents.filter_map(|incident| incident.photo.as_ref().map(|photo| photo.key.clone())))
        .collect()
}
