//! Retention as an installation meets it: a night grows old, a person asks to be forgotten, a producer forgets itself.

use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Output};

use daybreak::compose::Footage;
use daybreak::db::Task;
use daybreak::db::deliveries::DeliveryFilter;
use daybreak::db::erasures::{self, Erasure, Person};
use daybreak::model::Chore;
use daybreak::pipeline::BuildError;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::Stage;

const NIGHT: &str = "2026-03-17";
const AT: &str = "2026-03-17T22:15:00-05:00";

fn site() -> Vec<Value> {
    let contact = |name: &str, email: &str| json!({"kind": "contact", "ref": name, "name": format!("{name} Example"), "email": email, "locations": ["harbor"], "notify": true});
    vec![
        json!({"kind": "branch", "ref": "north", "name": "North"}),
        json!({"kind": "location", "ref": "harbor", "branch": "north", "name": "Harbor", "timezone": "America/Chicago"}),
        contact("dana", "dana@example.com"),
        contact("maria", "maria@example.com"),
        json!({"kind": "activity", "location": "harbor", "night": NIGHT, "detections": 3, "filtered": 1, "reviewed": 2}),
        json!({"kind": "interaction", "ref": "i-1", "location": "harbor", "level": 1, "type": "Delivery", "started_at": AT, "notes": "Two crates."}),
        json!({"kind": "watermark", "location": "harbor", "complete_until": "2026-03-18T11:00:00Z"}),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_night_grows_old_and_says_what_became_of_it() {
    let toml = "[links]\nvalid_for = \"20d\"\n[retention]\nevents = \"40d\"\nartifacts = \"30d\"\nsent = \"7d\"\n";
    let stage = Stage::new("2026-03-18T16:00:00Z", toml).await;
    stage.import_lines(&site()).await;
    stage.run(Some(NIGHT)).await;
    let pipeline = &stage.app.pipeline;
    let filter = DeliveryFilter { limit: 10, ..DeliveryFilter::default() };
    let mail = pipeline.db.deliveries(&filter).await.unwrap().remove(0).delivery;
    let (_, sent) = pipeline.message(&mail).await.unwrap();
    let sweep = async || pipeline.handle(Task::Chore { chore: Chore::Sweep }).await;

    sweep().await;
    assert_eq!(pipeline.message(&mail).await.unwrap().1, sent, "nothing is old yet");
    stage.at("2026-03-26T16:00:00Z");
    sweep().await;
    let told = pipeline.message(&mail).await.unwrap_err().to_string();
    assert_eq!(told, "the mail's exact bytes were removed by retention on 2026-03-26");
    let row = stage.report("harbor", NIGHT, 1).await;
    for artifact in pipeline.db.artifacts(row.id).await.unwrap() {
        pipeline.artifact_bytes(&row, &artifact).await.unwrap_or_else(|error| panic!("{}: {error}", artifact.name));
    }
    assert_eq!(pipeline.frozen(&row).await.unwrap().interactions.len(), 1);

    stage.at("2026-04-20T16:00:00Z");
    sweep().await;
    let row = stage.report("harbor", NIGHT, 1).await;
    assert!(row.object_key.is_none() && row.data_sha256.is_some(), "the row stays as a stub");
    let told = pipeline.frozen(&row).await.unwrap_err().to_string();
    assert_eq!(told, "the report's artifacts were removed by retention on 2026-04-20");
    // Its events are still there: a person who needs the night can have it again.
    stage.regenerate("harbor", NIGHT, 2, false).await;
    assert_eq!(stage.report("harbor", NIGHT, 2).await.interactions, 1);

    stage.at("2026-05-01T16:00:00Z");
    sweep().await;
    let (_, progress) = stage.regenerate("harbor", NIGHT, 3, false).await;
    assert_eq!(progress.failed, 1, "a night without its events is no quiet one");
    let why = stage.report("harbor", NIGHT, 3).await.error.unwrap();
    assert!(why.contains("the night's events were removed by retention"), "{why}");
    let dry = pipeline.sweeper().overview(&|_| ControlFlow::Continue(())).await.unwrap();
    assert_eq!(dry.entries, [], "nothing is left to do");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_that_an_erasure_overtook_is_not_written_and_leaves_no_object() {
    let stage = Stage::new("2026-03-18T16:00:00Z", "").await;
    stage.import_lines(&site()).await;
    let pipeline = &stage.app.pipeline;
    let planned = pipeline.plan(&crate::watching::manual(&stage, &["harbor"])).await.unwrap();
    let id = stage.report("harbor", NIGHT, 1).await.id;
    // What an erasure under way has written first: its marks. The build has read its recipients before.
    let salt = pipeline.db.erasure_salt("5a").await.unwrap();
    let person = Person { refs: ["dana".to_owned()].into(), ..Person::default() };
    let erasure = Erasure {
        id: uuid::Uuid::from_u128(1),
        masked: "***".into(),
        reason: "asked".into(),
        requested_by: None,
        begun_at: stage.now(),
        finished_at: None,
        deliveries: 0,
        reports: 0,
    };
    let mut tx = pipeline.db.begin().await.unwrap();
    erasures::begin(&mut tx, &erasure, &person, &salt).await.unwrap();
    tx.commit().await.unwrap();
    let refused = pipeline.build(id).await.unwrap_err();
    assert!(matches!(refused, BuildError::Erased) && refused.is_retryable());
    assert!(stage.report("harbor", NIGHT, 1).await.object_key.is_none());
    let left = pipeline.db.doomed_objects(stage.now(), 9).await.unwrap();
    assert_eq!(left.len(), 1, "its intent stands, for the sweep");
    assert!(pipeline.archive.get(&daybreak::archive::Key::external(&left[0]).unwrap()).await.unwrap().is_none());

    let mut tx = pipeline.db.begin().await.unwrap();
    assert!(erasures::lift(&mut tx, &salt, "dana").await.unwrap());
    tx.commit().await.unwrap();
    stage.at("2026-03-18T16:00:05Z");
    stage.work_until_done(planned.run).await;
    let key = stage.report("harbor", NIGHT, 1).await.object_key.unwrap();
    let doomed = pipeline.db.doomed_objects(stage.now(), 9).await.unwrap();
    assert!(!doomed.contains(&key), "what is named is spared");
    stage.app.close().await;
}

/// Answers each path once or more: a recording, a page, an endless stream, a way on, and nothing.
async fn producer() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 2048];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..read]).into_owned();
                let path = request.split_whitespace().nth(1).unwrap_or_default().to_owned();
                let ok = |kind: &str, body: &str| {
                    format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
                };
                let answer = match path.as_str() {
                    "/v.mp4?key=1" => ok("video/mp4", "footage of the door"),
                    "/page" => ok("text/html", "<video src=v.mp4>"),
                    "/large" => ok("video/mp4", &"x".repeat(3_000)),
                    "/way" => "HTTP/1.1 302 Found\r\nLocation: /v.mp4?key=1\r\nContent-Length: 0\r\n\r\n".into(),
                    "/inside" => {
                        "HTTP/1.1 302 Found\r\nLocation: http://localhost:9/secret\r\nContent-Length: 0\r\n\r\n".into()
                    }
                    "/round" => "HTTP/1.1 302 Found\r\nLocation: /round\r\nContent-Length: 0\r\n\r\n".into(),
                    "/cut" => "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 500\r\n\r\nshort".into(),
                    _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into(),
                };
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn footage_that_its_producer_keeps_for_days_is_copied_when_the_report_is_built() {
    let port = producer().await;
    let toml = format!(
        "[retention]\ncopy_clips_from = [\"127.0.0.1:{port}\", \"s3:incoming/\"]\ncopy_clips_limit = \"2KB\"\n"
    );
    let stage = Stage::new("2026-03-18T16:00:00Z", &toml).await;
    let pipeline = &stage.app.pipeline;
    let key = |name: &str| daybreak::archive::Key::external(name).unwrap();
    pipeline
        .archive
        .put(&key("incoming/a.mp4").with_content_type("video/mp4"), "footage of the dock".into())
        .await
        .unwrap();
    let mut feed = site();
    let paths = ["v.mp4?key=1", "way", "page", "large", "inside", "round", "cut", "nothing"];
    let mut urls: Vec<String> = paths.iter().map(|path| format!("http://127.0.0.1:{port}/{path}")).collect();
    // Neither of these is asked at all.
    urls.push("http://169.254.169.254/latest/meta-data".into());
    urls.push(format!("http://localhost:{port}/v.mp4"));
    for (n, url) in urls.iter().enumerate() {
        feed.push(json!({"kind": "clip", "ref": format!("c-{n}"), "location": "harbor", "recorded_at": AT, "external_url": url}));
        feed.push(json!({"kind": "interaction", "ref": format!("i-c-{n}"), "location": "harbor", "level": 1, "type": "Door", "started_at": AT, "notes": "", "clip": format!("c-{n}")}));
    }
    feed.push(json!({"kind": "clip", "ref": "c-s3", "location": "harbor", "recorded_at": AT, "media": "s3:incoming/a.mp4", "content_type": "video/mp4"}));
    feed.push(json!({"kind": "interaction", "ref": "i-s3", "location": "harbor", "level": 1, "type": "Dock", "started_at": AT, "notes": "", "clip": "c-s3"}));
    stage.import_lines(&feed).await;
    let (_, progress) = stage.run(Some(NIGHT)).await;
    assert_eq!((progress.failed, progress.sent), (0, 2), "what cannot be copied holds no mail up");

    let report = pipeline.frozen(&stage.report("harbor", NIGHT, 1).await).await.unwrap();
    let footage = |name: &str| &report.clip(&name.parse().unwrap()).unwrap().footage;
    for (name, bytes) in
        [("c-0", "footage of the door"), ("c-1", "footage of the door"), ("c-s3", "footage of the dock")]
    {
        let Footage::Archive { key: name, sha256, content_type } = footage(name) else {
            panic!("{name}: {:?}", footage(name))
        };
        assert!(name.starts_with("media/") && sha256.is_some() && content_type == "video/mp4", "{name}");
        assert_eq!(pipeline.archive.get(&key(name)).await.unwrap().unwrap(), bytes);
    }
    for (n, named) in urls.iter().enumerate().skip(2) {
        assert!(matches!(footage(&format!("c-{n}")), Footage::External { url, .. } if url == named), "{named}");
    }
    let failed = pipeline.db.failed_copies(100).await.unwrap();
    let why = |n: usize| {
        failed.iter().find(|one| one.what == format!("clip c-{n}")).map(|one| one.error.clone()).unwrap_or_default()
    };
    for (n, word) in [
        (2, "text/html"),
        (3, "copy_clips_limit"),
        (4, "not in copy_clips_from"),
        (5, "sent on"),
        (6, "broke"),
        (7, "404"),
    ] {
        assert!(why(n).contains(word), "{}: {}", urls[n], why(n));
    }
    assert_eq!(failed.len(), 6, "the others were nobody's to copy: {failed:?}");
    // The same feed again leaves the copies where they are.
    stage.at("2026-03-18T17:00:00Z");
    stage.import_lines(&feed).await;
    stage.regenerate("harbor", NIGHT, 2, false).await;
    let second = pipeline.frozen(&stage.report("harbor", NIGHT, 2).await).await.unwrap();
    assert_eq!(second.clips, report.clips);
    stage.app.close().await;
}

fn daybreak(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daybreak"));
    command.args(arguments).current_dir(folder).env_remove("DAYBREAK_DATABASE_URL").output().unwrap()
}

/// Runs it, expects that exit code, and returns both outputs together.
fn expect(folder: &Path, code: i32, arguments: &[&str]) -> String {
    let output = daybreak(folder, arguments);
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "daybreak {}\n{told}", arguments.join(" "));
    told
}

fn json_of(folder: &Path, arguments: &[&str]) -> Value {
    let output = daybreak(folder, &[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {arguments:?} {output:?}"))
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn a_contact_is_exported_and_erased_and_everybody_elses_reports_verify() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let jobs =
        "[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\n";
    std::fs::write(at.join("jobs.toml"), jobs).unwrap();
    let feed: Vec<String> = site().iter().map(ToString::to_string).collect();
    std::fs::write(at.join("feed.ndjson"), feed.join("\n")).unwrap();
    expect(at, 0, &["import", "feed.ndjson"]);
    assert_eq!(json_of(at, &["run", "morning", "--night", NIGHT])["mails_sent"], 2);
    let deliveries = json_of(at, &["deliveries", "list"]);
    let of = |name: &str| {
        deliveries.as_array().unwrap().iter().find(|one| one["contact"] == name).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (dana, maria) = (of("dana"), of("maria"));

    let told = json_of(at, &["contacts", "export", "dana@example.com", "--out", "export"]);
    assert_eq!((&told["mails"], &told["reports"]), (&json!(1), &json!(1)));
    let exported = std::fs::read(at.join(format!("export/mails/{dana}.eml"))).unwrap();
    assert_eq!(exported, daybreak(at, &["deliveries", "show", &dana, "--eml"]).stdout, "the exact bytes");
    let record: Value = serde_json::from_slice(&std::fs::read(at.join("export/contact.json")).unwrap()).unwrap();
    assert_eq!(record["deliveries"][0]["tried"][0]["outcome"], "accepted");
    assert_eq!(record["reports"][0]["listed_as"][0]["email"], "dana@example.com");
    assert!(!record.to_string().contains("maria@example.com"), "nobody else's data");
    expect(at, 1, &["contacts", "export", "dana", "--out", "export"]);
    assert!(expect(at, 1, &["contacts", "export", "nobody", "--out", "other"]).contains("nothing is kept"));

    let erase = ["contacts", "erase", "dana", "--reason", "asked by letter", "--by", "R. Lang"];
    assert!(expect(at, 1, &erase).contains("nothing was erased; --yes"));
    expect(at, 0, &[&erase[..], &["--yes"]].concat());
    let verified = json_of(at, &["reports", "verify"]);
    assert_eq!((verified["faults"].as_array().unwrap().len(), &verified["reports"]), (0, &json!(1)));
    assert!(expect(at, 1, &["deliveries", "show", &dana, "--eml"]).contains("data were erased on"));
    expect(at, 0, &["deliveries", "show", &maria, "--eml"]);
    assert!(expect(at, 5, &["deliveries", "resend", &dana, "--even-sent"]).contains("1 left alone"));
    let everything = [
        json_of(at, &["deliveries", "list"]),
        json_of(at, &["reports", "list"]),
        json_of(at, &["contacts", "erasures"]),
    ];
    let everything = format!("{everything:?}");
    assert!(!everything.contains("dana") && everything.contains("d***@example.com") && everything.contains("R. Lang"));
    for file in files(&at.join("daybreak-data/archive")) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains("dana@example.com") && !text.contains("dana Example"), "{}", file.display());
    }

    // The producer sends the contact once more.
    let told = expect(at, 0, &["import", "feed.ndjson"]);
    assert!(told.contains("1 contact left out: their data were erased"), "{told}");
    assert_eq!(json_of(at, &["run", "morning", "--night", "2026-03-18"])["mails_sent"], 1);
    expect(at, 1, &["contacts", "readmit", "nobody"]);
    expect(at, 0, &["contacts", "readmit", "dana"]);
    expect(at, 0, &["contacts", "readmit", "dana@example.com"]);
    assert_eq!(json_of(at, &["import", "feed.ndjson"])["kinds"]["contact"]["created"], 1);
}

#[test]
fn a_dry_run_lists_what_the_sweep_then_removes() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let feed: Vec<String> = site().iter().map(|line| line.to_string().replace("2026-", "2024-")).collect();
    std::fs::write(at.join("feed.ndjson"), feed.join("\n")).unwrap();
    expect(at, 0, &["import", "feed.ndjson"]);
    assert!(expect(at, 0, &["retention", "--dry-run"]).contains("kept for ever"));
    std::fs::write(at.join("jobs.toml"), "[retention]\nevents = \"100d\"\n").unwrap();
    let told = expect(at, 0, &["retention", "--dry-run"]);
    assert!(told.contains("interactions") && told.contains("100d") && told.contains("2024-03-18"), "{told}");
    assert!(expect(at, 0, &["retention", "--dry-run", "--by-site"]).contains("harbor"));
    let counts = |told: &Value| {
        told["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["kind"].clone(), one["location"].clone(), one["count"].clone()))
            .collect::<Vec<_>>()
    };
    let dry = json_of(at, &["retention", "--dry-run"]);
    assert_eq!(counts(&dry).len(), 2, "an interaction and an activity: {dry}");
    assert_eq!(counts(&dry), counts(&json_of(at, &["retention"])));
    assert!(expect(at, 0, &["retention"]).contains("nothing is over age"));
    std::fs::write(
        at.join("jobs.toml"),
        "[retention]\nevents = \"100d\"\n[[retention.branch]]\nbranch = \"north\"\nevents = \"forever\"\n",
    )
    .unwrap();
    expect(at, 0, &["import", "feed.ndjson"]);
    assert!(expect(at, 0, &["retention", "--dry-run"]).contains("nothing is over age"), "a branch may keep its own");
}
