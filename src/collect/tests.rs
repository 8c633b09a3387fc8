//! Tests of a night's rows, on each database.

use bytes::Bytes;

use super::*;
use crate::archive::{Archive, Key};
use crate::compose::{Build, Footage, Missing, compose};
use crate::config;
use crate::db::testing::{on_each_database, unsubscribe};
use crate::feed::{Source, import};
use crate::model::ReportId;

/// Two sites of two branches; the first has a night with everything, and its neighbours.
const FEED: &str = r#"
{"kind":"branch","ref":"b","name":"Branch"}
{"kind":"branch","ref":"b2","name":"Other"}
{"kind":"location","ref":"l","branch":"b","name":"Site","timezone":"Europe/Warsaw","locale":"pl-PL","timeline_url":"https://app.example.com/t?camera={camera}&at={at}"}
{"kind":"location","ref":"l2","branch":"b2","name":"Other","timezone":"Europe/Warsaw"}
{"kind":"camera","ref":"c","location":"l","name":"Door"}
{"kind":"camera","ref":"c2","location":"l2","name":"Other's door"}
{"kind":"contact","ref":"by-site","name":"A","email":"a@example.com","locations":["l"],"notify":true}
{"kind":"contact","ref":"by-branch","name":"B","email":"b@example.com","branches":["b"],"notify":true,"locale":"de-DE"}
{"kind":"contact","ref":"by-both","name":"C","email":"c@example.com","locations":["l","l2"],"branches":["b"],"notify":true}
{"kind":"contact","ref":"silent","name":"D","email":"d@example.com","locations":["l"],"notify":false}
{"kind":"contact","ref":"elsewhere","name":"E","email":"e@example.com","branches":["b2"],"notify":true}
{"kind":"contact","ref":"gone","name":"F","email":"f@example.com","locations":["l"],"notify":true}
{"kind":"interaction","ref":"first","location":"l","camera":"c","level":1,"type":"Vehicle","started_at":"2026-03-28T17:00:00Z","notes":"","clip":"k"}
{"kind":"interaction","ref":"before","location":"l","camera":"c","level":2,"type":"Person","started_at":"2026-03-28T16:59:59.999999Z","notes":"","clip":"outside"}
{"kind":"interaction","ref":"last","location":"l","camera":"c2","level":3,"type":"Person","started_at":"2026-03-29T03:59:59.999999Z","notes":"","clip":"theirs"}
{"kind":"interaction","ref":"after","location":"l","level":1,"type":"Person","started_at":"2026-03-29T04:00:00Z","notes":""}
{"kind":"interaction","ref":"theirs","location":"l2","level":2,"type":"Person","started_at":"2026-03-28T20:00:00Z","notes":"secret"}
{"kind":"interaction","ref":"past","location":"l","level":1,"type":"Person","started_at":"2026-03-25T20:00:00Z","notes":""}
{"kind":"clip","ref":"k","location":"l","camera":"c","recorded_at":"2026-03-28T16:59:50Z","media":"s3:late/k.mp4","content_type":"video/mp4"}
{"kind":"clip","ref":"outside","location":"l","recorded_at":"2026-03-28T16:59:50Z","external_url":"https://v.example/1","password":"p"}
{"kind":"clip","ref":"theirs","location":"l2","recorded_at":"2026-03-28T16:59:50Z","external_url":"https://v.example/2"}
{"kind":"transaction","ref":"t1","location":"l","terminal":"1","at":"2026-03-28T16:00:00Z","currency":"PLN","lines":[]}
{"kind":"transaction","ref":"t2","location":"l","terminal":"1","at":"2026-03-28T18:00:00Z","currency":"PLN","lines":[]}
{"kind":"transaction","ref":"t3","location":"l2","terminal":"1","at":"2026-03-28T18:00:00Z","currency":"PLN","lines":[]}
{"kind":"incident","ref":"x1","location":"l","interaction":"before","occurred_at":"2026-03-28T17:00:10Z","type":"Theft","description":"","transaction":"t1","photo":"s3:late/photo.jpg","clips":["k"]}
{"kind":"incident","ref":"x2","location":"l","interaction":"theirs","occurred_at":"2026-03-28T18:00:10Z","type":"Theft","description":"","transaction":"t3"}
{"kind":"activity","location":"l","night":"2026-03-24","detections":3,"filtered":2,"reviewed":1}
{"kind":"watermark","location":"l","complete_until":"2026-03-29T03:59:59Z"}
"#;

fn now() -> DateTime<Utc> {
    "2026-03-29T04:30:00Z".parse().unwrap()
}

fn site() -> LocationRef {
    LocationRef::new("l").unwrap()
}

fn report(night: &Night) -> crate::compose::Report {
    let id = ReportId::of(&site(), night.night, 1);
    compose(night, &Build { id, revision: 1, built_at: now(), correction: None })
}

async fn archive(folder: &tempfile::TempDir) -> Archive {
    Archive::connect(&config::Archive::Embedded { path: folder.path().to_path_buf() }).await.unwrap()
}

async fn night_of_the_feed(db: &Db, archive: &Archive) -> Night {
    import(db, archive, Source::body("body", FEED.as_bytes()), now(), &|_| ()).await.unwrap();
    unsubscribe(db, "gone", "l").await;
    unsubscribe(db, "by-site", "l2").await;
    collect(db, &site(), "2026-03-28".parse().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_night_holds_its_window_and_what_its_incidents_name() {
    on_each_database("collect_window", async |db| {
        let folder = tempfile::tempdir().unwrap();
        let night = night_of_the_feed(db, &archive(&folder).await).await;
        let refs = |rows: &[Interaction]| rows.iter().map(|row| row.interaction.to_string()).collect::<Vec<_>>();
        assert_eq!(refs(&night.interactions), ["first", "last"]);
        assert_eq!(refs(&night.earlier), ["before"], "another site's interaction stays out");
        let sales = |rows: &[Sale]| rows.iter().map(|row| row.transaction.to_string()).collect::<Vec<_>>();
        assert_eq!((sales(&night.sales), sales(&night.earlier_sales)), (vec!["t2".into()], vec!["t1".into()]));
        let clips: Vec<_> = night.clips.iter().map(|known| known.clip.clip.as_str()).collect();
        assert_eq!(clips, ["k", "outside"], "another site's clip stays out");
        let contacts: Vec<_> = night.contacts.iter().map(|contact| contact.contact.as_str()).collect();
        assert_eq!(contacts, ["by-both", "by-branch", "by-site"]);
        assert_eq!((night.tonight.interactions, night.tonight.incidents, night.tonight.detections), (2, 2, None));
        assert_eq!(night.past.len(), 7);
        let past = |date: &str| *night.past.iter().find(|past| past.night == date.parse().unwrap()).unwrap();
        assert_eq!((past("2026-03-25").interactions, past("2026-03-24").detections), (1, Some(3)));
        assert_eq!(past("2026-03-27").interactions, 0);
    })
    .await;
}

#[tokio::test]
async fn what_lies_outside_is_shown_once_and_what_is_lost_is_said() {
    on_each_database("collect_report", async |db| {
        let folder = tempfile::tempdir().unwrap();
        let report = report(&night_of_the_feed(db, &archive(&folder).await).await);
        let escalated: Vec<_> = report
            .escalations
            .iter()
            .map(|escalation| {
                let incident = escalation.incident.as_ref().map(|incident| incident.incident.as_str());
                (incident, escalation.interaction.as_ref().map(|interaction| interaction.interaction.as_str()))
            })
            .collect();
        assert_eq!(escalated, [(Some("x1"), Some("before")), (Some("x2"), None), (None, Some("last"))]);
        assert_eq!((report.summary.normal, report.summary.escalated, report.summary.incidents), (1, 1, 2));
        let missing: Vec<_> = report.missing.iter().map(|missing| serde_json::to_string(missing).unwrap()).collect();
        assert_eq!(
            missing,
            [
                r#"{"what":"feed","complete_until":"2026-03-29T03:59:59Z"}"#,
                r#"{"what":"activity"}"#,
                r#"{"what":"clip","clip":"k"}"#,
                r#"{"what":"clip","clip":"theirs"}"#,
                r#"{"what":"photo","incident":"x1"}"#,
            ]
        );
        let past: Vec<_> = report.summary.past.iter().map(|past| past.night.to_string()).collect();
        assert_eq!(past, ["2026-03-24", "2026-03-25", "2026-03-28"][..2], "nights without any record are absent");
        let incident = report.escalations[0].incident.as_ref().unwrap();
        assert_eq!(
            incident.timeline_url.as_deref(),
            Some("https://app.example.com/t?camera=c&at=2026-03-28T17:00:10Z")
        );
        assert!(incident.photo_missing && incident.photo.is_none());
        let last = report.escalations[2].interaction.as_ref().unwrap();
        assert_eq!(last.camera.as_deref(), Some("c2"), "another site's camera is called by its ref");
        let transactions: Vec<_> = report.transactions.iter().map(|sale| sale.transaction.as_str()).collect();
        assert_eq!(transactions, ["t1", "t2"]);
        let languages: Vec<_> = report.recipients.iter().map(|one| (one.language.tag(), &*one.locale)).collect();
        assert_eq!(languages, [("pl", "pl-PL"), ("de", "de-DE"), ("pl", "pl-PL")]);
    })
    .await;
}

#[tokio::test]
async fn a_clip_that_came_late_is_found_before_the_report_is_built() {
    on_each_database("collect_late", async |db| {
        let folder = tempfile::tempdir().unwrap();
        let archive = archive(&folder).await;
        let mut night = night_of_the_feed(db, &archive).await;
        assert_eq!(night.absent_objects().into_iter().collect::<Vec<_>>(), ["late/k.mp4", "late/photo.jpg"]);
        archive.put(&Key::external("late/k.mp4").unwrap(), Bytes::from_static(b"film")).await.unwrap();
        look_again(db, &archive, &mut night, now()).await.unwrap();
        assert_eq!(night.absent_objects().into_iter().collect::<Vec<_>>(), ["late/photo.jpg"]);
        assert_eq!(collect(db, &site(), night.night).await.unwrap(), night, "it was written down, too");
        let report = report(&night);
        assert!(matches!(&report.clips[0].footage, Footage::Archive { key, .. } if key == "late/k.mp4"));
        assert!(
            !report.missing.iter().any(|missing| matches!(missing, Missing::Clip { clip } if clip.as_str() == "k"))
        );
    })
    .await;
}

#[tokio::test]
async fn an_unknown_location_has_no_night() {
    on_each_database("collect_unknown", async |db| {
        let error = collect(db, &site(), "2026-03-28".parse().unwrap()).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no location l");
        assert!(!error.is_retryable());
    })
    .await;
}
