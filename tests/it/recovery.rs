//! What must not get lost: plans that were interrupted, media that vanished, jobs that came later.

use std::process::Command;
use std::time::Duration;

use daybreak::app::App;
use daybreak::clock::Clock;
use daybreak::compose::{Footage, Missing};
use daybreak::config::{Config, Environment};
use daybreak::db::Task;
use daybreak::db::reports::ReportFilter;
use daybreak::model::{JobName, ReportState};
use daybreak::pipeline::{Request, SiteNight};
use serde_json::json;

use crate::support::{Stage, root};

const NIGHT: &str = "2026-03-17";

fn request(stage: &Stage, skip_quiet: bool, sites: &[&str]) -> Request {
    let wanted =
        |site: &&str| SiteNight { location: site.parse().unwrap(), night: NIGHT.parse().unwrap(), revision: 1 };
    let wanted = sites.iter().map(wanted).collect();
    Request { skip_quiet, ..Request::by_hand(JobName::new("morning").unwrap(), stage.now(), wanted) }
}

async fn samples() -> Stage {
    let stage = Stage::new("2026-03-18T16:00:00Z", "").await;
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
    stage
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_is_told_in_one_sentence_and_the_report_is_built_once_it_is_right() {
    // Another installation's embedded archive is an S3 server like any other.
    let keeper = Stage::new("2026-03-18T16:00:00Z", "").await;
    let keys = keeper.folder.path().join("daybreak-data/archive/.credentials");
    let keys = std::fs::read_to_string(keys).unwrap();
    let (id, secret) = keys.trim().split_once('\n').unwrap();
    let toml = format!(
        "[archive]\nkind = \"s3\"\nendpoint = \"{}\"\nbucket = \"daybreak\"\n\
         [mail]\ntransport = \"smtp://127.0.0.1:9?tls=none\"\nfrom = \"nights@daybreak.example\"\n",
        keeper.app.pipeline.archive.endpoint()
    );
    let environment = |secret: &str| {
        Environment::of([
            ("DAYBREAK_S3_ACCESS_KEY_ID", id),
            ("DAYBREAK_S3_SECRET_ACCESS_KEY", secret),
            ("DAYBREAK_LINK_KEY", "a key of tests, which is long enough to be one"),
        ])
    };
    let stage = Stage::with("2026-03-18T16:00:00Z", &toml, &environment("wrong")).await;
    stage.import_lines(&crate::watching::sites()).await;
    let planned = stage.app.pipeline.plan(&crate::watching::manual(&stage, &["altona"])).await.unwrap();
    let build = Task::Build { report: planned.reports[0], tries: 0 };
    stage.app.pipeline.handle(build).await;
    let row = stage.report("altona", NIGHT, 1).await;
    assert_eq!(row.state, ReportState::Planned, "it is tried again");
    let why = row.error.unwrap();
    assert!(why.contains("the archive refuses the access key or its rights"), "{why}");

    // A worker says so when it starts.
    std::fs::write(stage.folder.path().join("jobs.toml"), &toml).unwrap();
    let log = stage.folder.path().join("worker.log");
    let mut worker = Command::new(env!("CARGO_BIN_EXE_daybreak"))
        .arg("worker")
        .current_dir(stage.folder.path())
        .env_remove("DAYBREAK_DATABASE_URL")
        .env("DAYBREAK_S3_ACCESS_KEY_ID", id)
        .env("DAYBREAK_S3_SECRET_ACCESS_KEY", "wrong")
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let said = async {
        loop {
            let said = std::fs::read_to_string(&log).unwrap();
            if said.contains("no report can be built at the moment") && said.contains("no mail can leave at the moment")
            {
                return said;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let said = tokio::time::timeout(Duration::from_secs(30), said).await;
    worker.kill().unwrap();
    worker.wait().unwrap();
    let said = said.expect("the worker says what is wrong");
    for sentence in
        ["the archive refuses the access key or its rights", "the mail server cannot be reached: 127.0.0.1:9"]
    {
        assert!(said.contains(sentence), "{sentence}: {said}");
    }

    let folder = stage.folder.path();
    let config = Config::parse(&toml, Some(&folder.join("jobs.toml")), folder, &environment(secret));
    let clock = Clock::Fixed(stage.clock.clone());
    let right = App::build(config.unwrap_or_else(|faults| panic!("{faults}")), clock).await.unwrap();
    right.pipeline.handle(build).await;
    assert_eq!(stage.report("altona", NIGHT, 1).await.state, ReportState::Built);
    right.close().await;
    stage.app.close().await;
    keeper.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_finishes_what_an_interrupted_one_left() {
    let stage = samples().await;
    // Planned, and nobody ever worked on it: as after a kill.
    let first = stage.app.pipeline.plan(&request(&stage, false, &["lakeside-market", "depot-altona"])).await.unwrap();
    assert_eq!(first.reports.len(), 2);
    stage.at("2026-03-18T16:10:00Z");
    let second = stage.app.pipeline.plan(&request(&stage, false, &["lakeside-market", "depot-altona"])).await.unwrap();
    assert_eq!(second.reports.len(), 2, "they are the second run's now");
    let progress = stage.work_until_done(second.run).await;
    assert_eq!((progress.reports, progress.planned, progress.failed), (2, 0, 0));
    assert_eq!(
        stage.outbox().len(),
        usize::try_from(progress.sent).unwrap(),
        "each mail once, for all the doubled tasks"
    );
    let runs = stage.app.pipeline.db.runs(10).await.unwrap();
    assert!(runs.iter().all(|run| run.finished_at.is_some()), "no run stays open: {runs:?}");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_night_may_be_skipped_but_never_an_incomplete_one() {
    let stage = Stage::new("2026-03-18T16:00:00Z", "").await;
    let site = |name: &str| {
        vec![
            json!({"kind": "location", "ref": name, "branch": "b", "name": name, "timezone": "Europe/Berlin"}),
            json!({"kind": "contact", "ref": format!("{name}-c"), "name": "C", "email": format!("{name}@a.example"), "locations": [name], "notify": true}),
        ]
    };
    let mut lines = vec![json!({"kind": "branch", "ref": "b", "name": "B"})];
    lines.extend(site("silent"));
    lines.extend(site("quiet"));
    lines.push(
        json!({"kind": "activity", "location": "quiet", "night": NIGHT, "detections": 4, "filtered": 4, "reviewed": 0}),
    );
    lines.push(json!({"kind": "watermark", "location": "quiet", "complete_until": "2026-03-18T06:00:00Z"}));
    stage.import_lines(&lines).await;
    let planned = stage.app.pipeline.plan(&request(&stage, true, &["silent", "quiet"])).await.unwrap();
    let progress = stage.work_until_done(planned.run).await;
    assert_eq!(progress.sent, 1);
    assert_eq!(stage.report("quiet", NIGHT, 1).await.state, ReportState::Skipped);
    let silent = stage.report("silent", NIGHT, 1).await;
    assert_eq!((silent.state, silent.missing), (ReportState::Built, 2), "no feed and no count is not a quiet night");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_night_that_nobody_is_notified_of_is_kept_all_the_same() {
    let stage = Stage::new("2026-03-18T16:00:00Z", "").await;
    stage
        .import_lines(&[
            json!({"kind": "branch", "ref": "b", "name": "B"}),
            json!({"kind": "location", "ref": "lonely", "branch": "b", "name": "Lonely", "timezone": "Europe/Berlin", "locale": "de-DE"}),
            json!({"kind": "incident", "ref": "i", "location": "lonely", "occurred_at": "2026-03-17T22:00:00Z", "type": "Theft", "description": "D"}),
        ])
        .await;
    stage.run(Some(NIGHT)).await;
    let report = stage.report("lonely", NIGHT, 1).await;
    let names: Vec<String> =
        stage.app.pipeline.db.artifacts(report.id).await.unwrap().into_iter().map(|artifact| artifact.name).collect();
    assert_eq!(names, ["report.json", "clips.json", "mail/de-DE.html", "mail/de-DE.txt", "report.de-DE.pdf"]);
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_that_left_the_archive_are_labelled_and_never_a_dead_link() {
    let stage = samples().await;
    let archive = stage.folder.path().join("daybreak-data/archive");
    remove_media(&archive);
    // An hour later nobody believes the import any more.
    stage.at("2026-03-18T17:30:00Z");
    stage.run(Some(NIGHT)).await;
    let rows = stage.app.pipeline.db.reports(&ReportFilter { limit: 100, ..ReportFilter::default() }).await.unwrap();
    let row = rows.iter().find(|row| row.location.as_str() == "lakeside-market").unwrap();
    let report = stage.app.pipeline.frozen(row).await.unwrap();
    assert!(!report.clips.iter().any(|clip| matches!(clip.footage, Footage::Archive { .. })), "{:?}", report.clips);
    assert!(report.missing.iter().any(|missing| matches!(missing, Missing::Clip { .. })));
    assert!(report.missing.iter().any(|missing| matches!(missing, Missing::Photo { .. })));
    stage.app.close().await;
}

fn remove_media(folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name == "media") {
            std::fs::remove_dir_all(path).unwrap();
        } else if path.is_dir() {
            remove_media(&path);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_comes_later_does_not_report_the_past() {
    let job = |name: &str| {
        format!(
            "[[job]]\nname = \"{name}\"\nkind = \"night-report\"\nschedule = \"0 9 * * *\"\ntimezone = \"location\"\ncatch_up = {{ policy = \"all\", max_age = \"5d\" }}\n"
        )
    };
    let stage = Stage::new("2026-03-18T06:00:00Z", &(job("old") + &job("new"))).await;
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
    let (old, both) = (&stage.app.config.jobs[..1], &stage.app.config.jobs[..]);
    assert!(daybreak::schedule::tick(&stage.app.pipeline, old).await.unwrap().is_empty());
    stage.at("2026-03-18T20:00:00Z");
    let due = daybreak::schedule::due_now(&stage.app.pipeline.db, both, stage.now()).await.unwrap();
    assert!(!due.is_empty() && due.iter().all(|due| due.job.as_str() == "old"), "{due:?}");
    stage.app.close().await;
}
