//! `/i/{token}`: one incident, to be shared.

use axum::extract::{Path, State};
use axum::response::Html;
use serde::Serialize;

use crate::compose::{Escalation, Report};
use crate::model::{EmailAddress, IncidentRef, LinkTarget, ViewKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::looked::{Looker, looked};
use crate::portal::share::{self, Before, Comment, Mine};
use crate::portal::shown::{self, Banners, Event, Heading};
use crate::portal::viewer::Viewer;
use crate::portal::visitor::{Visitor, admit};

#[derive(Serialize)]
struct Page {
    heading: Heading,
    banners: Banners,
    event: Event,
    /// What was said about it.
    comments: Vec<Comment>,
    /// How many earlier ones there are.
    unshown: Option<String>,
    /// Other incidents of the case that this reader was given.
    history: Vec<Before>,
    /// Where it can be shown to others, and what was.
    share: String,
    mine: Vec<Mine>,
}

pub(in crate::portal) async fn incident(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    looker: Looker,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let (visitor, wanted) = admitted(&state, &token).await?;
    let frozen = frozen::report(&state, visitor.access.report).await?;
    let seen = (ViewKind::Page, format!("incident:{wanted}"));
    looked(&state, &visitor, &looker, &frozen.row.location, seen).await;
    let report = &frozen.report;
    let l10n = visitor.l10n(&state, report)?;
    let escalation = find(report, &wanted).ok_or(Fault::NoSuchLink)?;
    let address = visitor.delivery.as_ref().map(|delivery| EmailAddress::normalized(&delivery.email));
    let zone = report.site.timezone;
    let comments = share::comments(&state, &wanted, (zone, &l10n)).await?;
    let page = Page {
        unshown: share::unshown(&state, &wanted, comments.len(), &l10n).await?,
        comments,
        history: share::history(&state, address.as_deref(), escalation, (zone, &l10n)).await?,
        mine: match &address {
            Some(own) => {
                let base = format!("/i/{token}/shares");
                share::mine(&state, own, &report.site.location, &base, (zone, &l10n)).await?
            }
            None => Vec::new(),
        },
        share: format!("/i/{token}/share"),
        heading: shown::heading(report, visitor.access.expires_at, &l10n),
        banners: shown::banners(report, super::report::latest(&state, &frozen.row).await?, &l10n),
        event: Event::shared(escalation, report, &format!("/i/{token}"), &l10n),
    };
    state.view.page("incident.html", &l10n, &viewer, &page).map(Html)
}

/// Lets somebody in who has the link of an incident.
pub(in crate::portal) async fn admitted(state: &PortalState, token: &str) -> Result<(Visitor, IncidentRef), Fault> {
    let visitor = admit(state, token, |target| matches!(target, LinkTarget::Incident(_))).await?;
    match visitor.access.target.clone() {
        LinkTarget::Incident(incident) => Ok((visitor, incident)),
        _ => Err(Fault::NoSuchLink),
    }
}

/// Where a report tells of an incident.
pub(in crate::portal) fn find<'a>(report: &'a Report, wanted: &IncidentRef) -> Option<&'a Escalation> {
    report
        .escalations
        .iter()
        .find(|escalation| escalation.incident.as_ref().is_some_and(|incident| incident.incident == *wanted))
}
