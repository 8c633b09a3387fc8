//! House: what an installation does besides its nights: returned mail, alerts, a person who asks, and old age.

use std::ops::ControlFlow;
use std::time::Duration;

use daybreak::db::bounces::BounceFilter;
use daybreak::db::deliveries::{self, DeliveryFilter, ListedDelivery};
use daybreak::db::{Task, erasures, links, reports, unsubscribes};
use daybreak::deliver::verp;
use daybreak::model::{BounceKind, Chore, EmailAddress};
use daybreak::retention::Wanted;

use super::story::{NIGHT, SITES};
use crate::support::Stage;
use crate::watching::manual;

/// The week after the night, and the summer.
pub(super) async fn tell(stage: &Stage) {
    mail_comes_back(stage).await;
    operators_are_told(stage).await;
    a_person_asks(stage).await;
    things_grow_old(stage).await;
}

async fn mails(stage: &Stage, site: &str) -> Vec<ListedDelivery> {
    let filter = DeliveryFilter { location: Some(site.parse().unwrap()), limit: 50, ..DeliveryFilter::default() };
    stage.app.pipeline.db.deliveries(&filter).await.unwrap()
}

/// One address is gone, another's mailbox is full; the next mail to the first is held back.
async fn mail_comes_back(stage: &Stage) {
    let folder = stage.folder.path().join("returned");
    for name in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
    }
    let pipeline = &stage.app.pipeline;
    let mails = mails(stage, SITES[1]).await;
    let gone = &mails[0].delivery;
    let mut mbox = Vec::new();
    for (delivery, status) in mails.iter().map(|mail| &mail.delivery).zip(["5.1.1", "5.2.2"]) {
        let sender = verp::sender(&stage.app.config.mail.from, &pipeline.settings.bounce_key, delivery.id);
        let raw = format!(
            "Delivered-To: {}\nFrom: MAILER-DAEMON@mx.example.com\nSubject: Undelivered\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\n\nNo.\n--r\n\
             Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n\
             Final-Recipient: rfc822; {}\nAction: failed\nStatus: {status}\n\n--r--\n",
            sender.as_str(),
            delivery.email
        );
        std::fs::write(folder.join("new").join(delivery.id.to_string()), &raw).unwrap();
        mbox.extend(format!("From MAILER-DAEMON Thu Mar 19 08:00:00 2026\nX-Copy: 1\n{raw}\n").bytes());
    }
    std::fs::write(stage.folder.path().join("returned.mbox"), mbox).unwrap();
    pipeline.handle(Task::Chore { chore: Chore::Bounces }).await;
    let db = &pipeline.db;
    let address = EmailAddress::normalized(&gone.email);
    assert!(db.suppression(&address).await.unwrap().is_some());
    for filter in [
        BounceFilter { limit: 9, ..BounceFilter::default() },
        BounceFilter { limit: 9, kind: Some(BounceKind::Hard), ..BounceFilter::default() },
        BounceFilter { limit: 9, address: Some(address), ..BounceFilter::default() },
        BounceFilter { limit: 9, delivery: Some(gone.id), ..BounceFilter::default() },
    ] {
        assert!(!db.bounces(&filter).await.unwrap().is_empty());
    }
    assert_eq!(db.suppressions(false, 50).await.unwrap().len(), 1);
    db.suppressions(true, 50).await.unwrap();
    stage.regenerate(SITES[1], NIGHT, 2, true).await;

    let (contact, site) = (gone.contact.clone(), SITES[1].parse().unwrap());
    let mut tx = db.begin().await.unwrap();
    unsubscribes::insert(&mut tx, &contact, &site, gone.id, stage.now()).await.unwrap();
    links::revoke(&mut tx, gone.id, stage.now()).await.unwrap();
    unsubscribes::remove(&mut tx, &contact, Some(&site)).await.unwrap();
    unsubscribes::remove(&mut tx, &contact, None).await.unwrap();
    tx.commit().await.unwrap();
    db.unsubscribes(50).await.unwrap();
}

/// A missed deadline, a report that failed, one that is held, a mail that was refused; then their ends.
async fn operators_are_told(stage: &Stage) {
    let (pipeline, jobs) = (&stage.app.pipeline, &stage.app.config.jobs);
    let db = &pipeline.db;
    let watch = async |at: &str| {
        stage.at(at);
        daybreak::schedule::promise(db, jobs, stage.now()).await.unwrap();
        daybreak::schedule::promise_missing(db, jobs, stage.now()).await.unwrap();
        pipeline.watch().await.unwrap();
        pipeline.watch_if_due().await.unwrap();
    };
    watch("2026-03-19T16:01:00Z").await;
    let wanted = || {
        let mut request = manual(stage, &SITES);
        // A night whose feed is complete is not made again, and one whose feed is not stays held.
        request.sites[0].revision = 3;
        request.sites[1].night = "2026-03-20".parse().unwrap();
        request
    };
    let planned = pipeline.plan(&wanted()).await.unwrap().reports;
    let mail = mails(stage, SITES[0]).await.remove(0).delivery.id;
    let mut tx = db.begin().await.unwrap();
    assert!(reports::fail(&mut tx, planned[0], "the archive does not answer").await.unwrap());
    assert!(reports::hold(&mut tx, planned[1]).await.unwrap());
    deliveries::reopen(&mut tx, &[mail], true, stage.now()).await.unwrap();
    deliveries::fail(&mut tx, mail, "550 no such user", stage.now()).await.unwrap();
    tx.commit().await.unwrap();
    watch("2026-03-20T16:00:00Z").await;
    assert!(!db.open_findings().await.unwrap().is_empty());
    let mut tx = db.begin().await.unwrap();
    deliveries::reopen(&mut tx, &[mail], true, stage.now()).await.unwrap();
    tx.commit().await.unwrap();
    pipeline.handle(Task::Deliver { delivery: mail }).await;
    assert_eq!(pipeline.release(&planned).await.unwrap().len(), 1);
    let run = pipeline.plan(&wanted()).await.unwrap().run;
    stage.work_until_done(run).await;
    watch("2026-03-20T18:00:00Z").await;
    watch("2026-03-20T20:00:00Z").await;
    assert!(stage.outbox().iter().any(|(name, _)| name.contains("_ALERT_")));
    db.alerts(50).await.unwrap();
    db.unmet_deadlines(stage.now() - chrono::TimeDelta::days(3), stage.now()).await.unwrap();
    db.census(stage.now() - chrono::TimeDelta::days(1), stage.now()).await.unwrap();
    db.queue_depths(stage.now()).await.unwrap();
    db.workers_alive(stage.now()).await.unwrap();
    db.waiting_deliveries().await.unwrap();
    db.failed_copies(50).await.unwrap();
    db.mails_of(&planned).await.unwrap();
}

/// Everything that is kept of a contact, and then nothing.
async fn a_person_asks(stage: &Stage) {
    let pipeline = &stage.app.pipeline;
    let delivery = mails(stage, SITES[1]).await.remove(0).delivery;
    let to = EmailAddress::new(delivery.email.as_str()).unwrap();
    pipeline.send_test(&SITES[1].parse().unwrap(), NIGHT.parse().unwrap(), &to, None).await.unwrap();
    let sweeper = pipeline.sweeper();
    let person = sweeper.person(delivery.contact.as_str()).await.unwrap();
    let export = sweeper.export(&person).await.unwrap();
    assert!(!export.deliveries.is_empty() && !export.test_mails.is_empty() && !export.bounces.is_empty());
    assert!(sweeper.mail(delivery.id).await.unwrap().is_some());
    let wanted = Wanted { person, reason: "asked by letter".into(), by: None, fresh_salt: "5a".repeat(32) };
    assert!(sweeper.erase(&wanted).await.unwrap().deliveries > 0);
    let db = &pipeline.db;
    assert!(db.delivery_erased_at(delivery.id).await.unwrap().is_some());
    db.erasures().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    erasures::lift(&mut tx, &"5a".repeat(32), delivery.contact.as_str()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Everything of two branches goes, and what the house keeps for itself.
async fn things_grow_old(stage: &Stage) {
    stage.at("2026-10-01T12:00:00Z");
    let mut sweeper = stage.app.pipeline.sweeper();
    sweeper.pause = Duration::ZERO;
    let dry = sweeper.overview(&|_| ControlFlow::Continue(())).await.unwrap();
    let swept = sweeper.sweep(&|_| ControlFlow::Continue(())).await.unwrap();
    for kind in ["interactions", "reports", "expired links", "alerts", "findings", "deadlines"] {
        for (what, swept) in [("seen", &dry), ("removed", &swept)] {
            assert!(swept.entries.iter().any(|entry| entry.kind == kind), "{kind} {what}: {:?}", swept.entries);
        }
    }
    stage.app.pipeline.watch().await.unwrap();
}
