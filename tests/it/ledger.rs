//! What the house does by itself, and what commands do, stands in the audit log: a few entries a run, whatever its size.

use std::path::Path;
use std::process::Command;

use daybreak::audit;
use daybreak::db::Task;
use daybreak::db::audit::{Entry, Wanted};
use daybreak::db::reports;
use daybreak::model::Chore;
use serde_json::Value;

use crate::support::{Stage, root};
use crate::watching::manual;

const TOML: &str = "[retention]\naccess = \"30d\"\naudit = \"365d\"\n[[job]]\nname = \"morning\"\n\
    kind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\ndeadline = \"08:00\"\n";

async fn entries(stage: &Stage, action: &str) -> Vec<Entry> {
    let wanted = Wanted { action: Some(action.into()), ..Wanted::default() };
    daybreak::audit::found(&stage.app.pipeline.db, &wanted, 999).await.unwrap()
}

fn detail(entry: &Entry) -> Value {
    serde_json::from_str(&entry.detail).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_night_has_one_entry_at_its_beginning_and_one_at_its_end_however_many_sites_it_has() {
    let stage = Stage::new("2026-03-18T16:00:00Z", "").await;
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
    let (run, progress) = stage.run(Some("2026-03-17")).await;
    assert!(progress.reports >= 8 && progress.sent >= 8, "{progress:?}");
    stage.app.pipeline.watch().await.unwrap();
    let entered: Vec<(String, String)> =
        entries(&stage, "").await.into_iter().map(|entry| (entry.action, entry.object)).rev().collect();
    let of_run = format!("run:{run}");
    assert_eq!(
        entered,
        [("run.begin".into(), of_run.clone()), ("run.end".into(), of_run)],
        "no entry a report or mail"
    );
    let end = detail(&entries(&stage, "run.end").await[0]);
    assert_eq!((end["built"].as_i64(), end["failed"].as_i64()), (Some(progress.reports), Some(0)));
    assert_eq!((end["mails"].as_i64(), end["state"].as_str()), (Some(progress.deliveries), Some("done")));
    assert_eq!(audit::verify(&stage.app.pipeline.db).await.unwrap(), (2, vec![]));
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_house_does_by_itself_is_entered_by_itself() {
    let stage = Stage::new("2026-03-18T16:00:00Z", TOML).await;
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
    let (pipeline, jobs) = (&stage.app.pipeline, &stage.app.config.jobs);
    let db = &pipeline.db;
    pipeline.watch().await.unwrap();
    daybreak::schedule::tick(pipeline, jobs).await.unwrap();
    daybreak::schedule::promise(db, jobs, stage.now()).await.unwrap();
    // The next morning nobody works until late: what was missed is caught up, and the deadline has passed.
    stage.at("2026-03-19T20:00:00Z");
    pipeline.watch().await.unwrap();
    let missed = entries(&stage, "deadline.miss").await;
    assert!(!missed.is_empty() && missed.iter().all(|entry| entry.actor == "daybreak"), "{missed:?}");
    daybreak::schedule::tick(pipeline, jobs).await.unwrap();
    let caught_up = entries(&stage, "run.catch-up").await;
    assert!(!caught_up.is_empty() && detail(&caught_up[0])["late_since"].is_string());
    // A worker took the tasks and died; a report fails.
    let failed = pipeline.plan(&manual(&stage, &["altona"])).await.unwrap().reports;
    let mut tx = db.begin().await.unwrap();
    if let Some(report) = failed.first() {
        reports::fail(&mut tx, *report, "the disk is full").await.unwrap();
    }
    tx.commit().await.unwrap();
    pipeline.watch().await.unwrap();
    if !failed.is_empty() {
        assert_eq!(entries(&stage, "finding.open").await.len(), 1);
        assert_eq!(entries(&stage, "run.end").await.len(), 1);
    }
    pipeline.handle(Task::Chore { chore: Chore::Sweep }).await;
    let swept: Vec<String> = entries(&stage, "retention.").await.into_iter().map(|entry| entry.action).collect();
    assert_eq!(swept, ["retention.end", "retention.begin"]);
    let (count, broken) = audit::verify(db).await.unwrap();
    assert!(count > 5 && broken.is_empty(), "{count} {broken:?}");
    // A year and more later the oldest go, and what is left verifies.
    stage.at("2027-06-01T16:00:00Z");
    pipeline.handle(Task::Chore { chore: Chore::Sweep }).await;
    let left = audit::verify(db).await.unwrap();
    assert!(left.0 < count && left.1.is_empty(), "{left:?}");
    assert_eq!(entries(&stage, "audit.prune").await.len(), 1);
    stage.app.close().await;
}

fn daybreak(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_daybreak"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DAYBREAK_DATABASE_URL")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "daybreak {}\n{out}\n{err}", arguments.join(" "));
    out.into_owned()
}

#[test]
fn every_command_that_changes_something_is_entered_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("jobs.toml"), TOML).unwrap();
    let samples = root().join("samples");
    let samples = samples.to_str().unwrap();
    let dana = "dana.whitfield@lakeside.example.com";
    daybreak(folder, &["import", samples]);
    daybreak(folder, &["run", "morning", "--night", "2026-03-17", "--location", "lakeside-market"]);
    let mails: Value = serde_json::from_str(&daybreak(folder, &["deliveries", "list", "--json"])).unwrap();
    let mail = mails[0]["id"].as_str().unwrap().to_owned();
    let returned = folder.join("returned.eml");
    std::fs::write(&returned, "Subject: nothing\n\nNo returned mail.\n").unwrap();
    let commands: &[&[&str]] = &[
        &["deliveries", "resend", &mail, "--even-sent"],
        &["suppressions", "add", "gone@example.com", "--reason", "left"],
        &["suppressions", "reset", "gone@example.com"],
        &["contacts", "correct", "lakeside-market", dana, "dana@new.example.com", "--reason", "moved"],
        &["contacts", "correct", "lakeside-market", "dana@new.example.com", "--undo", "--reason", "back"],
        &["send-test", "--location", "lakeside-market", "--night", "2026-03-17", "--to", "me@example.com"],
        &["bounces", "read", returned.to_str().unwrap()],
        &["jobs", "pause", "morning", "--reason", "repairs"],
        &["jobs", "resume", "morning"],
        &["keys", "create", "recorder", "--all-branches", "--right", "feed"],
        &["users", "add", "olga@example.com", "--name", "Olga", "--role", "operations"],
        &["plans", "set", "lakeside-market", "--from", "2026-03-01"],
        &["plans", "remove", "lakeside-market", "--from", "2026-03-01"],
        &["regenerate", "--location", "lakeside-market", "--night", "2026-03-17", "--reason", "again"],
        &["retention"],
        &["confirm-instance"],
    ];
    for command in commands {
        daybreak(folder, command);
    }
    let listed: Value = serde_json::from_str(&daybreak(folder, &["audit", "list", "--json"])).unwrap();
    let mut actors: Vec<&str> =
        listed.as_array().unwrap().iter().map(|entry| entry["actor"].as_str().unwrap()).collect();
    actors.sort_unstable();
    actors.dedup();
    for name in [
        "import",
        "run",
        "deliveries resend",
        "suppressions add",
        "suppressions reset",
        "contacts correct",
        "send-test",
        "bounces read",
        "jobs pause",
        "jobs resume",
        "keys",
        "users",
        "plans",
        "regenerate",
        "retention",
        "confirm-instance",
    ] {
        assert!(actors.contains(&format!("command:{name}").as_str()), "{name}: {actors:?}");
    }
    let corrected: Vec<&Value> =
        listed.as_array().unwrap().iter().filter(|entry| entry["action"] == "contact.change").collect();
    assert_eq!(corrected.len(), 2);
    assert!(corrected[1]["detail"].as_str().unwrap().contains("moved"));
    assert!(daybreak(folder, &["audit", "verify"]).contains("verified"));
}
