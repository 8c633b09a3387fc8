//! Mailed: which locations, reports and incidents an address was given by mail: by one that arrived, as far as anybody
//! knows, and whose links nobody has withdrawn. It does not end with the links: who signs in sees what is theirs.

use super::summaries::anywhere;
use super::text::JsonText;
use super::{Db, DbError, on};
use crate::model::{ClipRef, DeliveryId, IncidentRef, LocationRef, NightDate, ReportId};

/// Whether a mail of that alias gave what it tells of: it arrived, as far as anybody knows, and was not withdrawn. What
/// came back did not arrive. The one place that says so.
macro_rules! arrived {
    ($alias:literal) => {
        concat!($alias, ".state IN ('sent', 'unknown') AND ", $alias, ".links_withdrawn_at IS NULL")
    };
}
pub(super) use arrived;

/// A night of a location, and the report of it that somebody may have.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReportedNight {
    /// Which.
    pub night: NightDate,
    /// Which report.
    pub report: ReportId,
    /// Its revision.
    pub revision: i32,
    /// By which mail they were given it, if they were.
    pub delivery: Option<DeliveryId>,
    /// Whether retention took the report's pages away.
    pub removed: bool,
    /// How many incidents it tells of.
    pub incidents: i64,
    /// How many interactions.
    pub interactions: i64,
    /// Whether there is a PDF of it.
    pub pdf: bool,
}

/// What is read of the report `r` of a night, but for the mail.
macro_rules! night {
    () => {
        "SELECT r.night, r.id AS report, r.revision, r.artifacts_removed_at IS NOT NULL AS removed, r.incidents, \
         r.interactions, EXISTS (SELECT 1 FROM artifacts f WHERE f.report = r.id AND f.content_type = 'application/pdf') \
         AS pdf, "
    };
}

/// An incident, and the clips that it names.
#[derive(sqlx::FromRow)]
struct WithClips {
    #[sqlx(rename = "ref")]
    incident: IncidentRef,
    #[sqlx(try_from = "JsonText<Vec<ClipRef>>")]
    clips: Vec<ClipRef>,
}

impl Db {
    /// The locations of which an address was mailed a report.
    pub async fn mailed_locations(&self, address: &str) -> Result<Vec<LocationRef>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(concat!(
            "SELECT DISTINCT r.location FROM deliveries d JOIN reports r ON r.id = d.report WHERE COALESCE(d.known_as, lower(d.email)) = $1 AND ",
            arrived!("d"),
            " ORDER BY r.location"
        ))
        .bind(address)
        .fetch_all(c)
        .await?))
    }

    /// The latest report of a location that an address was mailed, and its night.
    pub async fn latest_mailed(
        &self,
        location: &LocationRef,
        address: &str,
    ) -> Result<Option<(ReportId, NightDate)>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(concat!(
            "SELECT r.id, r.night FROM deliveries d JOIN reports r ON r.id = d.report \
             WHERE COALESCE(d.known_as, lower(d.email)) = $2 AND r.location = $1 AND ",
            arrived!("d"),
            " ORDER BY r.night DESC, r.revision DESC LIMIT 1"
        ))
        .bind(location)
        .bind(address)
        .fetch_optional(c)
        .await?))
    }

    /// The nights of a location of which an address was mailed a report, newest first, each once with the latest of these.
    pub async fn mailed_nights(
        &self,
        location: &LocationRef,
        address: &str,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<ReportedNight>, DbError> {
        // Of several mails of one night that of the latest revision: there is no later one to the same address.
        Ok(on!(read self, |c| sqlx::query_as(concat!(
            night!(),
            "d.id AS delivery FROM deliveries d JOIN reports r ON r.id = d.report \
             WHERE COALESCE(d.known_as, lower(d.email)) = $2 AND r.location = $1 AND ",
            arrived!("d"),
            " AND NOT EXISTS (SELECT 1 FROM deliveries e JOIN reports n ON n.id = e.report \
             WHERE COALESCE(e.known_as, lower(e.email)) = $2 AND n.location = $1 AND n.night = r.night AND ",
            arrived!("e"),
            " AND (n.revision > r.revision OR (n.revision = r.revision AND e.id > d.id))) \
             ORDER BY r.night DESC LIMIT $3 OFFSET $4"
        ))
        .bind(location)
        .bind(address)
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await?))
    }

    /// All nights of a location of which there is a report, newest first, in their latest revisions; with the mail by
    /// which an address was given that very one, if it was.
    pub async fn reported_nights(
        &self,
        location: &LocationRef,
        address: &str,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<ReportedNight>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(concat!(
            night!(),
            "(SELECT d.id FROM deliveries d WHERE d.report = r.id AND COALESCE(d.known_as, lower(d.email)) = $2 AND ",
            arrived!("d"),
            " ORDER BY d.created_at DESC, d.id LIMIT 1) AS delivery FROM reports r WHERE r.location = $1 \
             AND r.state = 'built' AND NOT EXISTS (SELECT 1 FROM reports n WHERE n.location = $1 AND n.night = r.night \
             AND n.revision > r.revision AND n.state = 'built') ORDER BY r.night DESC LIMIT $3 OFFSET $4"
        ))
        .bind(location)
        .bind(address)
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await?))
    }

    /// How many nights of a location there is a report of.
    pub async fn count_reported_nights(&self, location: &LocationRef) -> Result<i64, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT count(DISTINCT night) FROM reports WHERE location = $1 AND state = 'built'"
        )
        .bind(location)
        .fetch_one(c)
        .await?))
    }

    /// The latest report of one night that an address was mailed, and the mail.
    pub async fn mailed_night(
        &self,
        (location, night): (&LocationRef, NightDate),
        address: &str,
    ) -> Result<Option<(ReportId, DeliveryId)>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(concat!(
            "SELECT r.id, d.id FROM reports r JOIN deliveries d ON d.report = r.id \
             WHERE r.location = $1 AND r.night = $2 AND COALESCE(d.known_as, lower(d.email)) = $3 AND ",
            arrived!("d"),
            " ORDER BY r.revision DESC, d.id DESC LIMIT 1"
        ))
        .bind(location)
        .bind(night)
        .bind(address)
        .fetch_optional(c)
        .await?))
    }

    /// How many nights of a location an address was mailed a report of.
    pub async fn count_mailed_nights(&self, location: &LocationRef, address: &str) -> Result<i64, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(concat!(
            "SELECT count(DISTINCT r.night) FROM deliveries d JOIN reports r ON r.id = d.report \
             WHERE COALESCE(d.known_as, lower(d.email)) = $2 AND r.location = $1 AND ",
            arrived!("d")
        ))
        .bind(location)
        .bind(address)
        .fetch_one(c)
        .await?))
    }

    /// The mail by which an address was given a report; the latest of several.
    pub async fn mail_of(&self, report: ReportId, address: &str) -> Result<Option<DeliveryId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(concat!(
            "SELECT d.id FROM deliveries d WHERE d.report = $1 AND COALESCE(d.known_as, lower(d.email)) = $2 AND ",
            arrived!("d"),
            " ORDER BY d.created_at DESC, d.id LIMIT 1"
        ))
        .bind(report)
        .bind(address)
        .fetch_optional(c)
        .await?))
    }

    /// The reports of a location's nights from one to another that an address was mailed, the latest revision first.
    pub async fn mailed_between(
        &self,
        location: &LocationRef,
        (from, to): (NightDate, NightDate),
        address: &str,
    ) -> Result<Vec<ReportId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(concat!(
            "SELECT r.id FROM reports r WHERE r.location = $1 AND r.night >= $2 AND r.night <= $3 AND EXISTS \
             (SELECT 1 FROM deliveries d WHERE d.report = r.id AND COALESCE(d.known_as, lower(d.email)) = $4 AND ",
            arrived!("d"),
            ") ORDER BY r.revision DESC, r.night DESC"
        ))
        .bind(location)
        .bind(from)
        .bind(to)
        .bind(address)
        .fetch_all(c)
        .await?))
    }

    /// The incidents of a location that name a clip as theirs.
    pub async fn incidents_with_clip(
        &self,
        location: &LocationRef,
        clip: &ClipRef,
    ) -> Result<Vec<IncidentRef>, DbError> {
        // One of the databases takes large for small letters here, and no row is told apart by that below.
        let listed = anywhere(&serde_json::Value::from(clip.as_str()).to_string());
        let rows: Vec<WithClips> = on!(read self, |c| sqlx::query_as(
            "SELECT ref, clips FROM incidents WHERE location = $1 AND clips LIKE $2 ESCAPE '\\' ORDER BY ref"
        )
        .bind(location)
        .bind(&listed)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().filter(|row| row.clips.contains(clip)).map(|row| row.incident).collect())
    }

    /// The reports that tell of an incident, those of the latest revision first.
    pub async fn reports_of_incident(&self, incident: &IncidentRef) -> Result<Vec<ReportId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT n.report FROM incident_reports n JOIN reports r ON r.id = n.report \
             WHERE n.incident = $1 ORDER BY r.revision DESC"
        )
        .bind(incident)
        .fetch_all(c)
        .await?))
    }

    /// Whether an address was mailed a report.
    pub async fn was_mailed(&self, report: ReportId, address: &str) -> Result<bool, DbError> {
        Ok(self.mail_of(report, address).await?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::deliveries::{self, Delivery};
    use crate::db::links::{self, NewLink};
    use crate::db::testing::{on_each_database, planned_reports, run};
    use crate::model::{DeliveryState, LinkTarget};
    use chrono::{DateTime, Utc};

    fn at() -> DateTime<Utc> {
        "2026-03-28T05:00:00Z".parse().unwrap()
    }

    async fn mail(db: &Db, report: ReportId, contact: &str, state: DeliveryState) -> DeliveryId {
        let id = DeliveryId::of(report, &contact.parse().unwrap());
        let row = Delivery {
            id,
            report,
            contact: contact.parse().unwrap(),
            name: contact.into(),
            email: "Dana@Example.com".into(),
            language: "en".into(),
            kind: "report".into(),
            state,
            subject: "S".into(),
            message_id: contact.into(),
            artifact: String::new(),
            sha256: String::new(),
            size: 1,
            attempts: 1,
            created_at: at(),
            next_at: None,
            finished_at: Some(at()),
            error: None,
        };
        let link = NewLink {
            token_hash: [contact.as_bytes()[0]; 32],
            delivery: id,
            report,
            target: LinkTarget::Report,
            expires_at: at(),
        };
        let mut tx = db.begin().await.unwrap();
        deliveries::insert(&mut tx, &[row]).await.unwrap();
        links::insert(&mut tx, &[link]).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    #[tokio::test]
    async fn a_mail_gives_what_it_tells_of_if_it_arrived_and_until_it_is_withdrawn() {
        on_each_database("mailed", async |db| {
            let mut tx = db.begin().await.unwrap();
            let report = planned_reports(&mut tx, 1).await.remove(0);
            tx.commit().await.unwrap();
            let (dana, location) = ("dana@example.com", &report.location);
            let given = async || {
                let nights = db.mailed_nights(location, dana, (9, 0)).await.unwrap();
                let found = [
                    !nights.is_empty(),
                    db.count_mailed_nights(location, dana).await.unwrap() == 1,
                    db.mailed_night((location, report.night), dana).await.unwrap().is_some(),
                    db.was_mailed(report.id, dana).await.unwrap(),
                    db.latest_mailed(location, dana).await.unwrap().is_some(),
                    !db.mailed_locations(dana).await.unwrap().is_empty(),
                    db.is_customer(dana, at()).await.unwrap(),
                ];
                assert!(found.iter().all(|one| *one == found[0]), "{found:?}");
                found[0]
            };
            assert!(db.reported_nights(location, dana, (9, 0)).await.unwrap().is_empty(), "nothing is built");
            run(db, "UPDATE reports SET state = 'built'").await;
            let built = db.reported_nights(location, dana, (9, 0)).await.unwrap();
            assert_eq!((built.len(), built[0].delivery, built[0].pdf, built[0].removed), (1, None, false, false));
            assert_eq!(db.count_reported_nights(location).await.unwrap(), 1);
            mail(db, report.id, "a", DeliveryState::Bounced).await;
            assert!(!given().await, "it came back");
            let (one, other) = (
                mail(db, report.id, "b", DeliveryState::Sent).await,
                mail(db, report.id, "c", DeliveryState::Unknown).await,
            );
            assert!(given().await, "though its links have expired");
            let nights = db.mailed_nights(location, dana, (9, 0)).await.unwrap();
            assert_eq!(
                (nights.len(), nights[0].report, nights[0].night),
                (1, report.id, report.night),
                "two mails, one night"
            );
            assert_eq!(db.reported_nights(location, dana, (9, 0)).await.unwrap()[0].report, report.id);
            assert!(db.reported_nights(location, dana, (9, 0)).await.unwrap()[0].delivery.is_some());
            assert!(db.mailed_nights(location, dana, (9, 1)).await.unwrap().is_empty());
            let mut tx = db.begin().await.unwrap();
            assert_eq!(links::revoke(&mut tx, one, at()).await.unwrap(), 1);
            tx.commit().await.unwrap();
            assert!(given().await, "the other mail stands");
            let mut tx = db.begin().await.unwrap();
            assert_eq!(links::revoke(&mut tx, other, at()).await.unwrap(), 1);
            assert_eq!(links::revoke(&mut tx, other, at()).await.unwrap(), 0);
            tx.commit().await.unwrap();
            assert!(!given().await);
            run(db, "UPDATE links SET revoked_at = NULL").await;
            assert!(!given().await, "a withdrawal stands, whatever becomes of the links");
            let mut tx = db.begin().await.unwrap();
            assert!(links::give_back(&mut tx, other).await.unwrap());
            assert!(!links::give_back(&mut tx, other).await.unwrap());
            tx.commit().await.unwrap();
            assert!(given().await);
        })
        .await;
    }
}
