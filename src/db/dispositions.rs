//! Dispositions: what people said an incident turned out to be. Nothing is ever changed or deleted: what was said last
//! holds, and is kept beside for lists.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{Disposition, IncidentRef, LocationRef};

/// A row of `dispositions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Judged {
    /// Its id.
    pub id: Uuid,
    /// Of which incident.
    pub incident: IncidentRef,
    /// Where that was.
    pub location: LocationRef,
    /// When it was said.
    pub at: DateTime<Utc>,
    /// What.
    #[sqlx(try_from = "String")]
    pub reason: Disposition,
    /// By whom, as the audit log names people.
    #[sqlx(try_from = "Text")]
    pub actor: String,
    /// Their name then.
    #[sqlx(try_from = "Text")]
    pub name: String,
    /// In their own words.
    #[sqlx(try_from = "Text")]
    pub note: String,
}

/// Says what an incident turned out to be; false where that is what holds already.
pub async fn insert(tx: &mut Tx, judged: &Judged, occurred_at: DateTime<Utc>) -> Result<bool, DbError> {
    let changed = if judged.reason == Disposition::Restored {
        on!(in tx, |c| sqlx::query("DELETE FROM verdicts WHERE incident = $1")
            .bind(&judged.incident)
            .execute(c)
            .await?
            .rows_affected())
    } else {
        on!(in tx, |c| sqlx::query(
            "INSERT INTO verdicts (incident, location, occurred_at, reason, at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (incident) DO UPDATE SET reason = excluded.reason, at = excluded.at \
             WHERE verdicts.reason <> excluded.reason",
        )
        .bind(&judged.incident)
        .bind(&judged.location)
        .bind(occurred_at)
        .bind(judged.reason.as_str())
        .bind(judged.at)
        .execute(c)
        .await?
        .rows_affected())
    };
    if changed == 0 {
        return Ok(false);
    }
    on!(in tx, |c| sqlx::query(
        "INSERT INTO dispositions (id, incident, location, at, reason, actor, name, note) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(judged.id)
    .bind(&judged.incident)
    .bind(&judged.location)
    .bind(judged.at)
    .bind(judged.reason.as_str())
    .bind(stored(&judged.actor))
    .bind(stored(&judged.name))
    .bind(stored(&judged.note))
    .execute(c)
    .await?
    .rows_affected());
    Ok(true)
}

impl Db {
    /// Everything that was said of an incident, oldest first.
    pub async fn dispositions_of(&self, incident: &IncidentRef) -> Result<Vec<Judged>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT id, incident, location, at, reason, actor, name, note FROM dispositions \
             WHERE incident = $1 ORDER BY at, id"
        )
        .bind(incident)
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;
    use chrono::TimeDelta;

    #[tokio::test]
    async fn what_was_said_last_holds_and_everything_is_kept() {
        on_each_database("dispositions", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let said = |number: u32, reason| Judged {
                id: Uuid::from_u128(number.into()),
                incident: "x1".parse().unwrap(),
                location: "harbor".parse().unwrap(),
                at: at + TimeDelta::minutes(number.into()),
                reason,
                actor: "user:1".into(),
                name: "Dana \u{0}".into(),
                note: "paid at the other till".into(),
            };
            let all = [
                Disposition::NotATheft,
                Disposition::NotATheft,
                Disposition::CutShort,
                Disposition::Restored,
                Disposition::Restored,
            ];
            let mut taken = Vec::new();
            for (number, reason) in (1..).zip(all) {
                let mut tx = db.begin().await.unwrap();
                taken.push(insert(&mut tx, &said(number, reason), at).await.unwrap());
                tx.commit().await.unwrap();
            }
            assert_eq!(taken, [true, false, true, true, false], "what holds already is not said twice");
            let kept = db.dispositions_of(&"x1".parse().unwrap()).await.unwrap();
            assert_eq!(kept, [said(1, all[0]), said(3, all[2]), said(4, all[3])]);
            assert_eq!(db.dispositions_of(&"x2".parse().unwrap()).await.unwrap(), []);
        })
        .await;
    }
}
