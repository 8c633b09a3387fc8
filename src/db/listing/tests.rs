//! Pages of each list, on each database.

use super::*;
use crate::db::Digest;
use crate::db::Stamped;
use crate::db::incidents::Incident;
use crate::db::sites::Branch;
use crate::db::testing::{on_each_database, planned_reports};
use crate::db::{RefTable, deliveries, owners, suppressions};
use crate::model::{DeliveryId, DeliveryState, IncidentRef, NightHours, ReportId, SuppressionReason};
use chrono::TimeDelta;

fn at() -> DateTime<Utc> {
    "2026-03-28T05:00:00Z".parse().unwrap()
}

fn stamped<T>(row: T) -> Vec<Stamped<T>> {
    vec![Stamped { row, digest: Digest([0; 16]) }]
}

/// Branch `b` with location `s0`, a contact of the branch and location, a clip, two incidents and interactions.
async fn fill(db: &Db) -> Location {
    let location = Location {
        location: "s0".parse().unwrap(),
        branch: "b".parse().unwrap(),
        name: "S\0".into(),
        address: None,
        timezone: chrono_tz::Europe::Warsaw,
        hours: NightHours::default(),
        locale: None,
        timeline_url: None,
    };
    let mut tx = db.begin().await.unwrap();
    tx.put_branches(&stamped(Branch { branch: "b".parse().unwrap(), name: "B".into() })).await.unwrap();
    tx.put_locations(&stamped(location.clone())).await.unwrap();
    let contact = crate::db::contacts::Contact {
        contact: "p".parse().unwrap(),
        name: "P".into(),
        email: "p@example.com".parse().unwrap(),
        locale: None,
        notify: true,
        locations: vec![location.location.clone()],
        branches: vec!["b".parse().unwrap()],
    };
    tx.put_contacts(&stamped(contact)).await.unwrap();
    let clip = Clip {
        clip: "k".parse().unwrap(),
        location: location.location.clone(),
        camera: None,
        recorded_at: at(),
        duration_ms: None,
        object_key: None,
        content_type: None,
        external_url: Some("https://footage.example.com/1".into()),
        password: Some("p\0".into()),
    };
    tx.put_clips(&stamped(clip)).await.unwrap();
    for name in ["1", "2"] {
        let incident = Incident {
            incident: name.parse().unwrap(),
            location: location.location.clone(),
            interaction: None,
            case: None,
            occurred_at: at(),
            kind: "T".into(),
            description: "D\0".into(),
            reported_by: None,
            photo_key: None,
            clips: Vec::new(),
            transaction: None,
        };
        tx.put_incidents(&stamped(incident)).await.unwrap();
        let interaction = Interaction {
            interaction: name.parse().unwrap(),
            location: location.location.clone(),
            camera: None,
            level: 1,
            kind: "T".into(),
            started_at: at(),
            ended_at: None,
            operator: None,
            notes: "n".into(),
            actions: Vec::new(),
            clip: None,
        };
        tx.put_interactions(&stamped(interaction)).await.unwrap();
    }
    tx.commit().await.unwrap();
    location
}

#[tokio::test]
async fn a_page_begins_behind_the_last_row_of_the_one_before() {
    on_each_database("listing", pages).await;
}

async fn pages(db: &Db) {
    let location = fill(db).await;
    let (place, branches) = (&location.location, [location.branch.clone()]);
    assert_eq!(db.location_page(None, None, 9).await.unwrap(), std::slice::from_ref(&location));
    assert_eq!(db.location_page(Some(&branches), None, 9).await.unwrap(), std::slice::from_ref(&location));
    assert_eq!(db.location_page(Some(&branches), Some(place), 9).await.unwrap(), []);
    assert_eq!(db.location_page(Some(&[]), None, 9).await.unwrap(), []);
    let all = InteractionFilter::of(place);
    let first = db.interaction_page(&all, None, 1).await.unwrap();
    let last = Last(first[0].started_at, first[0].interaction.clone());
    assert_eq!(db.interaction_page(&all, Some(&last), 9).await.unwrap()[0].interaction.as_str(), "1");
    for (filter, found) in [
        (InteractionFilter { kind: Some("T".into()), text: "N".into(), ..all.clone() }, 2),
        (InteractionFilter { text: "%".into(), ..all.clone() }, 0),
        (InteractionFilter { text: "2".into(), escalated: Some(false), ..all.clone() }, 1),
        (InteractionFilter { escalated: Some(true), ..all.clone() }, 0),
        (InteractionFilter { camera: Some("c".parse().unwrap()), ..all.clone() }, 0),
    ] {
        assert_eq!(db.interaction_page(&filter, None, 9).await.unwrap().len(), found, "{filter:?}");
    }
    assert_eq!(db.clip(&"k".parse().unwrap()).await.unwrap().unwrap().password.as_deref(), Some("p\0"));
    let contacts = db.contact_page(&location, None, 9).await.unwrap();
    assert_eq!(contacts.iter().map(|contact| contact.email.as_str()).collect::<Vec<_>>(), ["p@example.com"]);
    assert_eq!(db.contact_page(&location, Some(&contacts[0].contact), 9).await.unwrap(), []);
    house(db, place).await;
    mails(db).await;
    let mut tx = db.snapshot().await.unwrap();
    for (table, name) in [
        (RefTable::Branches, "b"),
        (RefTable::Locations, "s0"),
        (RefTable::Contacts, "p"),
        (RefTable::Clips, "k"),
        (RefTable::Incidents, "1"),
        (RefTable::Interactions, "2"),
    ] {
        let owners = owners::of(&mut tx, table, &[name, "none"]).await.unwrap();
        assert_eq!(owners.len(), 1, "{table:?}");
        assert_eq!(owners[name], branches, "{table:?}");
    }
    for table in [RefTable::Cameras, RefTable::Transactions, RefTable::Watermarks] {
        assert!(owners::of(&mut tx, table, &["none"]).await.unwrap().is_empty());
    }
}

async fn house(db: &Db, place: &LocationRef) {
    let mut tx = db.begin().await.unwrap();
    let reports = planned_reports(&mut tx, 2).await;
    tx.commit().await.unwrap();
    let all = ReportPage::default();
    let ids = |rows: Vec<ReportRow>| rows.into_iter().map(|row| row.location.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(db.report_page(&all, 9).await.unwrap()), ["s0", "s1"]);
    let night = reports[0].night;
    let after = ReportPage { after: Some((night, place.clone(), 1)), ..all.clone() };
    assert_eq!(ids(db.report_page(&after, 9).await.unwrap()), ["s1"]);
    let ours = ReportPage {
        branches: Some(vec!["b".parse().unwrap()]),
        from: Some(night),
        to: Some(night),
        state: Some(ReportState::Planned),
        ..all.clone()
    };
    assert_eq!(ids(db.report_page(&ours, 9).await.unwrap()), ["s0"]);
    let nobodys = ReportPage { branches: Some(Vec::new()), ..all.clone() };
    assert!(db.report_page(&nobodys, 9).await.unwrap().is_empty());
    let given = |whole: Vec<LocationRef>| ReportPage { given_to: Some(("p@example.com".into(), whole)), ..all.clone() };
    assert_eq!(ids(db.report_page(&given(vec![place.clone()]), 9).await.unwrap()), ["s0"]);
    assert!(db.report_page(&given(Vec::new()), 9).await.unwrap().is_empty(), "it was mailed nothing");
    let of_run = ReportPage { run: Some(reports[0].run), ..all.clone() };
    assert_eq!(ids(db.report_page(&of_run, 9).await.unwrap()), ["s0", "s1"]);
    let of_another = ReportPage { run: Some(uuid::Uuid::nil().into()), ..all.clone() };
    assert!(db.report_page(&of_another, 9).await.unwrap().is_empty());
    let there = ReportPage { location: Some("s1".parse().unwrap()), ..all };
    assert_eq!(ids(db.report_page(&there, 9).await.unwrap()), ["s1"]);
    let runs = db.run_page(None, None, 9).await.unwrap();
    let of_job = db.run_page(Some(&runs[0].job), None, 9).await.unwrap();
    assert_eq!(of_job.iter().map(|run| run.id).collect::<Vec<_>>(), [runs[0].id]);
    assert!(db.run_page(Some(&"another".parse().unwrap()), None, 9).await.unwrap().is_empty());
    assert_eq!(runs.len(), 1);
    assert!(db.run_page(None, Some(&Last(runs[0].started_at, runs[0].id)), 9).await.unwrap().is_empty());
}

async fn mails(db: &Db) {
    let report = ReportId::of(&"s0".parse().unwrap(), "2026-03-27".parse().unwrap(), 1);
    let mail = |contact: &str, later: i64| crate::db::deliveries::Delivery {
        id: DeliveryId::of(report, &contact.parse().unwrap()),
        report,
        contact: contact.parse().unwrap(),
        name: contact.into(),
        email: "P@example.com".into(),
        language: "en".into(),
        kind: "report".into(),
        state: DeliveryState::Sent,
        subject: "S".into(),
        message_id: contact.into(),
        artifact: String::new(),
        sha256: String::new(),
        size: 1,
        attempts: 1,
        created_at: at() + TimeDelta::hours(later),
        next_at: None,
        finished_at: None,
        error: None,
    };
    let mut tx = db.begin().await.unwrap();
    deliveries::insert(&mut tx, &[mail("p", 0), mail("q", 1)]).await.unwrap();
    for address in ["a@example.com", "b@example.com"] {
        let suppression = Suppression {
            address: address.into(),
            since: at(),
            reason: SuppressionReason::Manual,
            detail: "asked".into(),
            delivery: None,
            lifted_at: None,
            lifted_for: None,
        };
        assert!(suppressions::insert(&mut tx, &suppression).await.unwrap());
    }
    assert!(suppressions::lift(&mut tx, "a@example.com", None, at()).await.unwrap());
    tx.commit().await.unwrap();
    let first = db.mail_page("p@example.com", None, 1).await.unwrap();
    assert_eq!(first[0].delivery.contact.as_str(), "q");
    let last = Last(first[0].delivery.created_at, first[0].delivery.id);
    assert_eq!(db.mail_page("p@example.com", Some(&last), 9).await.unwrap()[0].delivery.contact.as_str(), "p");
    assert!(db.mails_in(DeliveryState::Sent, None, 9).await.unwrap().is_empty(), "these are looked for by address");
    crate::db::testing::run(db, "UPDATE deliveries SET state = 'failed'").await;
    let failed = db.mails_in(DeliveryState::Failed, None, 1).await.unwrap();
    assert_eq!(failed[0].delivery.id, first[0].delivery.id);
    assert_eq!(db.mails_in(DeliveryState::Failed, Some(&last), 9).await.unwrap()[0].delivery.contact.as_str(), "p");
    assert!(db.mails_in(DeliveryState::Unknown, None, 9).await.unwrap().is_empty());
    crate::db::testing::run(db, "UPDATE deliveries SET state = 'sent'").await;
    assert!(db.was_mailed(report, "p@example.com").await.unwrap());
    assert!(!db.was_mailed(report, "x@example.com").await.unwrap());
    let place: LocationRef = "s0".parse().unwrap();
    let night: NightDate = "2026-03-27".parse().unwrap();
    let around = (night.minus(2), night.plus(2));
    assert_eq!(db.mailed_between(&place, around, "p@example.com").await.unwrap(), [report]);
    assert!(db.mailed_between(&place, (night.plus(1), night.plus(2)), "p@example.com").await.unwrap().is_empty());
    assert!(db.mailed_between(&place, around, "x@example.com").await.unwrap().is_empty());
    let given = ReportPage { given_to: Some(("p@example.com".into(), Vec::new())), ..ReportPage::default() };
    assert_eq!(db.report_page(&given, 9).await.unwrap().iter().map(|row| row.id).collect::<Vec<_>>(), [report]);
    with_clips(db, &place).await;
    assert_eq!(db.suppression_page(false, None, 9).await.unwrap().len(), 1);
    let all = db.suppression_page(true, None, 1).await.unwrap();
    let last = Last(all[0].since, all[0].address.clone());
    assert_eq!(db.suppression_page(true, Some(&last), 9).await.unwrap()[0].address, "a@example.com");
}

async fn with_clips(db: &Db, place: &LocationRef) {
    let incident = |name: &str, clips: &[&str]| Incident {
        incident: name.parse().unwrap(),
        location: place.clone(),
        interaction: None,
        case: None,
        occurred_at: at(),
        kind: "T".into(),
        description: "D".into(),
        reported_by: None,
        photo_key: None,
        clips: clips.iter().map(|clip| clip.parse().unwrap()).collect(),
        transaction: None,
    };
    let mut tx = db.begin().await.unwrap();
    for (name, clips) in [("w1", &["k", "a%_\"\\b"][..]), ("w2", &["K"]), ("w3", &["kk", "a%x"])] {
        tx.put_incidents(&stamped(incident(name, clips))).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (clip, found) in [("k", "w1"), ("K", "w2"), ("a%_\"\\b", "w1"), ("a%x", "w3")] {
        let named = db.incidents_with_clip(place, &clip.parse().unwrap()).await.unwrap();
        assert_eq!(named.iter().map(IncidentRef::as_str).collect::<Vec<_>>(), [found], "{clip}");
    }
    assert!(db.incidents_with_clip(place, &"none".parse().unwrap()).await.unwrap().is_empty());
}
