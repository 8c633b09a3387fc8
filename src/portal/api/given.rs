//! Given: whether a clip or an interaction is for who asks. A customer has those that a report or an incident of theirs
//! shows; everybody else those of their locations.
//!
//! It must not let a customer have more than the pages show them.

use chrono::{DateTime, Utc};

use super::caller::Caller;
use super::problem::Problem;
use crate::access::Action;
use crate::compose::{self, Report};
use crate::db::clips::Clip;
use crate::db::interactions::Interaction;
use crate::db::sites::Location;
use crate::model::{ClipRef, InteractionRef, NightDate};
use crate::portal::PortalState;
use crate::portal::branch::admitted;
use crate::portal::fault::Fault;
use crate::portal::frozen;

/// So many nights before and after an event a report may tell of it.
const AROUND: u64 = 2;

/// A clip that is for who asks.
pub(super) async fn clip(state: &PortalState, caller: &Caller, raw: &str) -> Result<Clip, Problem> {
    let nothing = || Problem::not_found("there is no such clip, or it is not for you");
    caller.opens(Action::ReadLocation)?;
    let wanted = ClipRef::new(raw).map_err(|_| nothing())?;
    let found = state.db.clip(&wanted).await?.ok_or_else(nothing)?;
    let site = caller.site(state, found.location.as_str(), Action::ReadLocation).await?;
    let Some(address) = &site.mailed_to else { return Ok(found) };
    for incident in state.db.incidents_with_clip(&found.location, &wanted).await? {
        let named = (found.location.as_str(), incident.as_str());
        match admitted(state, &caller.viewer, named, Action::ReadLocation).await {
            Ok(_) => return Ok(found),
            Err(Fault::NoSuchPage) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    let shows = |report: &Report| report.clip(&wanted).map(|_| ());
    told(state, (&site.location, address), found.recorded_at, shows).await?.ok_or_else(nothing)?;
    Ok(found)
}

/// An interaction that is for who asks, and its location; to a customer as the report told it that they were mailed.
pub(super) async fn interaction(
    state: &PortalState,
    caller: &Caller,
    raw: &str,
) -> Result<(Interaction, Location), Problem> {
    let nothing = || Problem::not_found("there is no such interaction, or it is not for you");
    caller.opens(Action::ReadLocation)?;
    let wanted = InteractionRef::new(raw).map_err(|_| nothing())?;
    let mut tx = state.db.snapshot().await?;
    let found = tx.interactions(&[&wanted]).await?.pop();
    tx.commit().await?;
    let found = found.ok_or_else(nothing)?;
    let site = caller.site(state, found.location.as_str(), Action::ReadLocation).await?;
    let Some(address) = &site.mailed_to else { return Ok((found, site.location)) };
    let tells = |report: &Report| {
        let escalated = report.escalations.iter().filter_map(|told| told.interaction.as_ref());
        report.interactions.iter().chain(escalated).find(|told| told.interaction == wanted).cloned()
    };
    let told = told(state, (&site.location, address), found.started_at, tells).await?.ok_or_else(nothing)?;
    Ok((as_told(found, told), site.location))
}

/// An interaction as a report has it.
fn as_told(known: Interaction, told: compose::Interaction) -> Interaction {
    Interaction {
        level: told.level,
        kind: told.kind,
        started_at: told.started_at,
        ended_at: told.ended_at,
        operator: told.operator,
        notes: told.notes,
        actions: told.actions,
        clip: told.clip,
        ..known
    }
}

/// What a report tells that an address was mailed of the nights around an instant; the latest revision's word.
async fn told<T>(
    state: &PortalState,
    (location, address): (&Location, &str),
    at: DateTime<Utc>,
    of: impl Fn(&Report) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let day = NightDate::new(at.with_timezone(&location.timezone).date_naive());
    let nights = (day.minus(AROUND), day.plus(AROUND));
    for id in state.db.mailed_between(&location.location, nights, address).await? {
        match frozen::report(state, id).await {
            Ok(frozen) => {
                if let Some(told) = of(&frozen.report) {
                    return Ok(Some(told));
                }
            }
            Err(Fault::Removed(_)) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(None)
}
