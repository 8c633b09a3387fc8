//! Tests of returned mail: each form, what follows from it, the mailboxes, and mails that nobody would send.

mod forms;
mod hostile;
mod mailboxes;
mod rows;

use super::claims::Claim;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::db::deliveries::{self, Delivery};
use crate::db::reports::{self, ReportRow};
use crate::db::runs::{self, Run};
use crate::db::{Db, Tx};
use crate::deliver::verp::{BounceKey, Token};
use crate::model::{DeliveryId, DeliveryState, Trigger};

/// The delivery that the corpus is about: `aaaqeayeaudaocajbifqydiob4`.
const FIRST: u128 = 0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f;
/// The key for returned mail of the installation to which the corpus came back.
const KEY: &str = "a key of tests";
const ADDRESS: &str = "dana@customer.example.com";

fn now() -> DateTime<Utc> {
    "2026-03-29T05:00:00Z".parse().unwrap()
}

fn id(number: u128) -> DeliveryId {
    Uuid::from_u128(FIRST + number).into()
}

fn token(number: u128) -> Claim {
    Claim::Token(Token::parse(&BounceKey::new(KEY).token(id(number))).unwrap())
}

/// A mail of the corpus, as the nth delivery's.
fn corpus(name: &str, number: u128) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/bounces/tests/corpus/{name}.eml"));
    let mail = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let token = |id| BounceKey::new(KEY).token(id);
    // In the corpus the mark is left out: it is another one for each installation.
    let mail = mail.replace(&token(id(0))[..26], &token(id(number)));
    let mail = mail.replace(&id(0).to_string(), &id(number).to_string());
    let simple = |id: DeliveryId| id.as_uuid().simple().to_string();
    mail.replace(&simple(id(0)), &simple(id(number))).into_bytes()
}

async fn committed(db: &Db, work: impl AsyncFnOnce(&mut Tx)) {
    let mut tx = db.begin().await.unwrap();
    work(&mut tx).await;
    tx.commit().await.unwrap();
}

/// The nth delivery, to the corpus's address, in a state.
async fn deliver(db: &Db, number: u128, state: DeliveryState) -> Delivery {
    db.instance_value_or("bounce_key", KEY).await.unwrap();
    let (location, contact) = ("harbor".parse().unwrap(), "dana".parse().unwrap());
    let run = Run::begun("night".parse().unwrap(), Trigger::Manual, now(), String::new(), now());
    let night = "2026-03-28".parse().unwrap();
    let report = ReportRow::planned(run.id, location, night, 1, now());
    let delivery = Delivery {
        id: id(number),
        report: report.id,
        contact,
        name: "Dana Novak".into(),
        email: "Dana@Customer.example.com".into(),
        language: "en".into(),
        kind: "report".into(),
        state,
        subject: "Harbor Store: 2 incidents".into(),
        message_id: format!("{}@daybreak.example", id(number)),
        artifact: "deliveries/x.eml".into(),
        sha256: String::new(),
        size: 1,
        attempts: 1,
        created_at: now() - TimeDelta::hours(1),
        next_at: None,
        finished_at: None,
        error: None,
    };
    committed(db, async |tx| {
        runs::insert(tx, &run).await.unwrap();
        reports::plan(tx, &[report]).await.unwrap();
        deliveries::insert(tx, std::slice::from_ref(&delivery)).await.unwrap();
    })
    .await;
    delivery
}
