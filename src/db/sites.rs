//! Branches, locations and cameras.

use chrono::NaiveTime;
use chrono_tz::Tz;
use serde::Serialize;
use sqlx::QueryBuilder;

use super::records::{ROWS, Stamped, Upsert};
use super::text::{maybe_stored, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{BranchRef, CameraRef, LocationRef, NightHours};

/// The client's grouping of locations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// Its ref.
    pub branch: BranchRef,
    /// Its name.
    pub name: String,
}

/// One monitored site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Location {
    /// Its ref.
    pub location: LocationRef,
    /// Its branch.
    pub branch: BranchRef,
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: Option<String>,
    /// Its time zone.
    pub timezone: Tz,
    /// Its night's wall-clock times.
    pub hours: NightHours,
    /// Its locale (BCP 47).
    pub locale: Option<String>,
    /// Where the customer's own application shows `{camera}` at `{at}`.
    pub timeline_url: Option<String>,
}

/// A camera of a location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Camera {
    /// Its ref.
    #[sqlx(rename = "ref")]
    pub camera: CameraRef,
    /// Its location.
    pub location: LocationRef,
    /// Its name.
    #[sqlx(try_from = "super::text::Text")]
    pub name: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct LocationRow {
    r#ref: LocationRef,
    branch: BranchRef,
    #[sqlx(try_from = "super::text::Text")]
    name: String,
    #[sqlx(try_from = "super::text::MaybeText")]
    address: Option<String>,
    timezone: String,
    night_from: String,
    night_to: String,
    locale: Option<String>,
    timeline_url: Option<String>,
}

/// A location with its branch's name.
#[derive(sqlx::FromRow)]
struct SiteRow {
    #[sqlx(flatten)]
    location: LocationRow,
    #[sqlx(try_from = "super::text::Text")]
    branch_name: String,
}

/// How wall-clock times of a night stand in rows.
const CLOCK: &str = "%H:%M";

impl TryFrom<LocationRow> for Location {
    type Error = DbError;
    fn try_from(row: LocationRow) -> Result<Self, DbError> {
        let unreadable = |what: String| DbError::Row { table: "locations", what };
        let time = |text: &str| {
            NaiveTime::parse_from_str(text, CLOCK).map_err(|error| unreadable(format!("time {text:?}: {error}")))
        };
        let hours = NightHours::new(time(&row.night_from)?, time(&row.night_to)?)
            .map_err(|error| unreadable(error.to_string()))?;
        let timezone = row.timezone.parse().map_err(|_| unreadable(format!("time zone {:?}", row.timezone)))?;
        Ok(Self {
            location: row.r#ref,
            branch: row.branch,
            name: row.name,
            address: row.address,
            timezone,
            hours,
            locale: row.locale,
            timeline_url: row.timeline_url,
        })
    }
}

const BRANCHES: Upsert = Upsert { table: "branches", key: "ref", columns: &["ref", "name", "digest"] };
const LOCATIONS: Upsert = Upsert {
    table: "locations",
    key: "ref",
    columns: &[
        "ref",
        "branch",
        "name",
        "address",
        "timezone",
        "night_from",
        "night_to",
        "locale",
        "timeline_url",
        "digest",
    ],
};
const CAMERAS: Upsert = Upsert { table: "cameras", key: "ref", columns: &["ref", "location", "name", "digest"] };

const SITE: &str = "SELECT l.ref, l.branch, l.name, l.address, l.timezone, l.night_from, l.night_to, l.locale, \
    l.timeline_url, b.name AS branch_name FROM locations l JOIN branches b ON b.ref = l.branch";

impl Tx {
    /// Writes branches.
    pub async fn put_branches(&mut self, rows: &[Stamped<Branch>]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(BRANCHES.head());
                sql.push_values(rows, |mut values, Stamped { row, digest }| {
                    values.push_bind(&row.branch).push_bind(stored(&row.name)).push_bind(&digest.0[..]);
                });
                sql.push(BRANCHES.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
        }
        Ok(())
    }

    /// Writes locations.
    pub async fn put_locations(&mut self, rows: &[Stamped<Location>]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(LOCATIONS.head());
                sql.push_values(rows, |mut values, Stamped { row, digest }| {
                    values
                        .push_bind(&row.location)
                        .push_bind(&row.branch)
                        .push_bind(stored(&row.name))
                        .push_bind(maybe_stored(row.address.as_ref()))
                        .push_bind(row.timezone.name())
                        .push_bind(row.hours.from().format(CLOCK).to_string())
                        .push_bind(row.hours.to().format(CLOCK).to_string())
                        .push_bind(&row.locale)
                        .push_bind(&row.timeline_url)
                        .push_bind(&digest.0[..]);
                });
                sql.push(LOCATIONS.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
        }
        Ok(())
    }

    /// Writes cameras.
    pub async fn put_cameras(&mut self, rows: &[Stamped<Camera>]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(CAMERAS.head());
                sql.push_values(rows, |mut values, Stamped { row, digest }| {
                    values
                        .push_bind(&row.camera)
                        .push_bind(&row.location)
                        .push_bind(stored(&row.name))
                        .push_bind(&digest.0[..]);
                });
                sql.push(CAMERAS.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
        }
        Ok(())
    }

    /// A location and its branch's name.
    pub async fn site(&mut self, location: &LocationRef) -> Result<Option<(Location, String)>, DbError> {
        let row: Option<SiteRow> = on!(in self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(SITE);
            sql.push(" WHERE l.ref = ").push_bind(location);
            sql.build_query_as().fetch_optional(c).await?
        });
        row.map(|row| Ok((row.location.try_into()?, row.branch_name))).transpose()
    }

    /// The cameras of a location, in order of ref.
    pub async fn cameras_of(&mut self, location: &LocationRef) -> Result<Vec<Camera>, DbError> {
        Ok(on!(in self, |c| {
            sqlx::query_as("SELECT ref, location, name FROM cameras WHERE location = $1 ORDER BY ref")
                .bind(location)
                .fetch_all(c)
                .await?
        }))
    }

    /// Cameras by ref, of whatever location.
    pub async fn cameras(&mut self, refs: &[&CameraRef]) -> Result<Vec<Camera>, DbError> {
        let mut found = Vec::with_capacity(refs.len());
        for refs in refs.chunks(ROWS) {
            found.extend::<Vec<Camera>>(on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new("SELECT ref, location, name FROM cameras WHERE ref IN (");
                let mut list = sql.separated(", ");
                for one in refs {
                    list.push_bind(*one);
                }
                sql.push(")");
                sql.build_query_as().persistent(false).fetch_all(c).await?
            }));
        }
        Ok(found)
    }
}

impl Db {
    /// One location.
    pub async fn location(&self, location: &LocationRef) -> Result<Option<Location>, DbError> {
        let row: Option<SiteRow> = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(SITE);
            sql.push(" WHERE l.ref = ").push_bind(location);
            sql.build_query_as().fetch_optional(c).await?
        });
        row.map(|row| row.location.try_into()).transpose()
    }

    /// Every location, in order of ref.
    pub async fn locations(&self) -> Result<Vec<Location>, DbError> {
        let rows: Vec<SiteRow> = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(SITE);
            sql.push(" ORDER BY l.ref");
            sql.build_query_as().fetch_all(c).await?
        });
        rows.into_iter().map(|row| row.location.try_into()).collect()
    }

    /// Locations of a branch after a ref, in order of ref.
    pub async fn locations_of(&self, branch: &BranchRef, after: &str, limit: usize) -> Result<Vec<Location>, DbError> {
        let rows: Vec<SiteRow> = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(SITE);
            sql.push(" WHERE l.branch = ").push_bind(branch).push(" AND l.ref > ").push_bind(after);
            sql.push(" ORDER BY l.ref LIMIT ").push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
            sql.build_query_as().fetch_all(c).await?
        });
        rows.into_iter().map(|row| row.location.try_into()).collect()
    }

    /// Every branch, in order of ref.
    pub async fn branches(&self) -> Result<Vec<Branch>, DbError> {
        let rows: Vec<(BranchRef, super::text::Text)> = on!(read self, |c| {
            sqlx::query_as("SELECT ref, name FROM branches ORDER BY ref").fetch_all(c).await?
        });
        Ok(rows.into_iter().map(|(branch, name)| Branch { branch, name: name.into() }).collect())
    }
}
