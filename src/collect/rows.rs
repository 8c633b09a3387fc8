//! The queries of a night: nine, and two more where an incident names what lies outside of its window.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::{CollectError, Night, PAST_NIGHTS};
use crate::db::activities::NightCounts;
use crate::db::clips::KnownClip;
use crate::db::incidents::KnownIncident;
use crate::db::interactions::Interaction;
use crate::db::transactions::Sale;
use crate::db::{DbError, Tx};
use crate::model::{ClipRef, IncidentRef, InteractionRef, LocationRef, NightDate, TransactionRef, Window};

pub(super) async fn night(tx: &mut Tx, location: &LocationRef, night: NightDate) -> Result<Night, CollectError> {
    let Some((site, branch_name)) = tx.site(location).await? else {
        return Err(CollectError::UnknownLocation(location.clone()));
    };
    let windows: Vec<_> = (0..=PAST_NIGHTS)
        .rev()
        .map(|days| night.minus(days))
        .map(|past| (past, site.hours.window(past, site.timezone)))
        .collect();
    let window = site.hours.window(night, site.timezone);
    let mut past = tx.night_counts(location, &windows).await?;
    let nothing =
        NightCounts { night, detections: None, filtered: None, reviewed: None, interactions: 0, incidents: 0 };
    let tonight = past.pop().unwrap_or(nothing);
    let interactions = tx.interactions_in(location, window).await?;
    let incidents = tx.incidents_in(location, window).await?;
    let earlier = earlier(tx, location, &interactions, &incidents).await?;
    let clips = clips(tx, location, interactions.iter().chain(&earlier), &incidents).await?;
    let sales = tx.sales_in(location, window).await?;
    let earlier_sales = earlier_sales(tx, location, &sales, &incidents).await?;
    Ok(Night {
        night,
        window,
        branch_name,
        cameras: tx.cameras_of(location).await?,
        complete_until: tx.watermark(location).await?,
        tonight,
        past,
        interactions,
        earlier,
        incidents,
        clips,
        sales,
        earlier_sales,
        contacts: tx.notified(location, &site.branch).await?,
        brand: tx.brand(&site.branch).await?,
        site,
    })
}

/// One incident, as the only one of a night that is as short as it.
pub(super) async fn incident(
    tx: &mut Tx,
    location: &LocationRef,
    wanted: &IncidentRef,
    at: DateTime<Utc>,
) -> Result<Option<Night>, CollectError> {
    let Some((site, branch_name)) = tx.site(location).await? else { return Ok(None) };
    let window = Window { start: at, end: at + TimeDelta::seconds(1) };
    let mut incidents = tx.incidents_in(location, window).await?;
    incidents.retain(|known| known.incident.incident == *wanted);
    if incidents.is_empty() {
        return Ok(None);
    }
    let earlier = earlier(tx, location, &[], &incidents).await?;
    let clips = clips(tx, location, earlier.iter(), &incidents).await?;
    let night = NightDate::new(at.with_timezone(&site.timezone).date_naive());
    let tonight =
        NightCounts { night, detections: None, filtered: None, reviewed: None, interactions: 0, incidents: 0 };
    Ok(Some(Night {
        night,
        window,
        branch_name,
        cameras: tx.cameras_of(location).await?,
        complete_until: None,
        tonight,
        past: Vec::new(),
        interactions: Vec::new(),
        earlier,
        clips,
        sales: Vec::new(),
        earlier_sales: earlier_sales(tx, location, &[], &incidents).await?,
        incidents,
        contacts: Vec::new(),
        brand: tx.brand(&site.branch).await?,
        site,
    }))
}

async fn earlier(
    tx: &mut Tx,
    location: &LocationRef,
    interactions: &[Interaction],
    incidents: &[KnownIncident],
) -> Result<Vec<Interaction>, DbError> {
    let there: HashSet<&InteractionRef> = interactions.iter().map(|interaction| &interaction.interaction).collect();
    let named: BTreeSet<_> = incidents.iter().filter_map(|known| known.incident.interaction.as_ref()).collect();
    let outside: Vec<_> = named.into_iter().filter(|named| !there.contains(named)).collect();
    let mut found = tx.interactions(&outside).await?;
    found.retain(|interaction| interaction.location == *location);
    found.sort_by(|a, b| (a.started_at, &a.interaction).cmp(&(b.started_at, &b.interaction)));
    Ok(found)
}

async fn clips(
    tx: &mut Tx,
    location: &LocationRef,
    interactions: impl Iterator<Item = &Interaction>,
    incidents: &[KnownIncident],
) -> Result<Vec<KnownClip>, DbError> {
    let mut named: BTreeSet<&ClipRef> = interactions.filter_map(|interaction| interaction.clip.as_ref()).collect();
    named.extend(incidents.iter().flat_map(|known| &known.incident.clips));
    let mut found = tx.clips(&named.into_iter().collect::<Vec<_>>()).await?;
    found.retain(|known| known.clip.location == *location);
    found.sort_by(|a, b| a.clip.clip.cmp(&b.clip.clip));
    Ok(found)
}

async fn earlier_sales(
    tx: &mut Tx,
    location: &LocationRef,
    sales: &[Sale],
    incidents: &[KnownIncident],
) -> Result<Vec<Sale>, DbError> {
    let there: HashSet<&TransactionRef> = sales.iter().map(|sale| &sale.transaction).collect();
    let named: BTreeSet<_> = incidents.iter().filter_map(|known| known.incident.transaction.as_ref()).collect();
    let outside: Vec<_> = named.into_iter().filter(|named| !there.contains(named)).collect();
    let mut found = tx.sales(&outside).await?;
    found.retain(|sale| sale.location == *location);
    found.sort_by(|a, b| (a.at, &a.transaction).cmp(&(b.at, &b.transaction)));
    Ok(found)
}
