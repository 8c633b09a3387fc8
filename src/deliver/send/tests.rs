//! The life of one delivery, on each database.

use std::sync::Mutex;

use super::*;
use crate::clock::FixedClock;
use crate::config::Pace;
use crate::db::Tx;
use crate::db::reports::{self, ReportRow};
use crate::db::runs::{self, Run};
use crate::db::testing::on_each_database;
use crate::deliver::Smtp;
use crate::model::{ContactRef, JobName, LocationRef, NightDate, Trigger};

#[test]
fn tries_come_later_and_later_and_never_all_at_once() {
    let id = |last: u8| DeliveryId::from(uuid::Uuid::from_u128(u128::from(last)));
    assert_eq!(retry_after(id(0), 1), Duration::from_mins(1));
    assert_eq!(retry_after(id(0), 2), Duration::from_mins(2));
    assert_eq!(retry_after(id(0), 100), Duration::from_hours(2));
    assert_eq!(retry_after(id(255), 1), Duration::from_secs(72));
    assert_ne!(retry_after(id(1), 3), retry_after(id(2), 3));
}

/// A queue that only remembers the pauses that were asked for.
#[derive(Default)]
struct Pauses(Mutex<Vec<Duration>>);

impl Enqueue for Pauses {
    async fn enqueue(&self, _: &mut Tx, tasks: &[Task], after: Duration) -> Result<(), DbError> {
        assert_eq!(tasks.len(), 1);
        self.0.lock().unwrap().push(after);
        Ok(())
    }
}

fn beginning() -> DateTime<Utc> {
    "2026-03-29T04:30:00Z".parse().unwrap()
}

/// A report with one delivery that waits to be sent.
async fn pending(db: &Db) -> DeliveryId {
    let (location, night): (LocationRef, NightDate) = ("harbor".parse().unwrap(), "2026-03-28".parse().unwrap());
    let (job, now) = (JobName::new("test").unwrap(), beginning());
    let run = Run::begun(job, Trigger::Manual, now, String::new(), now);
    let row = ReportRow::planned(run.id, location, night, 1, now);
    let report = row.id;
    let contact: ContactRef = "maria".parse().unwrap();
    let id = DeliveryId::of(report, &contact);
    let mut tx = db.begin().await.unwrap();
    runs::insert(&mut tx, &run).await.unwrap();
    reports::plan(&mut tx, &[row]).await.unwrap();
    let delivery = Delivery {
        id,
        report,
        contact,
        name: "Maria".into(),
        email: "maria@customer.example".into(),
        language: "en".into(),
        kind: "report".into(),
        state: DeliveryState::Pending,
        subject: "A night".into(),
        message_id: "x@daybreak.example".into(),
        artifact: "deliveries/x.eml".into(),
        sha256: String::new(),
        size: 3,
        attempts: 0,
        created_at: now,
        next_at: None,
        finished_at: None,
        error: None,
    };
    deliveries::insert(&mut tx, &[delivery]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A way out to a port on which nobody listens.
fn nowhere() -> Post {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let pace = Pace { max_connections: 1, max_per_domain: 1, ..Pace::default() };
    Post::Smtp(Smtp::new(&format!("smtp://127.0.0.1:{port}?tls=none"), None, None, None, pace).unwrap())
}

async fn carry_out(db: &Db, queue: &Pauses, post: &Post, clock: &FixedClock, id: DeliveryId) -> Outcome {
    let from = "nights@daybreak.example".parse().unwrap();
    let message = |_| async { Ok::<_, DbError>(("a.eml".to_owned(), b"x\r\n".to_vec())) };
    deliver(db, queue, post, &Clock::Fixed(clock.clone()), &from, id, message).await.unwrap()
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_tried_for_a_day_and_each_try_is_kept() {
    on_each_database("tried_for_a_day", async |db| {
        let (id, queue, post) = (pending(db).await, Pauses::default(), nowhere());
        let clock = FixedClock::new(beginning());
        let mut tries = 0;
        let failed = loop {
            tries += 1;
            match carry_out(db, &queue, &post, &clock, id).await {
                Outcome::Now(DeliveryState::Deferred) => {}
                Outcome::Now(state) => break state,
                Outcome::NotMine => panic!("a try that is due is made"),
            }
            let next = db.delivery(id).await.unwrap().unwrap().next_at.unwrap();
            let early = carry_out(db, &queue, &post, &clock, id).await;
            assert_eq!(early, Outcome::NotMine, "a task that comes too soon does nothing");
            clock.set(next);
        };
        let delivery = db.delivery(id).await.unwrap().unwrap();
        assert_eq!((failed, delivery.state), (DeliveryState::Failed, DeliveryState::Failed));
        let told =
            format!("given up after {tries} tries within 24 hours: the mail server cannot be reached: 127.0.0.1:");
        assert!(delivery.error.as_deref().unwrap().starts_with(&told), "{:?}", delivery.error);
        assert!((15..=20).contains(&tries), "{tries} tries in a day");
        let attempts = db.attempts(id).await.unwrap();
        assert_eq!(attempts.len(), tries);
        for attempt in &attempts {
            let kept = attempt.reply.is_some() && attempt.duration_ms.is_some() && attempt.finished_at.is_some();
            assert!(kept && attempt.server == post.name() && attempt.outcome.as_deref() == Some("transient"));
        }
        let apart: Vec<i64> =
            attempts.windows(2).map(|two| (two[1].started_at - two[0].started_at).num_seconds()).collect();
        assert!((60..=72).contains(&apart[0]) && apart.iter().all(|pause| (60..=8_640).contains(pause)), "{apart:?}");
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_finds_no_place_gives_its_own_back_without_a_try_and_not_for_ever() {
    on_each_database("finds_no_place", async |db| {
        let (id, queue, post) = (pending(db).await, Pauses::default(), nowhere());
        let clock = FixedClock::new(beginning());
        let hung = post.enter(&"other@CUSTOMER.example".parse().unwrap()).await.unwrap();
        hung.hung();
        clock.set(beginning() + TimeDelta::minutes(40));
        assert_eq!(carry_out(db, &queue, &post, &clock, id).await, Outcome::NotMine);
        let delivery = db.delivery(id).await.unwrap().unwrap();
        assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Pending, 0));
        let overdue = beginning() + TimeDelta::minutes(10);
        assert!(db.forgotten_deliveries(overdue, 9).await.unwrap().is_empty(), "who waits is not forgotten");
        assert!(queue.0.lock().unwrap()[0] >= Duration::from_secs(5), "it comes again after a while");
        clock.set(beginning() + TimeDelta::hours(49));
        assert_eq!(carry_out(db, &queue, &post, &clock, id).await, Outcome::Now(DeliveryState::Failed));
        drop(hung);
    })
    .await;
}
