//! Listing: long tables, a page at a time. Each page begins behind the last row of the one before it, which its reader
//! hands back, so that no page costs more than the first, and rows that come in between move nothing.

use chrono::{DateTime, Datelike, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use sqlx::QueryBuilder;

use super::clips::Clip;
use super::deliveries::ListedDelivery;
use super::interactions::Interaction;
use super::mailed::arrived;
use super::reports::ReportRow;
use super::runs::Run;
use super::sites::{Location, LocationRow};
use super::summaries::anywhere;
use super::suppressions::Suppression;
use super::text::stored;
use super::{Db, DbError, on};
use crate::model::{
    BranchRef, CameraRef, ClipRef, ContactRef, DeliveryId, DeliveryState, InteractionRef, JobName, LocationRef,
    NightDate, ReportState, RunId,
};

/// Which reports.
#[derive(Debug, Clone, Default)]
pub struct ReportPage {
    /// Of sites of these branches; none is all.
    pub branches: Option<Vec<BranchRef>>,
    /// Of one site.
    pub location: Option<LocationRef>,
    /// Of this night and later ones.
    pub from: Option<NightDate>,
    /// Of this night and earlier ones.
    pub to: Option<NightDate>,
    /// In this state.
    pub state: Option<ReportState>,
    /// Of this run.
    pub run: Option<RunId>,
    /// Those that this address was mailed, and all of these locations.
    pub given_to: Option<(String, Vec<LocationRef>)>,
    /// Behind this one.
    pub after: Option<(NightDate, LocationRef, i32)>,
}

/// Which interactions of a location.
#[derive(Debug, Clone)]
pub struct InteractionFilter<'a> {
    /// The location.
    pub location: &'a LocationRef,
    /// Of one camera.
    pub camera: Option<CameraRef>,
    /// Of one type.
    pub kind: Option<String>,
    /// Of level 2 and above, or below.
    pub escalated: Option<bool>,
    /// What notes, type, operator or ref contain.
    pub text: String,
}

impl<'a> InteractionFilter<'a> {
    /// All of them.
    #[must_use]
    pub const fn of(location: &'a LocationRef) -> Self {
        Self { location, camera: None, kind: None, escalated: None, text: String::new() }
    }
}

/// Where a page by time ends: the instant and the id of its last row.
#[derive(Debug, Clone, Serialize)]
pub struct Last<T>(pub DateTime<Utc>, pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Last<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (at, last) = Deserialize::deserialize(deserializer)?;
        // What comes back from a reader may be anything; PostgreSQL refuses years that no row has.
        let at: DateTime<Utc> = at;
        if (1900..=9999).contains(&at.year()) { Ok(Self(at, last)) } else { Err(D::Error::custom("no year of ours")) }
    }
}

/// A person who may be notified, as a list shows them.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedContact {
    /// Their ref.
    #[sqlx(rename = "ref")]
    pub contact: ContactRef,
    /// Their name.
    #[sqlx(try_from = "super::text::Text")]
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their locale.
    pub locale: Option<String>,
    /// Whether mails go there.
    pub notify: bool,
}

impl Db {
    /// Locations in order of their refs, of these branches where some are named.
    pub async fn location_page(
        &self,
        branches: Option<&[BranchRef]>,
        after: Option<&LocationRef>,
        limit: i64,
    ) -> Result<Vec<Location>, DbError> {
        if branches.is_some_and(<[_]>::is_empty) {
            return Ok(Vec::new());
        }
        let rows: Vec<LocationRow> = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT ref, branch, name, address, timezone, night_from, night_to, locale, timeline_url \
                 FROM locations WHERE ref > ",
            );
            sql.push_bind(after.map_or("", LocationRef::as_str));
            if let Some(branches) = branches {
                sql.push(" AND branch IN (");
                let mut list = sql.separated(", ");
                for branch in branches {
                    list.push_bind(branch);
                }
                sql.push(")");
            }
            sql.push(" ORDER BY ref LIMIT ").push_bind(limit);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        });
        rows.into_iter().map(Location::try_from).collect()
    }

    /// Reports, newest night first.
    pub async fn report_page(&self, page: &ReportPage, limit: i64) -> Result<Vec<ReportRow>, DbError> {
        if page.branches.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT * FROM reports WHERE 1 = 1");
            if let Some(branches) = &page.branches {
                sql.push(" AND EXISTS (SELECT 1 FROM locations l WHERE l.ref = reports.location AND l.branch IN (");
                let mut list = sql.separated(", ");
                for branch in branches {
                    list.push_bind(branch);
                }
                sql.push("))");
            }
            if let Some(location) = &page.location {
                sql.push(" AND location = ").push_bind(location);
            }
            if let Some(from) = page.from {
                sql.push(" AND night >= ").push_bind(from);
            }
            if let Some(to) = page.to {
                sql.push(" AND night <= ").push_bind(to);
            }
            if let Some(state) = page.state {
                sql.push(" AND state = ").push_bind(state.as_str());
            }
            if let Some(run) = page.run {
                sql.push(" AND run = ").push_bind(run);
            }
            if let Some((address, whole)) = &page.given_to {
                sql.push(" AND id IN (SELECT d.report FROM deliveries d WHERE COALESCE(d.known_as, lower(d.email)) = ").push_bind(address);
                sql.push(concat!(" AND ", arrived!("d")));
                if !whole.is_empty() {
                    sql.push(" UNION SELECT w.id FROM reports w WHERE w.location IN (");
                    let mut list = sql.separated(", ");
                    for location in whole {
                        list.push_bind(location);
                    }
                    sql.push(")");
                }
                sql.push(")");
            }
            if let Some((night, location, revision)) = &page.after {
                sql.push(" AND night <= ").push_bind(*night);
                sql.push(" AND (night < ").push_bind(*night);
                sql.push(" OR location > ").push_bind(location);
                sql.push(" OR (location = ").push_bind(location);
                sql.push(" AND revision < ").push_bind(*revision).push("))");
            }
            sql.push(" ORDER BY night DESC, location, revision DESC LIMIT ").push_bind(limit);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// A location's interactions, newest first.
    pub async fn interaction_page(
        &self,
        filter: &InteractionFilter<'_>,
        after: Option<&Last<InteractionRef>>,
        limit: i64,
    ) -> Result<Vec<Interaction>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT ref, location, camera, level, kind, started_at, ended_at, operator, notes, actions, clip \
                 FROM interactions WHERE location = ",
            );
            sql.push_bind(filter.location);
            if let Some(camera) = &filter.camera {
                sql.push(" AND camera = ").push_bind(camera);
            }
            if let Some(kind) = &filter.kind {
                sql.push(" AND kind = ").push_bind(stored(kind).into_owned());
            }
            if let Some(escalated) = filter.escalated {
                sql.push(if escalated { " AND level >= 2" } else { " AND level < 2" });
            }
            if !filter.text.is_empty() {
                // lower() knows ASCII only on one of the databases; what is written as it stands is found on both.
                let (exact, lower) = (anywhere(&filter.text), anywhere(&filter.text.to_lowercase()));
                for (number, column) in ["notes", "kind", "operator", "ref"].into_iter().enumerate() {
                    sql.push(if number == 0 { " AND (" } else { " OR " }).push(column).push(" LIKE ");
                    sql.push_bind(exact.clone()).push(" ESCAPE '\\' OR lower(").push(column).push(") LIKE ");
                    sql.push_bind(lower.clone()).push(" ESCAPE '\\'");
                }
                sql.push(")");
            }
            if let Some(Last(at, last)) = after {
                sql.push(" AND (started_at, ref) < (").push_bind(*at).push(", ").push_bind(last).push(")");
            }
            sql.push(" ORDER BY started_at DESC, ref DESC LIMIT ").push_bind(limit);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// One recording.
    pub async fn clip(&self, clip: &ClipRef) -> Result<Option<Clip>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT ref, location, camera, recorded_at, duration_ms, object_key, content_type, external_url, password \
             FROM clips WHERE ref = $1"
        )
        .bind(clip)
        .fetch_optional(c)
        .await?))
    }

    /// A location's contacts in order of their refs: its own and its branch's.
    pub async fn contact_page(
        &self,
        location: &Location,
        after: Option<&ContactRef>,
        limit: i64,
    ) -> Result<Vec<ListedContact>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT c.ref, c.name, COALESCE(o.email, c.email) AS email, c.locale, COALESCE(o.notify, c.notify) AS notify \
             FROM contacts c LEFT JOIN contact_overrides o ON o.contact = c.ref WHERE c.ref > $3 AND c.ref IN \
             (SELECT contact FROM contact_locations WHERE location = $1 \
              UNION SELECT contact FROM contact_branches WHERE branch = $2) ORDER BY c.ref LIMIT $4"
        )
        .bind(&location.location)
        .bind(&location.branch)
        .bind(after.map_or("", ContactRef::as_str))
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// Runs, newest first: of one job, or of all.
    pub async fn run_page(
        &self,
        job: Option<&JobName>,
        after: Option<&Last<RunId>>,
        limit: i64,
    ) -> Result<Vec<Run>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT * FROM runs WHERE 1 = 1");
            if let Some(job) = job {
                sql.push(" AND job = ").push_bind(job);
            }
            if let Some(Last(at, last)) = after {
                sql.push(" AND (started_at, id) < (").push_bind(*at).push(", ").push_bind(*last).push(")");
            }
            sql.push(" ORDER BY started_at DESC, id DESC LIMIT ").push_bind(limit);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// Mails to an address (in its one form), newest first.
    pub async fn mail_page(
        &self,
        address: &str,
        after: Option<&Last<DeliveryId>>,
        limit: i64,
    ) -> Result<Vec<ListedDelivery>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT d.*, r.location, r.night, r.revision FROM deliveries d JOIN reports r ON r.id = d.report \
                 WHERE COALESCE(d.known_as, lower(d.email)) = ",
            );
            sql.push_bind(address);
            if let Some(Last(at, last)) = after {
                sql.push(" AND (d.created_at, d.id) < (").push_bind(*at).push(", ").push_bind(*last).push(")");
            }
            sql.push(" ORDER BY d.created_at DESC, d.id DESC LIMIT ").push_bind(limit);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// Mails in a state, newest first; sent and suppressed ones are looked for by address.
    pub async fn mails_in(
        &self,
        state: DeliveryState,
        after: Option<&Last<DeliveryId>>,
        limit: i64,
    ) -> Result<Vec<ListedDelivery>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT d.*, r.location, r.night, r.revision FROM deliveries d JOIN reports r ON r.id = d.report \
                 WHERE d.state NOT IN ('sent', 'suppressed') AND d.state = ",
            );
            sql.push_bind(state.as_str());
            if let Some(Last(at, last)) = after {
                sql.push(" AND (d.created_at, d.id) < (").push_bind(*at).push(", ").push_bind(*last).push(")");
            }
            sql.push(" ORDER BY d.created_at DESC, d.id DESC LIMIT ").push_bind(limit);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// Suppressed addresses, newest first; those that were lifted, too, where `lifted`.
    pub async fn suppression_page(
        &self,
        lifted: bool,
        after: Option<&Last<String>>,
        limit: i64,
    ) -> Result<Vec<Suppression>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT * FROM suppressions WHERE (lifted_at IS NULL OR ");
            sql.push_bind(lifted).push(")");
            if let Some(Last(at, last)) = after {
                sql.push(" AND (since, address) < (").push_bind(*at).push(", ").push_bind(last).push(")");
            }
            sql.push(" ORDER BY since DESC, address DESC LIMIT ").push_bind(limit);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }
}

#[cfg(test)]
mod tests;
