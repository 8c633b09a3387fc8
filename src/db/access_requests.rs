//! Access requests: who asks to be let in, who may answer, and what the answer was.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{BranchRef, IncidentRef, LocationRef, ShareId};

/// A row of `access_requests`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct AccessRequest {
    /// Its id.
    pub id: Uuid,
    /// Where that is which they want to see.
    pub location: LocationRef,
    /// Whose that is.
    pub branch: BranchRef,
    /// What they want to see …
    pub incident: Option<IncidentRef>,
    /// … or the share whose link has ended.
    pub share: Option<ShareId>,
    /// The asker's address, in its one form.
    pub address: String,
    /// The asker's name, as they wrote it.
    #[sqlx(try_from = "Text")]
    pub name: String,
    /// Why, in their words.
    #[sqlx(try_from = "Text")]
    pub note: String,
    /// The language (BCP 47) in which they are answered.
    pub language: String,
    /// When they asked.
    pub asked_at: DateTime<Utc>,
    /// `open`, `granted` or `declined`.
    pub state: String,
    /// When it was answered.
    pub decided_at: Option<DateTime<Utc>>,
    /// By whom, as the audit log names people.
    pub decided_by: Option<String>,
}

impl AccessRequest {
    /// Whether nobody has answered yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }
}

/// Somebody who answers the requests of a branch.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Owner {
    /// Their address, in its one form.
    pub email: String,
    /// Their name.
    #[sqlx(try_from = "Text")]
    pub name: String,
    /// Their locale (BCP 47), where they chose one.
    pub locale: Option<String>,
}

const COLUMNS: &str = "id, location, branch, incident, share, address, name, note, language, asked_at, state, \
                       decided_at, decided_by";

/// Writes a request; false where the same person's for the same incident or share is open, or this one stands.
pub async fn insert(tx: &mut Tx, request: &AccessRequest) -> Result<bool, DbError> {
    let open: Option<Uuid> = on!(in tx, |c| sqlx::query_scalar(
        "SELECT id FROM access_requests WHERE address = $1 AND location = $2 AND state = 'open' \
         AND coalesce(incident, '') = $3 AND share IS NOT DISTINCT FROM $4 LIMIT 1"
    )
    .bind(&request.address)
    .bind(&request.location)
    .bind(request.incident.as_ref().map_or("", IncidentRef::as_str))
    .bind(request.share)
    .fetch_optional(c)
    .await?);
    if open.is_some() {
        return Ok(false);
    }
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO access_requests (id, location, branch, incident, share, address, name, note, language, asked_at, \
         state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open') ON CONFLICT (id) DO NOTHING",
    )
    .bind(request.id)
    .bind(&request.location)
    .bind(&request.branch)
    .bind(&request.incident)
    .bind(request.share)
    .bind(&request.address)
    .bind(stored(&request.name))
    .bind(stored(&request.note))
    .bind(&request.language)
    .bind(request.asked_at)
    .execute(c)
    .await?
    .rows_affected());
    Ok(inserted == 1)
}

/// Lets somebody answer a request by a link of their own.
pub async fn insert_decider(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    request: Uuid,
    address: &str,
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO access_deciders (token_hash, request, address, expires_at) VALUES ($1, $2, $3, $4)"
    )
    .bind(token_hash.as_slice())
    .bind(request)
    .bind(address)
    .bind(expires_at)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Answers a request, once; false where somebody has.
pub async fn decide(tx: &mut Tx, id: Uuid, state: &str, by: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
    let decided = on!(in tx, |c| sqlx::query(
        "UPDATE access_requests SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'open'"
    )
    .bind(id)
    .bind(state)
    .bind(by)
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(decided == 1)
}

impl Db {
    /// One request.
    pub async fn access_request(&self, id: Uuid) -> Result<Option<AccessRequest>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM access_requests WHERE id = $1"
        )))
        .bind(id)
        .fetch_optional(c)
        .await?))
    }

    /// Which request a token answers, to whom it was written, and until when it may be used.
    pub async fn access_decider(
        &self,
        token_hash: &[u8; 32],
    ) -> Result<Option<(Uuid, String, DateTime<Utc>)>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT request, address, expires_at FROM access_deciders WHERE token_hash = $1"
        )
        .bind(token_hash.as_slice())
        .fetch_optional(c)
        .await?))
    }

    /// The requests of branches (`None`: of all), open ones first, then the newest.
    pub async fn access_requests(
        &self,
        branches: Option<&[BranchRef]>,
        limit: i64,
    ) -> Result<Vec<AccessRequest>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(format!("SELECT {COLUMNS} FROM access_requests"));
            if let Some(branches) = branches {
                sql.push(" WHERE branch IN (''");
                for branch in branches {
                    sql.push(", ").push_bind(branch.as_str());
                }
                sql.push(")");
            }
            sql.push(" ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, asked_at DESC, id LIMIT ").push_bind(limit);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// Who answers the requests of a branch: its own users.
    pub async fn owners_of(&self, branch: &BranchRef) -> Result<Vec<Owner>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT u.email, u.name, u.locale FROM users u JOIN user_branches b ON b.user_id = u.id \
             WHERE b.branch = $1 AND u.role = 'branch' AND u.disabled_at IS NULL ORDER BY u.email LIMIT 50"
        )
        .bind(branch)
        .fetch_all(c)
        .await?))
    }

    /// Those of the house who answer where nobody else does: staff and operations who may sign in, by address.
    pub async fn house_people(&self) -> Result<Vec<Owner>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT email, name, locale FROM users WHERE role IN ('staff', 'operations') AND disabled_at IS NULL \
             ORDER BY email LIMIT 50"
        )
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;
    use crate::db::users::{self, User};
    use crate::model::Role;

    #[tokio::test]
    async fn a_request_is_open_until_somebody_answers_it_once() {
        on_each_database("access_requests", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let (north, south): (BranchRef, BranchRef) = ("north".parse().unwrap(), "south".parse().unwrap());
            let request = |id: u128| AccessRequest {
                id: Uuid::from_u128(id),
                location: "harbor".parse().unwrap(),
                branch: "north".parse().unwrap(),
                incident: Some("i1".parse().unwrap()),
                share: None,
                address: "zoe@example.com".into(),
                name: "Zoe\u{0}".into(),
                note: "let me see".into(),
                language: "en".into(),
                asked_at: at,
                state: "open".into(),
                decided_at: None,
                decided_by: None,
            };
            let owner = User {
                id: Uuid::from_u128(9).into(),
                email: "owner@example.com".into(),
                name: "Owner".into(),
                locale: Some("pl".into()),
                role: Role::Branch,
                branches: vec![north.clone()],
                created_at: at,
                disabled_at: None,
            };
            let mut tx = db.begin().await.unwrap();
            users::insert(&mut tx, &owner).await.unwrap();
            for (id, role) in [(7, Role::Staff), (8, Role::Operations)] {
                let email = format!("{}@example.com", role.as_str());
                let one = User { id: Uuid::from_u128(id).into(), email, role, branches: Vec::new(), ..owner.clone() };
                users::insert(&mut tx, &one).await.unwrap();
            }
            assert!(insert(&mut tx, &request(1)).await.unwrap());
            assert!(!insert(&mut tx, &request(2)).await.unwrap(), "asked already");
            insert_decider(&mut tx, &[3; 32], request(1).id, "owner@example.com", at).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.access_request(request(1).id).await.unwrap(), Some(request(1)));
            let house: Vec<String> = db.house_people().await.unwrap().into_iter().map(|one| one.email).collect();
            assert_eq!(house, ["operations@example.com", "staff@example.com"]);
            let decider = db.access_decider(&[3; 32]).await.unwrap();
            assert_eq!(decider, Some((request(1).id, "owner@example.com".to_owned(), at)));
            assert_eq!(db.access_requests(Some(std::slice::from_ref(&north)), 9).await.unwrap(), [request(1)]);
            assert_eq!(db.access_requests(Some(std::slice::from_ref(&south)), 9).await.unwrap(), []);
            assert_eq!(db.access_requests(None, 9).await.unwrap().len(), 1);
            assert_eq!(db.owners_of(&north).await.unwrap()[0].locale.as_deref(), Some("pl"));
            assert_eq!(db.owners_of(&south).await.unwrap(), []);
            let mut tx = db.begin().await.unwrap();
            assert!(decide(&mut tx, request(1).id, "granted", "user:x", at).await.unwrap());
            assert!(!decide(&mut tx, request(1).id, "declined", "user:y", at).await.unwrap());
            assert!(insert(&mut tx, &request(2)).await.unwrap(), "one may ask again");
            tx.commit().await.unwrap();
            let known = db.access_request(request(1).id).await.unwrap().unwrap();
            assert_eq!((known.state.as_str(), known.is_open()), ("granted", false));
        })
        .await;
    }

    #[tokio::test]
    async fn each_share_is_asked_for_by_itself() {
        on_each_database("access_requests_shares", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let request = |id: u128, share: u128| AccessRequest {
                id: Uuid::from_u128(id),
                location: "harbor".parse().unwrap(),
                branch: "north".parse().unwrap(),
                incident: None,
                share: Some(Uuid::from_u128(share).into()),
                address: "jan@example.com".into(),
                name: "Jan".into(),
                note: String::new(),
                language: "en".into(),
                asked_at: at,
                state: "open".into(),
                decided_at: None,
                decided_by: None,
            };
            let mut tx = db.begin().await.unwrap();
            assert!(insert(&mut tx, &request(1, 1)).await.unwrap());
            assert!(insert(&mut tx, &request(2, 2)).await.unwrap(), "another share of the same place");
            assert!(!insert(&mut tx, &request(3, 2)).await.unwrap(), "asked already");
            tx.commit().await.unwrap();
            assert_eq!(db.access_requests(None, 9).await.unwrap().len(), 2);
        })
        .await;
    }
}
