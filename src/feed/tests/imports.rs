//! What an import does to rows and objects, on each database.

use super::*;
use crate::archive::Key;
use crate::collect::collect;
use crate::model::LocationRef;

const SITE: &str = r#"
{"kind":"interaction","ref":"i1","location":"l","camera":"c","level":2,"type":"T","started_at":"2026-03-28T21:00:00+01:00","notes":"n\u0000o\u202e\r\n<b>","actions":["talk\u0000down"],"clip":"k"}
{"kind":"camera","ref":"c","location":"l","name":"Door \uFDDE"}
{"kind":"location","ref":"l","branch":"b","name":"L","timezone":"Europe/Warsaw"}
{"kind":"branch","ref":"b","name":"B"}
{"kind":"contact","ref":"p","name":"P","email":"p@example.com","branches":["b"],"notify":true}
{"kind":"clip","ref":"k","location":"l","camera":"c","recorded_at":"2026-03-28T19:59:50Z","duration_s":12.5,"media":"s3:k.mp4","content_type":"video/mp4"}
{"kind":"transaction","ref":"t","location":"l","terminal":"1\u0000","at":"2026-03-28T20:00:00Z","currency":"PLN","lines":[{"sku":"1\u0000","description":"D","quantity":0.5,"unit_price":"1.10","paid":false}],"payment":{"method":"card","amount":"0","last4":"1234"}}
{"kind":"incident","ref":"x","location":"l","interaction":"i1","case":"thief","occurred_at":"2026-03-28T20:00:30Z","type":"Theft","description":"D","clips":["k"],"transaction":"t"}
{"kind":"activity","location":"l","night":"2026-03-28","detections":3,"filtered":2,"reviewed":1}
{"kind":"watermark","location":"l","complete_until":"2026-03-29T04:00:00Z"}
"#;

fn counts(created: u64, updated: u64, unchanged: u64) -> Counts {
    Counts { created, updated, unchanged }
}

fn location() -> LocationRef {
    LocationRef::new("l").unwrap()
}

#[tokio::test]
async fn a_repeat_changes_nothing_and_an_edit_changes_its_record() {
    on_each_database("repeat", async |db| {
        let place = Place::new().await;
        let first = send_text(db, &place.archive, SITE).await.unwrap();
        assert_eq!((first.total(), first.kinds.len()), (counts(10, 0, 0), 10));
        assert_eq!(first.media, MediaCounts { uploaded: 0, known: 0, missing: 1 });
        let night = collect(db, &location(), "2026-03-28".parse().unwrap()).await.unwrap();
        let again = send_text(db, &place.archive, SITE).await.unwrap();
        assert_eq!(again.total(), counts(0, 0, 10));
        assert_eq!(collect(db, &location(), "2026-03-28".parse().unwrap()).await.unwrap(), night);
        // The same instant with another offset, and a list in another order, say the same.
        let same = SITE.replace("2026-03-28T21:00:00+01:00", "2026-03-28T20:00:00.000000Z");
        assert_eq!(send_text(db, &place.archive, &same).await.unwrap().total(), counts(0, 0, 10));
        let edited =
            SITE.replace(r#""notify":true"#, r#""notify":false"#).replace(r#""detections":3"#, r#""detections":4"#);
        let summary = send_text(db, &place.archive, &edited).await.unwrap();
        assert_eq!(summary.total(), counts(0, 2, 8));
        assert_eq!(summary.kinds[&Kind::Contact], counts(0, 1, 0));
        let night = collect(db, &location(), "2026-03-28".parse().unwrap()).await.unwrap();
        assert_eq!((night.contacts.len(), night.tonight.detections), (0, Some(4)));
    })
    .await;
}

#[tokio::test]
async fn hostile_texts_come_back_whole() {
    on_each_database("hostile", async |db| {
        let place = Place::new().await;
        send_text(db, &place.archive, SITE).await.unwrap();
        let night = collect(db, &location(), "2026-03-28".parse().unwrap()).await.unwrap();
        assert_eq!(night.interactions[0].notes, "n\0o\u{202e}\r\n<b>");
        assert_eq!(night.interactions[0].actions, ["talk\0down"]);
        assert_eq!(night.cameras[0].name, "Door \u{FDDE}");
        assert_eq!((&*night.sales[0].terminal, &*night.sales[0].lines[0].sku), ("1\0", "1\0"));
        assert_eq!(night.clips[0].clip.duration_ms, Some(12_500));
    })
    .await;
}

#[tokio::test]
async fn references_reach_into_the_database_and_a_faulty_feed_leaves_nothing() {
    on_each_database("whole_or_nothing", async |db| {
        let place = Place::new().await;
        send_text(db, &place.archive, SITE).await.unwrap();
        let camera = r#"{"kind":"camera","ref":"c2","location":"l","name":"C"}"#;
        assert_eq!(send_text(db, &place.archive, camera).await.unwrap().total(), counts(1, 0, 0));
        let faulty = r#"{"kind":"camera","ref":"c3","location":"l","name":"C"}
{"kind":"camera","ref":"c4","location":"nowhere","name":"C"}"#;
        let error = send_text(db, &place.archive, faulty).await.unwrap_err();
        assert_eq!(error.to_string(), "body:2: location: there is no location \"nowhere\"");
        let night = collect(db, &location(), "2026-03-28".parse().unwrap()).await.unwrap();
        assert_eq!(night.cameras.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_same_content_is_uploaded_once() {
    on_each_database("uploads", async |db| {
        let place = Place::new().await;
        place.write("media/a.mp4", "bytes");
        place.write("media/copy.mp4", "bytes");
        let mut feed = SITE.replace("s3:k.mp4", "media/a.mp4");
        feed.push_str(r#"{"kind":"clip","ref":"k2","location":"l","recorded_at":"2026-03-28T19:59:50Z","media":"media/copy.mp4","content_type":"video/mp4","sha256":"277089D91C0BDF4F2E6862BA7E4A07605119431F5D13F726DD352B06F1B206A9"}"#);
        let path = place.write("feed.ndjson", &feed);
        let first = send_path(db, &place.archive, &path).await.unwrap();
        assert_eq!(first.media, MediaCounts { uploaded: 1, known: 0, missing: 0 });
        let again = send_path(db, &place.archive, &path).await.unwrap();
        assert_eq!((again.media, again.total()), (MediaCounts { uploaded: 0, known: 1, missing: 0 }, counts(0, 0, 11)));
        let key = Key::media("277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9", "");
        assert_eq!(place.archive.get(&key).await.unwrap().unwrap(), "bytes");
        // Another content under the same name is another clip.
        place.write("media/a.mp4", "edited");
        let edited = send_path(db, &place.archive, &path).await.unwrap();
        assert_eq!((edited.media.uploaded, edited.total()), (1, counts(0, 1, 10)));
        // An archive that lost an object gets it back.
        place.archive.delete(&key).await.unwrap();
        assert_eq!(send_path(db, &place.archive, &path).await.unwrap().media.uploaded, 1);
    })
    .await;
}

#[tokio::test]
async fn cases_are_numbered_in_order_of_time() {
    on_each_database("cases", async |db| {
        let place = Place::new().await;
        send_text(db, &place.archive, SITE).await.unwrap();
        let incident = |name: &str, case: &str, minute: u32| {
            format!(r#"{{"kind":"incident","ref":"{name}","location":"l","case":"{case}","occurred_at":"2026-03-28T20:{minute:02}:00Z","type":"T","description":""}}"#)
        };
        let feed = [incident("y1", "late", 50), incident("y2", "early", 40), incident("y3", "thief", 0), incident("y4", "late", 30)];
        send_text(db, &place.archive, &feed.join("\n")).await.unwrap();
        let night = collect(db, &location(), "2026-03-28".parse().unwrap()).await.unwrap();
        let places: Vec<_> = night
            .incidents
            .iter()
            .map(|known| (known.incident.incident.as_str(), known.case_number.unwrap(), known.instance.unwrap()))
            .collect();
        assert_eq!(places, [("y3", 1001, 1), ("x", 1001, 2), ("y4", 1002, 1), ("y2", 1003, 1), ("y1", 1002, 2)]);
    })
    .await;
}

#[tokio::test]
async fn many_records_of_every_kind_are_written_in_batches() {
    on_each_database("batches", async |db| {
        let place = Place::new().await;
        let more = (0..1_300).map(|n| {
            let (minute, second) = (n / 60 % 60, n % 60);
            format!("{{\"kind\":\"interaction\",\"ref\":\"n{n}\",\"location\":\"l\",\"level\":1,\"type\":\"T\",\"started_at\":\"2026-03-28T20:{minute:02}:{second:02}Z\",\"notes\":\"\"}}\n")
        });
        let feed: String = std::iter::once(SITE.to_owned()).chain(more).collect();
        assert_eq!(send_text(db, &place.archive, &feed).await.unwrap().total(), counts(1_310, 0, 0));
        assert_eq!(send_text(db, &place.archive, &feed).await.unwrap().total(), counts(0, 0, 1_310));
        let night = collect(db, &location(), "2026-03-28".parse().unwrap()).await.unwrap();
        assert_eq!((night.interactions.len(), night.tonight.interactions), (1_301, 1_301));
        assert!(night.interactions.is_sorted_by_key(|row| (row.started_at, row.interaction.clone())));
    })
    .await;
}

/// A line of a feed whose records may be wrong, and may name what there is not.
fn line() -> impl Strategy<Value = String> {
    let small = 0..4_u8;
    (0..10_u8, small.clone(), small.clone(), small, 0..60_u8).prop_map(|(kind, n, a, b, minute)| {
        // One in sixty has no offset.
        let at = format!("2026-03-28T20:{minute:02}:00{}", if minute == 59 { "" } else { "Z" });
        match kind {
            0 => format!(r#"{{"kind":"branch","ref":"b{n}","name":"{a}"}}"#),
            1 => format!(r#"{{"kind":"location","ref":"l{n}","branch":"b{a}","name":"{b}","timezone":"Europe/Warsaw"}}"#),
            2 => format!(r#"{{"kind":"camera","ref":"c{n}","location":"l{a}","name":"{b}"}}"#),
            3 => format!(r#"{{"kind":"contact","ref":"p{n}","name":"P","email":"p{b}@example.com","locations":["l{a}"],"branches":["b{b}"],"notify":true}}"#),
            4 => format!(r#"{{"kind":"activity","location":"l{a}","night":"2026-03-2{n}","detections":{b},"filtered":0,"reviewed":0}}"#),
            5 => format!(r#"{{"kind":"interaction","ref":"i{n}","location":"l{a}","camera":"c{b}","level":1,"type":"T","started_at":"{at}","notes":""}}"#),
            6 => format!(r#"{{"kind":"incident","ref":"x{n}","location":"l{a}","interaction":"i{b}","case":"k{b}","occurred_at":"{at}","type":"T","description":"","clips":["v{a}"]}}"#),
            7 => format!(r#"{{"kind":"clip","ref":"v{n}","location":"l{a}","recorded_at":"{at}","media":"s3:k{b}","content_type":"video/mp4"}}"#),
            8 => format!(r#"{{"kind":"transaction","ref":"t{n}","location":"l{a}","terminal":"1","at":"{at}","currency":"PLN","lines":[{{"sku":"1","description":"","quantity":{b},"unit_price":"0.{minute:02}","paid":true}}]}}"#),
            _ => format!(r#"{{"kind":"watermark","location":"l{a}","complete_until":"{at}"}}"#),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// The world of all refs stands already, so that most of what is generated can be taken.
    #[test]
    fn any_feed_is_taken_whole_or_not_at_all(feeds in proptest::collection::vec(proptest::collection::vec(line(), 1..6), 1..12)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(on_each_database("whole", async |db| {
            let place = Place::new().await;
            let world: Vec<_> = (0..4).flat_map(|n| [
                format!(r#"{{"kind":"branch","ref":"b{n}","name":"B"}}"#),
                format!(r#"{{"kind":"location","ref":"l{n}","branch":"b0","name":"L","timezone":"Europe/Warsaw"}}"#),
                format!(r#"{{"kind":"camera","ref":"c{n}","location":"l0","name":"C"}}"#),
            ]).collect();
            send_text(db, &place.archive, &world.join("\n")).await.unwrap();
            for feed in &feeds {
                let text = feed.join("\n");
                let before = every_night(db).await;
                match send_text(db, &place.archive, &text).await {
                    Ok(summary) => {
                        let total = summary.total();
                        assert_eq!(total.created + total.updated + total.unchanged, feed.len() as u64);
                        let again = send_text(db, &place.archive, &text).await.unwrap().total();
                        assert_eq!(again, counts(0, 0, feed.len() as u64), "{text}");
                    }
                    Err(ImportError::Faults(faults)) => {
                        assert!(faults.count() > 0);
                        assert_eq!(every_night(db).await, before, "{text}");
                    }
                    Err(other) => panic!("{other}: {text}"),
                }
            }
        }));
    }
}

async fn every_night(db: &Db) -> Vec<crate::collect::Night> {
    let mut nights = Vec::new();
    for site in db.locations().await.unwrap() {
        nights.push(collect(db, &site.location, "2026-03-28".parse().unwrap()).await.unwrap());
    }
    nights
}
