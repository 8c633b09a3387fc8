//! Census: how many runs, reports, deliveries and attempts are in which state, for monitoring.
//!
//! Of a recent window only, by indexes on time: the figures of a night cost the same after a year.

use chrono::{DateTime, Utc};

use super::{Db, DbError, on};
use crate::model::ReportId;

/// Words and how many rows have them.
pub type Counts = Vec<(String, i64)>;

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    /// Runs by state.
    pub runs: Counts,
    /// Reports by state.
    pub reports: Counts,
    /// Reports whose feed is waited for.
    pub waiting_for_data: i64,
    /// Deliveries by state.
    pub deliveries: Counts,
    /// Ended attempts by class of reply: `2xx`, `4xx`, `5xx`, `network`, `unknown`.
    pub attempts: Counts,
}

impl Db {
    /// Counts what began after `since`.
    pub async fn census(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<Census, DbError> {
        let by_state = async |table: &str, column: &str| -> Result<Counts, DbError> {
            Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
                "SELECT state, count(*) FROM {table} WHERE {column} >= $1 GROUP BY state ORDER BY state"
            )))
            .bind(since)
            .fetch_all(c)
            .await?))
        };
        Ok(Census {
            runs: by_state("runs", "started_at").await?,
            reports: by_state("reports", "planned_at").await?,
            deliveries: by_state("deliveries", "created_at").await?,
            waiting_for_data: on!(read self, |c| sqlx::query_scalar(
                "SELECT count(*) FROM reports WHERE state = 'planned' AND wait_until > $1"
            )
            .bind(now)
            .fetch_one(c)
            .await?),
            // A server that refuses for now says a code of three digits that begins with 4; a network says none.
            attempts: on!(read self, |c| sqlx::query_as(
                "SELECT class, count(*) FROM (SELECT CASE outcome WHEN 'accepted' THEN '2xx' WHEN 'permanent' THEN '5xx' \
                 WHEN 'unknown' THEN 'unknown' ELSE CASE WHEN reply LIKE '%refused for now:%' THEN '4xx' ELSE 'network' END END \
                 AS class FROM attempts WHERE started_at >= $1 AND outcome IS NOT NULL) AS ended GROUP BY class ORDER BY class"
            )
            .bind(since)
            .fetch_all(c)
            .await?),
        })
    }

    /// What became of the mails of reports: each report with a state and how many of its mails are in it.
    pub async fn mails_of(&self, reports: &[ReportId]) -> Result<Vec<(ReportId, String, i64)>, DbError> {
        let mut found = Vec::new();
        for chunk in reports.chunks(200) {
            let rows: Vec<(ReportId, String, i64)> = on!(read self, |c| {
                let mut query = sqlx::QueryBuilder::<Backend>::new(
                    "SELECT report, state, count(*) FROM deliveries WHERE report IN (",
                );
                let mut list = query.separated(", ");
                for report in chunk {
                    list.push_bind(report);
                }
                query.push(") GROUP BY report, state ORDER BY report, state");
                query.build_query_as().fetch_all(c).await?
            });
            found.extend(rows);
        }
        Ok(found)
    }
}
