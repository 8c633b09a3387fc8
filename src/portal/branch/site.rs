//! Sites: the location that an address names becomes one that the viewer may see, or no such page.

use serde::Serialize;

use super::query::segment;
use crate::access::{Action, Place, Principal};
use crate::db::sites::Location;
use crate::model::{BranchRef, IncidentRef, LocationRef, NightDate, ReportId};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;

/// A location that the viewer may see.
pub(in crate::portal) struct Site {
    pub(in crate::portal) location: Location,
    pub(super) branch_name: String,
    /// Set for who sees only what was mailed to, or shared with, this address.
    pub(in crate::portal) mailed_to: Option<String>,
    /// Whether it is there because it was given to who looks.
    given: bool,
}

/// What the head of a location's pages says.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "what one may do here, thing by thing")]
pub(super) struct Head {
    name: String,
    branch: String,
    address: Option<String>,
    /// Address of the location's first page.
    base: String,
    may_judge: bool,
    may_save: bool,
    may_see_views: bool,
    may_share: bool,
}

/// Lets a viewer in who may do this at the location that an address names.
pub(in crate::portal) async fn admit(
    state: &PortalState,
    viewer: &Viewer,
    raw: &str,
    action: Action,
) -> Result<Site, Fault> {
    let location: LocationRef = raw.parse().map_err(|_| Fault::NoSuchPage)?;
    let mut tx = state.db.snapshot().await?;
    let found = tx.site(&location).await?;
    tx.commit().await?;
    let (location, branch_name) = found.ok_or(Fault::NoSuchPage)?;
    let own = customer(viewer);
    let given = match own {
        Some(address) => given_locations(state, address).await?.contains(&location.location),
        None => false,
    };
    viewer.may(action, Place::given(&location.branch, given))?;
    // Whoever is on the whitelist of the whole location sees all of it.
    let mailed_to = match own {
        Some(address) if state.db.is_whitelisted(address, &location.location, state.clock.now()).await? => None,
        own => own.map(str::to_owned),
    };
    Ok(Site { location, branch_name, mailed_to, given })
}

/// The address of who sees only what was given to it.
pub(super) fn customer(viewer: &Viewer) -> Option<&str> {
    match &viewer.principal {
        Principal::User(_) | Principal::Key(_) => None,
        other => Some(other.address().unwrap_or_default()),
    }
}

/// The locations that were given to an address: by a mail that arrived, by the whitelist, or in part by a share.
pub(in crate::portal) async fn given_locations(state: &PortalState, address: &str) -> Result<Vec<LocationRef>, Fault> {
    let mut locations = state.db.mailed_locations(address).await?;
    locations.extend(state.db.whitelisted_locations(address, state.clock.now()).await?);
    locations.extend(state.db.shared_locations(address, state.clock.now()).await?);
    locations.sort();
    locations.dedup();
    Ok(locations)
}

/// Address of a location's first page.
pub(in crate::portal) fn path_of(location: &LocationRef) -> String {
    format!("/locations/{}", segment(location.as_str()))
}

impl Head {
    pub(super) fn may_judge(&self) -> bool {
        self.may_judge
    }

    pub(super) fn may_share(&self) -> bool {
        self.may_share
    }
}

impl Site {
    pub(super) fn branch(&self) -> &BranchRef {
        &self.location.branch
    }

    /// Address of the location's first page.
    pub(super) fn base(&self) -> String {
        path_of(&self.location.location)
    }

    /// Address of an incident's page.
    pub(super) fn page_of(&self, incident: &IncidentRef) -> String {
        format!("{}/incidents/{}", self.base(), segment(incident.as_str()))
    }

    /// What an incident's footage and photo are addressed by.
    pub(super) fn media_of(&self, incident: &IncidentRef) -> String {
        format!("/media/{}/{}", segment(self.location.location.as_str()), segment(incident.as_str()))
    }

    pub(super) fn head(&self, viewer: &Viewer) -> Head {
        // Whoever is here was admitted; what was given to them they may save and share, too.
        let may = |action| viewer.may(action, Place::given(self.branch(), self.given)).is_ok();
        Head {
            name: line(&self.location.name, 120),
            branch: line(&self.branch_name, 120),
            address: self.location.address.as_deref().map(|address| line(address, 200)),
            base: self.base(),
            may_judge: may(Action::Judge),
            may_save: may(Action::Export),
            may_see_views: may(Action::ReadViews),
            may_share: may(Action::Share),
        }
    }

    /// The latest report that this viewer may see, and its night.
    pub(super) async fn latest(&self, state: &PortalState) -> Result<Option<(ReportId, NightDate)>, Fault> {
        Ok(match &self.mailed_to {
            Some(address) => state.db.latest_mailed(&self.location.location, address).await?,
            None => state.db.latest_review(&self.location.location).await?,
        })
    }
}
