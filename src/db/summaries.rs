//! Summaries: what the list of locations says of each, kept up to date by each build; and which report told of which
//! incident.
//!
//! The latest review of a location is its newest night with a frozen report, in its newest revision. A quiet night that
//! nobody wanted mailed is a review, too.

use std::collections::HashMap;

use chrono::{DateTime, NaiveTime, Utc};
use sqlx::QueryBuilder;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, backlog, on};
use crate::model::{BranchRef, IncidentRef, LocationRef, NightDate, NightHours, ReportId};

/// What a build says of its location.
#[derive(Debug, Clone)]
pub struct Summary<'a> {
    /// The location.
    pub location: &'a LocationRef,
    /// The report.
    pub report: ReportId,
    /// Its night.
    pub night: NightDate,
    /// Its revision.
    pub revision: i32,
    /// When it was frozen.
    pub reviewed_at: DateTime<Utc>,
    /// Interactions of all levels.
    pub interactions: i64,
    /// Incidents.
    pub incidents: &'a [&'a IncidentRef],
    /// How many things are known to be missing.
    pub missing: i64,
    /// Whether the night had a transaction.
    pub sells: bool,
}

/// Which locations somebody may see.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// All of them.
    All,
    /// Those of some branches.
    Branches(&'a [BranchRef]),
    /// Some only.
    Locations(&'a [LocationRef]),
}

/// In which order locations are listed; names decide where nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LocationOrder {
    /// By name.
    #[default]
    Name,
    /// By the branch's name.
    Branch,
    /// The latest review first.
    Latest,
    /// Those with the most incidents first.
    Incidents,
}

/// What to list.
#[derive(Debug, Clone)]
pub struct LocationFilter<'a> {
    /// Which locations somebody may see.
    pub scope: Scope<'a>,
    /// Of one branch.
    pub branch: Option<BranchRef>,
    /// What name, ref or address contain.
    pub text: String,
    /// Whether the latest report has incidents.
    pub incidents: Option<bool>,
    /// Whether it sells.
    pub sells: Option<bool>,
    /// Reviewed on this night or later.
    pub since: Option<NightDate>,
    /// The order.
    pub order: LocationOrder,
    /// At most so many.
    pub limit: i64,
    /// After so many.
    pub offset: i64,
    /// Whether those of all pages are counted, for which all of them are read.
    pub counted: bool,
}

/// A location as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedLocation {
    /// Its ref.
    #[sqlx(rename = "ref")]
    pub location: LocationRef,
    /// Its name.
    #[sqlx(try_from = "Text")]
    pub name: String,
    /// Its time zone (IANA).
    pub timezone: String,
    /// Its night's wall-clock times, as they stand in rows.
    pub night_from: String,
    /// See `night_from`.
    pub night_to: String,
    /// Its branch's name.
    #[sqlx(try_from = "Text")]
    pub branch_name: String,
    /// The latest report.
    pub report: Option<ReportId>,
    /// Its night.
    pub night: Option<NightDate>,
    /// Its revision.
    pub revision: Option<i32>,
    /// When it was frozen.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Its incidents.
    pub incidents: Option<i64>,
    /// How many things are known to be missing in it.
    pub missing: Option<i64>,
    /// Whether the location ever sent a transaction, as far as its reports know.
    pub sells: Option<bool>,
    /// How many locations match, on all pages, where they were counted.
    pub total: Option<i64>,
}

impl ListedLocation {
    /// When its night begins and ends.
    #[must_use]
    pub fn hours(&self) -> Option<NightHours> {
        let clock = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
        NightHours::new(clock(&self.night_from)?, clock(&self.night_to)?).ok()
    }
}

/// How many latest reports there are, and how many of them have incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct ReviewCounts {
    /// With incidents.
    pub with_incidents: i64,
    /// Without.
    pub without: i64,
    /// Locations, reviewed or not.
    pub locations: i64,
}

/// How the mails of a report went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mailed {
    /// Taken by their servers.
    pub sent: i64,
    /// All of them.
    pub all: i64,
}

/// Notes a frozen report as its location's latest, unless a later one stands, and which incidents it tells of.
pub async fn record(tx: &mut Tx, summary: &Summary<'_>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO location_summaries (location, report, night, revision, reviewed_at, interactions, incidents, \
         missing, sells) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (location) DO UPDATE SET \
         report = excluded.report, night = excluded.night, revision = excluded.revision, \
         reviewed_at = excluded.reviewed_at, interactions = excluded.interactions, incidents = excluded.incidents, \
         missing = excluded.missing, sells = location_summaries.sells OR excluded.sells \
         WHERE excluded.night > location_summaries.night \
         OR (excluded.night = location_summaries.night AND excluded.revision >= location_summaries.revision)",
    )
    .bind(summary.location)
    .bind(summary.report)
    .bind(summary.night)
    .bind(summary.revision)
    .bind(summary.reviewed_at)
    .bind(summary.interactions)
    .bind(i64::try_from(summary.incidents.len()).unwrap_or(i64::MAX))
    .bind(summary.missing)
    .bind(summary.sells)
    .execute(c)
    .await?
    .rows_affected());
    backlog::tells_of(tx, (summary.report, summary.location), summary.incidents).await
}

/// The condition of a scope on the locations `l`.
macro_rules! push_scope {
    ($sql:expr, $scope:expr) => {
        match $scope {
            Scope::All => {}
            Scope::Branches([]) | Scope::Locations([]) => {
                $sql.push(" AND 1 = 0");
            }
            Scope::Branches(branches) => {
                $sql.push(" AND l.branch IN (");
                let mut list = $sql.separated(", ");
                for branch in branches {
                    list.push_bind(branch);
                }
                $sql.push(")");
            }
            Scope::Locations(locations) => {
                $sql.push(" AND l.ref IN (");
                let mut list = $sql.separated(", ");
                for location in locations {
                    list.push_bind(location);
                }
                $sql.push(")");
            }
        }
    };
}

/// A text as `LIKE` looks for it anywhere, with `\` before what would mean something to it.
pub(super) fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in stored(text).chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

impl Db {
    /// A page of locations.
    pub async fn listed_locations(&self, filter: &LocationFilter<'_>) -> Result<Vec<ListedLocation>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT l.ref, l.name, l.timezone, l.night_from, l.night_to, b.name AS branch_name, s.report, s.night, s.revision, \
                 s.reviewed_at, s.incidents, s.missing, s.sells, ",
            );
            sql.push(if filter.counted { "count(*) OVER ()" } else { "CAST(NULL AS BIGINT)" });
            sql.push(" AS total FROM locations l JOIN branches b ON b.ref = l.branch ");
            // The list of what was reviewed lately begins with the reviews.
            let reviewed = filter.since.is_some() || filter.incidents.is_some();
            sql.push(if reviewed { "" } else { "LEFT " });
            sql.push("JOIN location_summaries s ON s.location = l.ref WHERE 1 = 1");
            push_scope!(sql, filter.scope);
            if let Some(branch) = &filter.branch {
                sql.push(" AND l.branch = ").push_bind(branch);
            }
            if let Some(since) = filter.since {
                sql.push(" AND s.night >= ").push_bind(since);
            }
            if let Some(some) = filter.incidents {
                sql.push(if some { " AND s.incidents > 0" } else { " AND s.incidents = 0" });
            }
            if let Some(sells) = filter.sells {
                sql.push(if sells { " AND s.sells" } else { " AND NOT coalesce(s.sells, FALSE)" });
            }
            if !filter.text.is_empty() {
                // lower() knows ASCII only on one of the databases; what is written as it stands is found on both.
                let (exact, lower) = (anywhere(&filter.text), anywhere(&filter.text.to_lowercase()));
                for (column, separator) in [("l.name", " AND ("), ("l.ref", " OR "), ("l.address", " OR ")] {
                    sql.push(separator).push(column).push(" LIKE ").push_bind(exact.clone()).push(" ESCAPE '\\' OR lower(");
                    sql.push(column).push(") LIKE ").push_bind(lower.clone()).push(" ESCAPE '\\'");
                }
                sql.push(")");
            }
            sql.push(match filter.order {
                LocationOrder::Name => " ORDER BY lower(l.name), l.ref",
                LocationOrder::Branch => " ORDER BY lower(b.name), lower(l.name), l.ref",
                LocationOrder::Latest => " ORDER BY s.night IS NULL, s.night DESC, lower(l.name), l.ref",
                LocationOrder::Incidents => " ORDER BY coalesce(s.incidents, -1) DESC, lower(l.name), l.ref",
            });
            sql.push(" LIMIT ").push_bind(filter.limit).push(" OFFSET ").push_bind(filter.offset);
            sql.build_query_as().fetch_all(c).await?
        }))
    }

    /// How many of the reports of the latest reviews since a night have incidents, and how many have none.
    pub async fn review_counts(
        &self,
        scope: Scope<'_>,
        branch: Option<&BranchRef>,
        since: NightDate,
    ) -> Result<ReviewCounts, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT count(CASE WHEN s.incidents > 0 AND s.night >= ");
            sql.push_bind(since).push(" THEN 1 END) AS with_incidents, count(CASE WHEN s.incidents = 0 AND s.night >= ");
            sql.push_bind(since).push(
                " THEN 1 END) AS without, count(*) AS locations \
                 FROM locations l LEFT JOIN location_summaries s ON s.location = l.ref WHERE 1 = 1",
            );
            push_scope!(sql, scope);
            if let Some(branch) = branch {
                sql.push(" AND l.branch = ").push_bind(branch);
            }
            sql.build_query_as().fetch_one(c).await?
        }))
    }

    /// A location's latest report and its night.
    pub async fn latest_review(&self, location: &LocationRef) -> Result<Option<(ReportId, NightDate)>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT report, night FROM location_summaries WHERE location = $1")
            .bind(location)
            .fetch_optional(c)
            .await?))
    }

    /// How the mails of some reports went.
    pub async fn mailed(&self, reports: &[ReportId]) -> Result<HashMap<ReportId, Mailed>, DbError> {
        if reports.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(ReportId, i64, i64)> = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT report, count(*), count(CASE WHEN state = 'sent' THEN 1 END) FROM deliveries WHERE report IN (",
            );
            let mut list = sql.separated(", ");
            for report in reports {
                list.push_bind(*report);
            }
            sql.push(") GROUP BY report");
            sql.build_query_as().persistent(false).fetch_all(c).await?
        });
        Ok(rows.into_iter().map(|(report, all, sent)| (report, Mailed { sent, all })).collect())
    }

    /// The names of some branches, all of them where none is named, by name.
    pub async fn branch_names(&self, branches: Option<&[BranchRef]>) -> Result<Vec<(BranchRef, String)>, DbError> {
        let rows: Vec<(BranchRef, Text)> = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT ref, name FROM branches WHERE 1 = 1");
            if let Some(branches) = branches {
                sql.push(" AND ref IN (");
                let mut list = sql.separated(", ");
                for branch in branches {
                    list.push_bind(branch);
                }
                // An empty list is none.
                list.push("NULL");
                sql.push(")");
            }
            sql.push(" ORDER BY lower(name), ref");
            sql.build_query_as().persistent(false).fetch_all(c).await?
        });
        Ok(rows.into_iter().map(|(branch, name)| (branch, name.into())).collect())
    }
}
