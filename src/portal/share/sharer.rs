//! Sharer: whoever may show an incident to others, by a mail's link or signed in, with what they may show.

use std::sync::Arc;

use super::found::{Found, shown_to};
use super::offer::Offer;
use crate::access::{Action, Place, Principal, policy};
use crate::audit::Actor;
use crate::model::{EmailAddress, IncidentRef};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::pages;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// Somebody who may show incidents to others.
pub(in crate::portal) struct Sharer {
    pub(super) actor: Actor,
    /// Their address, in its one form.
    pub(super) address: String,
    pub(super) name: String,
    pub(super) l10n: Arc<L10n>,
    /// The incident's page.
    pub(super) base: String,
    /// Above the pages of what they have shared.
    pub(super) shares: String,
    /// What they came from.
    pub(super) found: Found,
    /// What they may show: the report's other incidents, too, and of other nights what they chose.
    pub(super) offer: Offer,
    /// Whether other nights are theirs to choose from; a mail's link is of its own.
    is_wide: bool,
    /// From which network address they came.
    pub(super) origin: String,
}

impl Sharer {
    /// Who opened the link of an incident in their mail.
    pub(super) async fn by_mail(state: &PortalState, viewer: &Viewer, token: &str) -> Result<Self, Fault> {
        let (visitor, incident) = pages::admitted(state, token).await?;
        let frozen = frozen::report(state, visitor.access.report).await?;
        let l10n = visitor.l10n(state, &frozen.report)?;
        let delivery = visitor.delivery.as_ref().ok_or(Fault::NoSuchLink)?;
        let address = EmailAddress::normalized(&delivery.email);
        let principal = Principal::Link { delivery: delivery.id, address: address.clone() };
        if !policy::may(&principal, Action::Share, Place::given(&frozen.report.site.branch, true)) {
            return Err(Fault::NoSuchLink);
        }
        let base = format!("/i/{token}");
        let found = Found { id: Some(frozen.row.id), report: frozen.report, incident, may_share: true };
        Ok(Self {
            actor: Actor::Link(delivery.id),
            address,
            name: delivery.name.clone(),
            l10n,
            shares: format!("{base}/shares"),
            base,
            offer: Offer::of(&found),
            found,
            is_wide: false,
            origin: viewer.origin.address.clone(),
        })
    }

    /// Who is signed in and was given the incident itself, not only shown it by somebody.
    pub(in crate::portal) async fn signed_in(
        state: &PortalState,
        viewer: &Viewer,
        incident: &IncidentRef,
    ) -> Result<Self, Fault> {
        let found =
            shown_to(state, viewer, incident).await?.filter(|found| found.may_share).ok_or(Fault::NoSuchPage)?;
        viewer.may(Action::Share, Place::given(&found.report.site.branch, true))?;
        let address = viewer.person();
        let name = match &viewer.principal {
            Principal::User(user) if !user.name.is_empty() => user.name.clone(),
            Principal::Key(key) => key.name.clone(),
            _ => address.clone(),
        };
        Ok(Self {
            actor: viewer.actor(),
            address,
            name,
            l10n: viewer.l10n(state)?,
            base: super::canonical::address(incident),
            shares: "/shares".into(),
            offer: Offer::of(&found),
            found,
            is_wide: true,
            origin: viewer.origin.address.clone(),
        })
    }
    /// The same from the first of several incidents that is theirs to show, with all that are; none where none is.
    pub(super) async fn of_any(
        state: &PortalState,
        viewer: &Viewer,
        incidents: &[IncidentRef],
    ) -> Result<Option<Self>, Fault> {
        let Some(mut sharer) = Self::before(state, viewer, incidents).await? else { return Ok(None) };
        sharer.choose(state, viewer, incidents).await?;
        Ok(Some(sharer))
    }

    /// The first of several incidents that is the viewer's to show.
    pub(in crate::portal) async fn first_of(
        state: &PortalState,
        viewer: &Viewer,
        incidents: &[IncidentRef],
    ) -> Result<Option<IncidentRef>, Fault> {
        Ok(Self::before(state, viewer, incidents).await?.map(|sharer| sharer.found.incident))
    }

    /// Somebody before the first of several incidents that is theirs to show.
    async fn before(state: &PortalState, viewer: &Viewer, incidents: &[IncidentRef]) -> Result<Option<Self>, Fault> {
        for incident in incidents {
            match Self::signed_in(state, viewer, incident).await {
                Ok(sharer) => return Ok(Some(sharer)),
                Err(Fault::NoSuchPage) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(None)
    }

    /// Has these offered, too, as far as they are the sharer's to show.
    pub(in crate::portal) async fn choose(
        &mut self,
        state: &PortalState,
        viewer: &Viewer,
        incidents: &[IncidentRef],
    ) -> Result<(), Fault> {
        if self.is_wide { self.offer.add(state, viewer, incidents).await } else { Ok(()) }
    }
}
