//! Incident list: the incidents of one location, filtered, in an order, a page at a time; with what people said of each.

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::incidents::KnownIncident;
use super::mailed::arrived;
use super::summaries::anywhere;
use super::text::Text;
use super::{Db, DbError, on};
use crate::model::{Disposition, IncidentRef, LocationRef, Window};

/// In which order incidents are listed; the latest first where nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IncidentOrder {
    /// The latest first.
    #[default]
    Newest,
    /// The earliest first.
    Oldest,
    /// By case, then in order of time; those of none last.
    Case,
    /// By type.
    Kind,
    /// What was shared last first; what never was, last.
    Shared,
}

/// Which of them by what people said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Said {
    /// All.
    #[default]
    Anything,
    /// Those that count.
    Nothing,
    /// Those that were set aside.
    Something,
    /// Those that were set aside for one reason.
    This(Disposition),
}

/// From when until when; none for no such bound.
pub type Span = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// What to list.
#[derive(Debug, Clone)]
pub struct IncidentFilter<'a> {
    /// Where.
    pub location: &'a LocationRef,
    /// Within one of these spans (from, to); empty for any time.
    pub spans: &'a [Span],
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
    /// Only what was given to this address, in its one form: by a mail that arrived and was not withdrawn, or by a
    /// share that still holds at this instant.
    pub given_to: Option<(&'a str, DateTime<Utc>)>,
    /// What type, description, ref or reporter contain.
    pub text: String,
    /// Of one type.
    pub kind: String,
    /// By what people said.
    pub said: Said,
    /// The order.
    pub order: IncidentOrder,
    /// At most so many.
    pub limit: i64,
    /// After so many.
    pub offset: i64,
}

/// An incident as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedIncident {
    /// The incident, its case and its photo.
    #[sqlx(flatten)]
    pub known: KnownIncident,
    /// What it turned out to be, where somebody said so.
    pub verdict: Option<String>,
    /// How many comments there are.
    pub comments: i64,
    /// When the first mail of a report with it was taken by a server.
    pub shared_at: Option<DateTime<Utc>>,
}

impl ListedIncident {
    /// What it turned out to be.
    #[must_use]
    pub fn disposition(&self) -> Option<Disposition> {
        self.verdict.as_deref().and_then(|word| word.parse().ok())
    }
}

/// When an incident of that alias was first shared. One question within the other, and no join: before PostgreSQL has
/// statistics of them it would join by reading all mails, once for each incident (over a second for a page).
macro_rules! shared_at {
    ($alias:literal) => {
        concat!(
            "(SELECT min((SELECT min(CASE WHEN d.state = 'sent' THEN d.finished_at END) FROM deliveries d \
             WHERE d.report = n.report)) FROM incident_reports n WHERE n.incident = ",
            $alias,
            ".ref)"
        )
    };
}

/// What is read of an incident `k`.
const COLUMNS: &str = concat!(
    "SELECT k.ref, k.location, k.interaction, k.case_ref, k.occurred_at, k.kind, k.description, k.reported_by, \
     k.photo_key, k.sale, k.clips, c.number AS case_number, \
     CASE WHEN k.case_ref IS NULL THEN NULL ELSE (SELECT count(*) FROM incidents p WHERE p.case_ref = k.case_ref \
     AND (p.occurred_at, p.ref) <= (k.occurred_at, k.ref)) END AS instance, \
     o.present AS photo_present, o.sha256 AS photo_sha256, o.checked_at AS photo_checked_at, v.reason AS verdict, \
     (SELECT count(*) FROM incident_comments m WHERE m.incident = k.ref) AS comments, ",
    shared_at!("k"),
    " AS shared_at FROM "
);

/// What is read of other tables.
const JOINS: &str = " k LEFT JOIN cases c ON c.ref = k.case_ref LEFT JOIN objects o ON o.object_key = k.photo_key \
    LEFT JOIN verdicts v ON v.incident = k.ref";

/// The conditions of a filter on the incidents `i`.
macro_rules! push_conditions {
    ($sql:expr, $filter:expr) => {{
        let (sql, filter) = (&mut $sql, $filter);
        sql.push(" WHERE i.location = ").push_bind(filter.location);
        for (number, (from, to)) in filter.spans.iter().enumerate() {
            sql.push(if number == 0 { " AND ((1 = 1" } else { " OR (1 = 1" });
            if let Some(from) = from {
                sql.push(" AND i.occurred_at >= ").push_bind(*from);
            }
            if let Some(to) = to {
                sql.push(" AND i.occurred_at < ").push_bind(*to);
            }
            sql.push(if number + 1 == filter.spans.len() { "))" } else { ")" });
        }
        if let Some(from) = filter.from {
            sql.push(" AND i.occurred_at >= ").push_bind(from);
        }
        if let Some(to) = filter.to {
            sql.push(" AND i.occurred_at < ").push_bind(to);
        }
        if let Some((address, now)) = filter.given_to {
            sql.push(concat!(
                " AND (EXISTS (SELECT 1 FROM incident_reports g JOIN deliveries d ON d.report = g.report \
                 WHERE g.incident = i.ref AND ",
                arrived!("d"),
                " AND COALESCE(d.known_as, lower(d.email)) = "
            ));
            sql.push_bind(address).push(
                ") OR EXISTS (SELECT 1 FROM share_items t JOIN share_recipients r ON r.share = t.share \
                 WHERE t.incident = i.ref AND r.revoked_at IS NULL AND r.address = ",
            );
            sql.push_bind(address).push(" AND r.expires_at > ").push_bind(now).push("))");
        }
        if !filter.kind.is_empty() {
            sql.push(" AND i.kind = ").push_bind(super::text::stored(&filter.kind).into_owned());
        }
        match filter.said {
            Said::Anything => {}
            Said::Nothing => {
                sql.push(" AND NOT EXISTS (SELECT 1 FROM verdicts w WHERE w.incident = i.ref)");
            }
            Said::Something => {
                sql.push(" AND EXISTS (SELECT 1 FROM verdicts w WHERE w.incident = i.ref)");
            }
            Said::This(reason) => {
                sql.push(" AND EXISTS (SELECT 1 FROM verdicts w WHERE w.incident = i.ref AND w.reason = ");
                sql.push_bind(reason.as_str()).push(")");
            }
        }
        if !filter.text.is_empty() {
            // lower() knows ASCII only on one of the databases; what is written as it stands is found on both.
            let (exact, lower) = (anywhere(&filter.text), anywhere(&filter.text.to_lowercase()));
            for (number, column) in ["i.kind", "i.description", "i.reported_by", "i.ref"].into_iter().enumerate() {
                sql.push(if number == 0 { " AND (" } else { " OR " }).push(column).push(" LIKE ");
                sql.push_bind(exact.clone()).push(" ESCAPE '\\' OR lower(").push(column).push(") LIKE ");
                sql.push_bind(lower.clone()).push(" ESCAPE '\\'");
            }
            sql.push(")");
        }
    }};
}

impl Db {
    /// A page of a location's incidents.
    pub async fn listed_incidents(&self, filter: &IncidentFilter<'_>) -> Result<Vec<ListedIncident>, DbError> {
        let order = match filter.order {
            IncidentOrder::Newest => "i.occurred_at DESC, i.ref DESC",
            IncidentOrder::Oldest => "i.occurred_at, i.ref",
            IncidentOrder::Case => "i.case_ref IS NULL, i.case_ref, i.occurred_at, i.ref",
            IncidentOrder::Kind => "lower(i.kind), i.occurred_at DESC, i.ref DESC",
            IncidentOrder::Shared => "shared_at IS NULL, shared_at DESC, i.occurred_at DESC, i.ref DESC",
        };
        Ok(on!(read self, |c| {
            // The page first: what other tables know is asked for its rows only.
            let mut sql = QueryBuilder::<Backend>::new("WITH page AS (SELECT i.* FROM ");
            if filter.order == IncidentOrder::Shared {
                sql.push(concat!("(SELECT i.*, ", shared_at!("i"), " AS shared_at FROM incidents i WHERE i.location = "));
                sql.push_bind(filter.location).push(") i");
            } else {
                sql.push("incidents i");
            }
            push_conditions!(sql, filter);
            sql.push(" ORDER BY ").push(order).push(" LIMIT ").push_bind(filter.limit);
            sql.push(" OFFSET ").push_bind(filter.offset).push(") ");
            sql.push(COLUMNS).push("page").push(JOINS).push(" ORDER BY ").push(order.replace("i.", "k."));
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// How many incidents match on all pages.
    pub async fn count_incidents(&self, filter: &IncidentFilter<'_>) -> Result<i64, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT count(*) FROM incidents i");
            push_conditions!(sql, filter);
            sql.build_query_scalar().persistent(false).fetch_one(c).await?
        }))
    }

    /// One incident of a location, with what people said of it.
    pub async fn listed_incident(
        &self,
        location: &LocationRef,
        incident: &IncidentRef,
    ) -> Result<Option<ListedIncident>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(COLUMNS);
            sql.push("incidents").push(JOINS).push(" WHERE k.ref = ").push_bind(incident);
            sql.push(" AND k.location = ").push_bind(location);
            sql.build_query_as().fetch_optional(c).await?
        }))
    }

    /// The types of a location's incidents, by name.
    pub async fn incident_kinds(&self, location: &LocationRef) -> Result<Vec<String>, DbError> {
        let rows: Vec<(Text,)> = on!(read self, |c| sqlx::query_as(
            "SELECT DISTINCT kind FROM incidents WHERE location = $1 ORDER BY kind LIMIT 100"
        )
        .bind(location)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(|(kind,)| kind.into()).collect())
    }

    /// How many incidents of some locations, each within a window, were set aside.
    pub async fn set_aside(&self, windows: &[(LocationRef, Window)]) -> Result<Vec<(LocationRef, i64)>, DbError> {
        if windows.is_empty() {
            return Ok(Vec::new());
        }
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT location, count(*) FROM verdicts WHERE ");
            for (number, (location, window)) in windows.iter().enumerate() {
                sql.push(if number == 0 { "(location = " } else { " OR (location = " }).push_bind(location);
                sql.push(" AND occurred_at >= ").push_bind(window.start).push(" AND occurred_at < ");
                sql.push_bind(window.end).push(")");
            }
            sql.push(" GROUP BY location");
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }
}
