//! The command line as people and scripts meet it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{minneapolis, root};

fn daybreak(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_daybreak"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DAYBREAK_DATABASE_URL")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs it, expects that exit code, and returns both outputs.
fn expect(folder: &Path, code: i32, arguments: &[&str]) -> (String, String) {
    let output = daybreak(folder, arguments);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "daybreak {}\n{out}\n{err}", arguments.join(" "));
    assert!(!err.contains("ICU4X"), "libraries talk to the log: {err}");
    (out, err)
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let (out, _) = expect(folder, 0, &[arguments, &["--json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

const JOBS: &str =
    "[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\n";

#[test]
fn every_verb_teaches() {
    let folder = tempfile::tempdir().unwrap();
    let verbs: &[&[&str]] = &[
        &[],
        &["import"],
        &["run"],
        &["regenerate"],
        &["preview"],
        &["send-test"],
        &["reports"],
        &["reports", "list"],
        &["reports", "show"],
        &["reports", "verify"],
        &["deliveries"],
        &["deliveries", "list"],
        &["deliveries", "show"],
        &["deliveries", "resend"],
        &["bounces"],
        &["bounces", "read"],
        &["bounces", "list"],
        &["suppressions"],
        &["suppressions", "list"],
        &["suppressions", "add"],
        &["suppressions", "reset"],
        &["unsubscribes"],
        &["unsubscribes", "list"],
        &["unsubscribes", "reset"],
        &["keys"],
        &["keys", "list"],
        &["keys", "create"],
        &["keys", "rotate"],
        &["keys", "revoke"],
        &["brands"],
        &["brands", "show"],
        &["brands", "set"],
        &["brands", "unset"],
        &["plans"],
        &["plans", "list"],
        &["plans", "set"],
        &["plans", "remove"],
        &["jobs"],
        &["jobs", "list"],
        &["jobs", "next"],
        &["jobs", "check"],
        &["jobs", "run"],
        &["jobs", "runs"],
        &["jobs", "pause"],
        &["jobs", "resume"],
        &["reports", "release"],
        &["confirm-instance"],
        &["templates", "check"],
        &["retention"],
        &["contacts"],
        &["contacts", "export"],
        &["contacts", "erase"],
        &["contacts", "correct"],
        &["contacts", "erasures"],
        &["contacts", "readmit"],
        &["migrate"],
        &["doctor"],
        &["worker"],
        &["serve"],
        &["up"],
        &["demo"],
        &["completions"],
        &["man"],
    ];
    for verb in verbs {
        let (help, _) = expect(folder.path(), 0, &[verb, &["--help"][..]].concat());
        assert!(help.contains("Usage:") && help.len() > 200, "{verb:?}: {help}");
    }
    let (help, _) = expect(folder.path(), 0, &["--help"]);
    assert!(help.contains("Exit codes") && help.contains("DAYBREAK_SMTP_PASSWORD"), "{help}");
    let (script, _) = expect(folder.path(), 0, &["completions", "bash"]);
    assert!(script.contains("send-test"));
    let (page, _) = expect(folder.path(), 0, &["man"]);
    assert!(page.contains(".TH"));
    expect(folder.path(), 2, &["nonsense"]);
    expect(folder.path(), 2, &["run"]);
    expect(folder.path(), 2, &["preview", "--location", "x", "--night", "yesterday", "--out", "y"]);
}

#[test]
fn a_demo_is_full_and_a_second_one_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let samples = root().join("samples");
    let arguments = ["demo", "--no-serve", "--samples", samples.to_str().unwrap()];
    let rows = json(folder.path(), &arguments);
    let rows = rows.as_array().unwrap();
    assert!(rows.len() >= 6, "at least six sites");
    assert!(rows.iter().any(|row| row["interactions"] == 120) && rows.iter().any(|row| row["interactions"] == 0));
    assert!(
        rows.iter().any(|row| row["complete"] == false)
            && rows.iter().any(|row| !row["site"].as_str().unwrap().is_ascii())
    );
    assert!(rows.iter().all(|row| row["mails"].as_u64().unwrap() > 0));
    let count = || std::fs::read_dir(folder.path().join("daybreak-data/outbox")).unwrap().count();
    let mails = count();
    let (out, _) = expect(folder.path(), 0, &arguments);
    assert!(out.contains(&format!("nothing was sent: all {mails} mails")), "{out}");
    assert_eq!(count(), mails);

    // What the demo left is an installation like any other.
    let reports = json(folder.path(), &["reports", "list"]);
    let report = &reports[0];
    let shown = json(folder.path(), &["reports", "show", report["id"].as_str().unwrap()]);
    assert!(shown["artifacts"].as_array().unwrap().iter().any(|artifact| artifact["name"] == "clips.json"));
    let deliveries = json(folder.path(), &["deliveries", "list", "--state", "sent"]);
    assert_eq!(deliveries.as_array().unwrap().len(), mails);
    let id = deliveries[0]["id"].as_str().unwrap();
    let output = daybreak(folder.path(), &["deliveries", "show", id, "--eml"]);
    assert_eq!(output.stdout.len() as u64, deliveries[0]["size"].as_u64().unwrap(), "the exact bytes");
    assert_eq!(json(folder.path(), &["deliveries", "show", id])["tried"][0]["outcome"], "accepted");
    let verified = json(folder.path(), &["reports", "verify"]);
    assert_eq!(
        (verified["faults"].as_array().unwrap().len(), verified["reports"].as_u64().unwrap()),
        (0, rows.len() as u64)
    );
    let (resent, _) = expect(folder.path(), 5, &["deliveries", "resend", id]);
    assert!(resent.contains("0 sent") && resent.contains("1 left alone"), "{resent}");
}

#[test]
fn a_night_by_hand_from_import_to_correction() {
    let Some(feed) = minneapolis() else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("jobs.toml"), JOBS).unwrap();
    expect(at, 0, &["jobs", "check"]);
    let imported = json(at, &["import", feed.to_str().unwrap()]);
    assert_eq!(imported["kinds"]["interaction"]["created"], 855);
    let next = json(at, &["jobs", "next", "--count", "2", "--after", "2017-04-01T00:00:00Z"]);
    assert_eq!(next[0]["utc"], "2017-04-01T11:30:00Z");
    let only = ["--night", "2017-03-31", "--location", "downtown-west"];
    let dry = json(at, &[&["run", "morning", "--dry-run"][..], &only].concat());
    assert_eq!(dry[0]["stands"], false);
    assert_eq!(json(at, &["reports", "list"]).as_array().unwrap().len(), 0, "a dry run changes nothing");

    let out = at.join("preview");
    expect(at, 0, &["preview", "--location", "downtown-west", "--night", "2017-03-31", "--out", out.to_str().unwrap()]);
    let files: Vec<String> =
        std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    for end in [".subject.txt", ".html", ".txt", ".eml"] {
        assert!(files.iter().any(|file| file.ends_with(end)), "{end}: {files:?}");
    }
    assert_eq!(json(at, &["reports", "list"]).as_array().unwrap().len(), 0, "a preview leaves no state");
    assert!(!at.join("daybreak-data/outbox").exists(), "and no mail");

    let test =
        json(at, &["send-test", "--location", "downtown-west", "--night", "2017-03-31", "--to", "me@example.com"]);
    assert!(test["subject"].as_str().unwrap().contains("TEST"), "{test}");
    let mails: Vec<_> = std::fs::read_dir(at.join("daybreak-data/outbox"))
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: ") && mails[0].contains("me@example.com"));

    let run = json(at, &[&["run", "morning"][..], &only].concat());
    assert_eq!((&run["built"], &run["failed"]), (&1.into(), &0.into()));
    let again = json(at, &[&["run", "morning"][..], &only].concat());
    assert_eq!((&again["already_standing"], &again["mails_sent"]), (&1.into(), &0.into()));

    let (out, _) = expect(at, 0, &["jobs", "run"]);
    assert!(out.contains("nothing is due"), "the schedule begins with the first look at it: {out}");
    let faults = daybreak(at, &["import", "nowhere.ndjson", "--json"]);
    assert!(serde_json::from_slice::<Value>(&faults.stdout).is_ok(), "a failure is JSON, too, when asked");

    expect(at, 2, &["regenerate", "--location", "downtown-west", "--night", "2017-03-31"]);
    let regenerated = json(
        at,
        &[
            "regenerate",
            "--location",
            "downtown-west",
            "--night",
            "2017-03-31",
            "--reason",
            "looked again",
            "--by",
            "Dana",
        ],
    );
    assert_eq!((&regenerated[0]["revision"], &regenerated[0]["state"]), (&2.into(), &"built".into()));
    let (_, err) = expect(
        at,
        1,
        &["regenerate", "--location", "downtown-west", "--night", "2017-03-01", "--reason", "never built"],
    );
    assert!(err.contains("there is no report to regenerate"), "{err}");
    let (_, err) = expect(at, 1, &["run", "evening"]);
    assert!(err.contains("there is no job evening") && err.contains("morning"), "{err}");
    let (_, err) = expect(at, 1, &["run", "morning", "--location", "atlantis"]);
    assert!(err.contains("atlantis"), "{err}");
}

#[test]
fn an_artifact_that_was_changed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let samples = root().join("samples");
    expect(folder.path(), 0, &["demo", "--no-serve", "--samples", samples.to_str().unwrap()]);
    let reports = json(folder.path(), &["reports", "list"]);
    let key = reports[0]["object_key"].as_str().unwrap();
    let file = find(&folder.path().join("daybreak-data/archive"), key.rsplit('/').next().unwrap())
        .expect("the object is a file");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let (out, _) = expect(folder.path(), 5, &["reports", "verify"]);
    assert!(out.contains("1 differ") && out.contains(reports[0]["location"].as_str().unwrap()), "{out}");
}

fn find(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    std::fs::read_dir(folder).ok()?.find_map(|entry| {
        let path = entry.ok()?.path();
        if path.is_dir() {
            find(&path, name)
        } else {
            path.file_name().is_some_and(|file| file == name).then_some(path)
        }
    })
}

#[test]
fn wrong_input_gets_one_clear_answer_and_an_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(
        at.join("jobs.toml"),
        "[mail]\ntransport = \"pigeon\"\n\n[[job]]\nname = \"a\"\nkinds = 1\nschedule = \"61 * * * *\"\n",
    )
    .unwrap();
    let (_, err) = expect(at, 3, &["jobs", "check"]);
    assert!(err.lines().filter(|line| line.contains("jobs.toml:")).count() >= 3, "every fault with its place: {err}");
    let (out, _) = expect(at, 5, &["doctor"]);
    assert!(out.contains("FAIL  jobs.toml"), "{out}");
    std::fs::remove_file(at.join("jobs.toml")).unwrap();

    std::fs::write(
        at.join("bad.ndjson"),
        "{\"kind\": \"location\"}\nnot json\n{\"kind\": \"branch\", \"ref\": \"b\", \"name\": \"B\"}\n",
    )
    .unwrap();
    let (_, err) = expect(at, 4, &["import", "bad.ndjson"]);
    assert!(err.contains("bad.ndjson:1:") && err.contains("bad.ndjson:2:"), "{err}");
    std::fs::write(at.join("empty.ndjson"), "").unwrap();
    assert_eq!(
        json(at, &["import", "empty.ndjson"])["kinds"],
        serde_json::json!({}),
        "nothing of the bad feed came in"
    );
    let (_, err) = expect(at, 1, &["import", "nowhere.ndjson"]);
    assert!(err.contains("nowhere.ndjson"), "{err}");
    let (out, _) = expect(at, 0, &["doctor"]);
    assert!(out.contains("ok    database") && out.contains("ok    archive") && out.contains("ok    mail"), "{out}");
}

#[test]
fn a_used_port_a_newer_database_and_a_file_in_the_way_are_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let samples = root().join("samples");
    let (_, err) = expect(at, 1, &["demo", "--port", &port, "--samples", samples.to_str().unwrap()]);
    assert!(
        err.contains("in use") && !at.join("daybreak-data").exists(),
        "nothing is done for a demo that cannot be shown: {err}"
    );

    expect(at, 0, &["migrate"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let file = sqlx::sqlite::SqliteConnectOptions::new().filename(at.join("daybreak-data/daybreak.db"));
        let pool = sqlx::SqlitePool::connect_with(file).await.unwrap();
        let later = "INSERT INTO daybreak_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'from the future', TRUE, x'00', 0)";
        sqlx::query(later).execute(&pool).await.unwrap();
        pool.close().await;
    });
    let (_, err) = expect(at, 1, &["reports", "list"]);
    assert!(err.contains("newer version of Daybreak"), "{err}");

    let blocked = tempfile::tempdir().unwrap();
    std::fs::write(blocked.path().join("daybreak-data"), "a file in the way").unwrap();
    let (_, err) = expect(blocked.path(), 1, &["reports", "list"]);
    assert!(err.contains("cannot create the database's folder"), "{err}");
}

#[test]
fn a_key_is_shown_once_and_ends_by_its_first_characters() {
    let folder = tempfile::tempdir().unwrap();
    let (made, said) = expect(folder.path(), 0, &["keys", "create", "recorder", "--branch", "north", "--by", "Dana"]);
    let key = made.trim();
    assert!(key.starts_with("dbk_") && said.contains("not shown again") && said.contains("no branch"), "{made}{said}");
    let (listed, _) = expect(folder.path(), 0, &["keys", "list"]);
    assert!(listed.contains(&key[..12]) && !listed.contains(key), "{listed}");
    assert!(
        ["recorder", "north", "feed", "Dana", "never", "works"].iter().all(|word| listed.contains(word)),
        "{listed}"
    );
    let next = json(folder.path(), &["keys", "rotate", &key[..12], "--overlap", "1h"]);
    assert_ne!(next["secret"], key);
    expect(folder.path(), 1, &["keys", "rotate", &key[..12]]);
    expect(folder.path(), 1, &["keys", "revoke", "dbk_none"]);
    expect(folder.path(), 1, &["keys", "revoke", ""]);
    expect(folder.path(), 2, &["keys", "create", "nobody's"]);
    expect(folder.path(), 0, &["keys", "revoke", next["secret"].as_str().unwrap()]);
    let left = json(folder.path(), &["keys", "list"]);
    assert_eq!(left.as_array().unwrap().len(), 1, "the old one, for an hour: {left}");
    assert_eq!(json(folder.path(), &["keys", "list", "--ended"]).as_array().unwrap().len(), 2);
}
