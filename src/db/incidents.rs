//! Incidents (escalated events) and the cases of repeat offenders.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::QueryBuilder;

use super::records::{ROWS, Stamped, Upsert};
use super::text::{json, maybe_stored, stored};
use super::{DbError, Tx, on};
use crate::model::{CaseRef, ClipRef, IncidentRef, InteractionRef, LocationRef, TransactionRef, Window};

/// The first case's number.
const FIRST_CASE: i64 = 1_001;

/// An escalated event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Incident {
    /// Its ref.
    #[sqlx(rename = "ref")]
    pub incident: IncidentRef,
    /// Where.
    pub location: LocationRef,
    /// The interaction behind it.
    pub interaction: Option<InteractionRef>,
    /// The offender's case.
    #[sqlx(rename = "case_ref")]
    pub case: Option<CaseRef>,
    /// When it occurred.
    pub occurred_at: DateTime<Utc>,
    /// The producer's word for the type.
    #[sqlx(try_from = "super::text::Text")]
    pub kind: String,
    /// What happened.
    #[sqlx(try_from = "super::text::Text")]
    pub description: String,
    /// Who reported it.
    #[sqlx(try_from = "super::text::MaybeText")]
    pub reported_by: Option<String>,
    /// Object key of its photo.
    pub photo_key: Option<String>,
    /// Its clips in the producer's order.
    #[sqlx(try_from = "super::text::JsonText<Vec<ClipRef>>")]
    pub clips: Vec<ClipRef>,
    /// Its transaction.
    #[sqlx(rename = "sale")]
    pub transaction: Option<TransactionRef>,
}

/// An incident with what other tables know of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownIncident {
    /// The incident.
    #[sqlx(flatten)]
    pub incident: Incident,
    /// The number of its case.
    pub case_number: Option<i64>,
    /// Its place among the case's incidents by time, then ref; from 1.
    pub instance: Option<i64>,
    /// Whether the archive has its photo.
    pub photo_present: Option<bool>,
    /// SHA-256 of the photo in lower-case hex, where it is known.
    pub photo_sha256: Option<String>,
    /// When the archive was last asked for it.
    pub photo_checked_at: Option<DateTime<Utc>>,
}

const INCIDENTS: Upsert = Upsert {
    table: "incidents",
    key: "ref",
    columns: &[
        "ref",
        "location",
        "interaction",
        "case_ref",
        "occurred_at",
        "kind",
        "description",
        "reported_by",
        "photo_key",
        "clips",
        "sale",
        "digest",
    ],
};

impl Tx {
    /// Writes incidents.
    pub async fn put_incidents(&mut self, rows: &[Stamped<Incident>]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(INCIDENTS.head());
                sql.push_values(rows, |mut values, Stamped { row, digest }| {
                    values
                        .push_bind(&row.incident)
                        .push_bind(&row.location)
                        .push_bind(&row.interaction)
                        .push_bind(&row.case)
                        .push_bind(row.occurred_at)
                        .push_bind(stored(&row.kind))
                        .push_bind(stored(&row.description))
                        .push_bind(maybe_stored(row.reported_by.as_ref()))
                        .push_bind(&row.photo_key)
                        .push_bind(json(&row.clips))
                        .push_bind(&row.transaction)
                        .push_bind(&digest.0[..]);
                });
                sql.push(INCIDENTS.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
        }
        Ok(())
    }

    /// The incidents of a location that occurred in a window, in order of time and ref.
    pub async fn incidents_in(
        &mut self,
        location: &LocationRef,
        window: Window,
    ) -> Result<Vec<KnownIncident>, DbError> {
        Ok(on!(in self, |c| {
            sqlx::query_as(
                "SELECT i.ref, i.location, i.interaction, i.case_ref, i.occurred_at, i.kind, i.description, \
                 i.reported_by, i.photo_key, i.clips, i.sale, c.number AS case_number, \
                 CASE WHEN i.case_ref IS NULL THEN NULL ELSE (SELECT count(*) FROM incidents p \
                 WHERE p.case_ref = i.case_ref AND (p.occurred_at, p.ref) <= (i.occurred_at, i.ref)) END AS instance, \
                 o.present AS photo_present, o.sha256 AS photo_sha256, o.checked_at AS photo_checked_at \
                 FROM incidents i LEFT JOIN cases c ON c.ref = i.case_ref \
                 LEFT JOIN objects o ON o.object_key = i.photo_key \
                 WHERE i.location = $1 AND i.occurred_at >= $2 AND i.occurred_at < $3 ORDER BY i.occurred_at, i.ref",
            )
            .bind(location)
            .bind(window.start)
            .bind(window.end)
            .fetch_all(c)
            .await?
        }))
    }

    /// Gives each of `cases` that has none the next number, in the order given.
    pub async fn number_cases(&mut self, cases: &[&CaseRef]) -> Result<(), DbError> {
        let highest: Option<i64> = on!(in self, |c| {
            sqlx::query_scalar("SELECT max(number) FROM cases").fetch_one(c).await?
        });
        let mut next = highest.map_or(FIRST_CASE, |highest| highest + 1);
        for cases in cases.chunks(ROWS) {
            let known: Vec<CaseRef> = on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new("SELECT ref FROM cases WHERE ref IN (");
                let mut list = sql.separated(", ");
                for case in cases {
                    list.push_bind(*case);
                }
                sql.push(")");
                sql.build_query_scalar().persistent(cases.len() == ROWS).fetch_all(c).await?
            });
            let known: std::collections::HashSet<_> = known.iter().collect();
            let fresh: Vec<_> = cases.iter().filter(|case| !known.contains(*case)).zip(next..).collect();
            next += i64::try_from(fresh.len()).unwrap_or(0);
            if !fresh.is_empty() {
                on!(in self, |c| {
                    let mut sql = QueryBuilder::<Backend>::new("INSERT INTO cases (ref, number) ");
                    sql.push_values(&fresh, |mut values, (case, number)| {
                        values.push_bind(**case).push_bind(*number);
                    });
                    sql.build().persistent(fresh.len() == ROWS).execute(c).await?;
                });
            }
        }
        Ok(())
    }
}
