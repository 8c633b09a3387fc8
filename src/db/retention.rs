//! Retention: what is over age in a location's rows is counted, and removed in small steps, by the same conditions.
//!
//! Which conditions these are stands in `rules`; what becomes of the archive's objects in [`removals`](super::removals).
//! It must not know how long things are kept.

mod house;
mod rules;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use sqlx::QueryBuilder;

use super::reports::ReportRow;
use super::text::JsonText;
use super::{Db, DbError, Tx, on};
use crate::model::LocationRef;

pub use house::{HouseRule, remove_of_house};
pub use rules::{Class, Rule};
use rules::{Piece, pieces};

/// An event names what was recorded around it; further apart it is looked for among all incidents of the location.
const AROUND: TimeDelta = TimeDelta::days(2);

/// A report of the location that was built before the cutoff, with no mail on its way.
const REPORT_IS_OLD: &str = "r.location = :location AND r.built_at < :cutoff AND NOT EXISTS (SELECT 1 FROM deliveries d \
     WHERE d.report = r.id AND d.state IN ('pending', 'sending', 'deferred'))";

/// What a rule's condition is asked with: one location and its ages.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The site.
    pub location: LocationRef,
    /// What is older than this goes.
    pub cutoff: DateTime<Utc>,
    /// Events older than this go, whatever else is asked for.
    pub events_cutoff: DateTime<Utc>,
    /// Footage older than this goes, which a clip's own row outlives.
    pub clips_cutoff: DateTime<Utc>,
    /// A case with an incident since then is open.
    pub open_since: DateTime<Utc>,
    /// The present instant, by which links are judged.
    pub now: DateTime<Utc>,
    /// Clips that open cases need.
    pub held_clips: Vec<String>,
    /// Clips that events which stay name.
    pub named_clips: Vec<String>,
}

/// What a rule found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// How many rows.
    pub rows: u64,
    /// When the oldest was.
    pub oldest: Option<DateTime<Utc>>,
}

/// Writes a condition into a query, its values bound. `$night`: the cutoff is a date.
macro_rules! push {
    ($sql:expr, $text:expr, $reach:expr, $night:expr) => {
        for piece in pieces($text) {
            match piece {
                Piece::Sql(text) => $sql.push(text),
                Piece::Location => $sql.push_bind(&$reach.location),
                Piece::Cutoff if $night => $sql.push_bind($reach.cutoff.date_naive()),
                Piece::Cutoff => $sql.push_bind($reach.cutoff),
                Piece::EventsCutoff => $sql.push_bind($reach.events_cutoff),
                Piece::ClipsCutoff => $sql.push_bind($reach.clips_cutoff),
                Piece::OpenSince => $sql.push_bind($reach.open_since),
                Piece::Now => $sql.push_bind($reach.now),
                Piece::HeldClips | Piece::NamedClips => {
                    let list = if piece == Piece::HeldClips { &$reach.held_clips } else { &$reach.named_clips };
                    // An empty list is no SQL, and no ref is empty.
                    $sql.push("''");
                    for one in list {
                        $sql.push(", ").push_bind(one.as_str());
                    }
                    &mut $sql
                }
            };
        }
    };
}

/// What a rule's rows of a location are: `FROM table WHERE …`.
macro_rules! push_found {
    ($sql:expr, $rule:expr, $reach:expr) => {{
        let text = $rule.text();
        let night = text.at == "night";
        $sql.push(format!(" FROM {} WHERE ", text.table));
        push!($sql, text.of, $reach, night);
        $sql.push(format!(" AND {} < ", text.at));
        push!($sql, ":cutoff ", $reach, night);
        push!($sql, text.held, $reach, night);
    }};
}

/// Removes at most `limit` rows of a rule; returns how many that were.
pub async fn remove(tx: &mut Tx, rule: Rule, reach: &Reach, limit: i64) -> Result<u64, DbError> {
    let text = rule.text();
    let removed = on!(in tx, |c| {
        let mut sql = QueryBuilder::<Backend>::new("");
        match text.set {
            None => {
                sql.push(format!("DELETE FROM {} WHERE ", text.table));
            }
            Some(set) => {
                sql.push(format!("UPDATE {} SET ", text.table));
                push!(sql, set, reach, false);
                sql.push(" WHERE ");
            }
        }
        if text.at == "night" {
            push!(sql, text.of, reach, true);
            sql.push(" AND ");
        }
        sql.push(format!("{0} IN (SELECT {0}", text.key));
        push_found!(sql, rule, reach);
        sql.push(" LIMIT ").push_bind(limit).push(")");
        sql.build().persistent(false).execute(c).await?.rows_affected()
    });
    if removed > 0 && rule.class() == Class::Events {
        note_removed(tx, &reach.location, reach.cutoff).await?;
    }
    Ok(removed)
}

/// Notes up to when a location's events were removed.
async fn note_removed(tx: &mut Tx, location: &LocationRef, until: DateTime<Utc>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO events_removed (location, until) VALUES ($1, $2) ON CONFLICT (location) DO UPDATE \
         SET until = excluded.until WHERE events_removed.until < excluded.until",
    )
    .bind(location)
    .bind(until)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

impl Db {
    /// How many rows a rule would remove.
    pub async fn over_age(&self, rule: Rule, reach: &Reach) -> Result<Count, DbError> {
        let text = rule.text();
        if text.at == "night" {
            let (rows, oldest): (i64, Option<NaiveDate>) = on!(read self, |c| {
                let mut sql = QueryBuilder::<Backend>::new("SELECT count(*), min(night)");
                push_found!(sql, rule, reach);
                sql.build_query_as().persistent(false).fetch_one(c).await?
            });
            let oldest = oldest.map(|night| night.and_time(NaiveTime::MIN).and_utc());
            return Ok(Count { rows: u64::try_from(rows).unwrap_or(0), oldest });
        }
        let (rows, oldest): (i64, Option<DateTime<Utc>>) = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(format!("SELECT count(*), min({})", text.at));
            push_found!(sql, rule, reach);
            sql.build_query_as().persistent(false).fetch_one(c).await?
        });
        Ok(Count { rows: u64::try_from(rows).unwrap_or(0), oldest })
    }

    /// The refs of the rows that a rule would remove; for rules whose rows have one.
    pub async fn over_age_refs(&self, rule: Rule, reach: &Reach) -> Result<Vec<String>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(format!("SELECT {}", rule.text().key));
            push_found!(sql, rule, reach);
            sql.build_query_scalar().persistent(false).fetch_all(c).await?
        }))
    }

    /// The clips that a location's open cases need: those of their incidents and of the interactions behind these.
    pub async fn clips_of_open_cases(&self, reach: &Reach) -> Result<BTreeSet<String>, DbError> {
        let rows: Vec<(JsonText<Vec<String>>, Option<String>)> = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT i.clips, n.clip FROM incidents i LEFT JOIN interactions n ON n.ref = i.interaction WHERE ",
            );
            push!(sql, "i.location = :location AND i.case_ref IS NOT NULL AND :open(i.case_ref)", reach, false);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        });
        Ok(rows.into_iter().flat_map(|(clips, clip)| Vec::from(clips).into_iter().chain(clip)).collect())
    }

    /// The clips that a location's events name which stay when those before `reach.cutoff` go.
    pub async fn clips_of_staying_events(&self, reach: &Reach) -> Result<BTreeSet<String>, DbError> {
        let incidents: Vec<JsonText<Vec<String>>> = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT i.clips FROM incidents i WHERE i.clips <> '[]' AND ");
            let staying = "i.location = :location AND (i.occurred_at >= :cutoff OR :open(i.case_ref))";
            push!(sql, staying, reach, false);
            sql.build_query_scalar().persistent(false).fetch_all(c).await?
        });
        // Those before the cutoff that an open case holds, and those after it that lie around a clip before it.
        let near = Reach { cutoff: reach.cutoff + AROUND, ..reach.clone() };
        let interactions: Vec<String> = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT n.clip FROM interactions n WHERE n.clip IS NOT NULL AND ");
            push!(sql, "n.location = :location AND n.started_at < :cutoff", near, false);
            push!(
                sql,
                " AND (n.started_at >= :cutoff OR EXISTS (SELECT 1 FROM incidents i WHERE i.interaction = n.ref \
                 AND (i.occurred_at >= :cutoff OR :open(i.case_ref))))",
                reach,
                false
            );
            sql.build_query_scalar().persistent(false).fetch_all(c).await?
        });
        Ok(incidents.into_iter().flat_map(Vec::from).chain(interactions).collect())
    }

    /// Reports built before `reach.cutoff` whose artifacts neither a link, nor a mail on its way, nor an open case needs.
    pub async fn reports_over_age(&self, reach: &Reach, limit: i64) -> Result<Vec<ReportRow>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT r.* FROM reports r WHERE r.object_key IS NOT NULL AND ");
            push!(sql, REPORT_IS_OLD, reach, false);
            push!(
                sql,
                " AND NOT EXISTS (SELECT 1 FROM links k WHERE k.report = r.id AND k.expires_at > :now \
                 AND k.revoked_at IS NULL) AND NOT EXISTS (SELECT 1 FROM share_items t \
                 JOIN share_recipients w ON w.share = t.share WHERE t.report = r.id AND w.expires_at > :now \
                 AND w.revoked_at IS NULL) AND NOT EXISTS (SELECT 1 FROM report_uses u WHERE u.report = r.id \
                 AND u.what = 'case' AND :open(u.name)) ORDER BY r.night, r.revision LIMIT ",
                reach,
                false
            );
            sql.push_bind(limit).build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// Reports built before `reach.cutoff` that still hold the exact bytes of their mails; none of these is on its way.
    pub async fn sent_over_age(&self, reach: &Reach, limit: i64) -> Result<Vec<ReportRow>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT r.* FROM reports r WHERE r.object_key IS NOT NULL AND ");
            push!(sql, REPORT_IS_OLD, reach, false);
            sql.push(
                " AND r.sent_removed_at IS NULL AND EXISTS (SELECT 1 FROM artifacts a WHERE a.report = r.id \
                 AND a.content_type = 'message/rfc822') ORDER BY r.night, r.revision LIMIT ",
            );
            sql.push_bind(limit).build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// Up to when a location's events were removed, if any were.
    pub async fn events_removed_until(&self, location: &LocationRef) -> Result<Option<DateTime<Utc>>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar("SELECT until FROM events_removed WHERE location = $1")
            .bind(location)
            .fetch_optional(c)
            .await?))
    }
}
