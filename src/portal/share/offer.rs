//! Offer: which incidents somebody may show to others: those of the report that they came from, and those of the same
//! location's other nights that they ask for and that are theirs.
//!
//! It asks `found` and the policy about each report, and drops nothing unsaid: what was asked for and is not in the offer
//! can be counted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::found::{Found, narrowed, shown_to};
use super::piece::{Piece, When};
use crate::access::{Action, Place};
use crate::compose::{Incident, Report};
use crate::model::{IncidentRef, ReportId};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::pages;
use crate::portal::viewer::Viewer;

/// A report, and which of its incidents are offered.
struct Source {
    report: Arc<Report>,
    id: Option<ReportId>,
    offered: Vec<IncidentRef>,
}

/// What may be chosen.
pub(super) struct Offer(Vec<Source>);

/// An incident that may be chosen.
pub(super) struct Candidate<'a> {
    /// Which report tells of it, by its place in the offer; the first is the one that the sharer came from.
    pub(super) source: usize,
    pub(super) report: &'a Report,
    pub(super) told: &'a Incident,
    pub(super) when: When,
}

/// An incident that was chosen.
pub(super) struct Pick {
    pub(super) piece: Piece,
    /// The frozen report that tells of it; none where that was composed from rows.
    pub(super) id: Option<ReportId>,
}

/// Every incident that a report tells of.
fn incidents(report: &Report) -> impl Iterator<Item = &Incident> {
    report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref())
}

impl Offer {
    /// The incidents of the report that somebody came from.
    pub(super) fn of(found: &Found) -> Self {
        let offered = incidents(&found.report).map(|incident| incident.incident.clone()).collect();
        Self(vec![Source { report: Arc::clone(&found.report), id: found.id, offered }])
    }

    /// Adds those of `wanted` that a signed-in viewer may show to others, too: they happened at the same location, and are
    /// theirs.
    pub(super) async fn add(
        &mut self,
        state: &PortalState,
        viewer: &Viewer,
        wanted: &[IncidentRef],
    ) -> Result<(), Fault> {
        for incident in wanted {
            let known = self.0.iter_mut().find(|source| pages::find(&source.report, incident).is_some());
            if let Some(source) = known {
                // Of the first all are offered; twice is once.
                if !source.offered.contains(incident) {
                    source.offered.push(incident.clone());
                }
                continue;
            }
            let found = match shown_to(state, viewer, incident).await {
                Ok(found) => found.filter(|found| self.takes(viewer, found)),
                Err(Fault::NoSuchPage | Fault::Forbidden) => None,
                Err(fault) => return Err(fault),
            };
            self.0.extend(found.map(|found| {
                // Of a busy night its incidents are enough: a hundred nights may be asked for.
                let all = incidents(&found.report).map(|incident| &incident.incident).collect();
                Source {
                    report: Arc::new(narrowed(&found.report, &all)),
                    id: found.id,
                    offered: vec![incident.clone()],
                }
            }));
        }
        Ok(())
    }

    /// Whether what was found may be shown together with the rest.
    fn takes(&self, viewer: &Viewer, found: &Found) -> bool {
        let site = &found.report.site;
        found.may_share
            && self.0.first().is_some_and(|first| first.report.site.location == site.location)
            && viewer.may(Action::Share, Place::given(&site.branch, true)).is_ok()
    }

    /// What may be chosen, each once, the newest night first and in order of time within it.
    pub(super) fn candidates(&self) -> Vec<Candidate<'_>> {
        let mut known = BTreeSet::new();
        let mut all = Vec::new();
        for (source, Source { report, id, offered }) in self.0.iter().enumerate() {
            for incident in offered {
                let told = pages::find(report, incident).and_then(|escalation| escalation.incident.as_ref());
                let Some(told) = told.filter(|told| known.insert(&told.incident)) else { continue };
                let when = When::of(report, id.is_some(), told.occurred_at);
                all.push(Candidate { source, report, told, when });
            }
        }
        all.sort_by_key(|one| (Reverse(one.when), one.told.occurred_at));
        all
    }

    /// Those that were chosen, numbered in the order of the candidates.
    pub(super) fn picked(&self, chosen: &[IncidentRef]) -> Vec<Pick> {
        let chosen: BTreeSet<&IncidentRef> = chosen.iter().collect();
        let mut candidates = self.candidates();
        candidates.retain(|one| chosen.contains(&one.told.incident));
        let mut by_source: BTreeMap<usize, BTreeSet<&IncidentRef>> = BTreeMap::new();
        for one in &candidates {
            by_source.entry(one.source).or_default().insert(&one.told.incident);
        }
        // One for all of its incidents, which share it.
        let narrow: BTreeMap<usize, (Arc<Report>, Option<ReportId>)> = by_source
            .into_iter()
            .map(|(at, wanted)| (at, (Arc::new(narrowed(&self.0[at].report, &wanted)), self.0[at].id)))
            .collect();
        (1..)
            .zip(&candidates)
            .filter_map(|(number, one)| {
                let (report, id) = narrow.get(&one.source)?.clone();
                let piece = Piece::of(number, one.told.incident.clone(), report, id.is_some())?;
                Some(Pick { piece, id })
            })
            .collect()
    }

    /// How many of `wanted` are not offered.
    pub(super) fn missing(&self, wanted: &[IncidentRef]) -> usize {
        let offered: BTreeSet<&IncidentRef> = self.0.iter().flat_map(|source| &source.offered).collect();
        wanted.iter().filter(|incident| !offered.contains(incident)).collect::<BTreeSet<_>>().len()
    }
}
