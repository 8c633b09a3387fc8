//! What a process says of itself, and a copy of an installation, which mails nobody.

use std::sync::Arc;

use daybreak::db::{Task, removals};
use daybreak::deliver::Post;
use daybreak::model::Chore;

use crate::support::Stage;
use crate::watching::{manual, sites};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copied_data_folder_mails_nobody_until_somebody_confirms() {
    let first = Stage::new("2026-03-18T16:00:00Z", "").await;
    first.import_lines(&sites()).await;
    let planned = first.app.pipeline.plan(&manual(&first, &["altona", "harbor"])).await.unwrap();
    let folder = first.folder;
    first.app.close().await;

    let elsewhere = Stage::restored(folder.path(), "2026-03-18T16:05:00Z", "").await;
    let (db, watcher) = (&elsewhere.app.pipeline.db, elsewhere.app.watcher());
    elsewhere.work_while(async || (db.run_progress(planned.run).await.unwrap().planned == 0).then_some(())).await;
    // Time enough for whatever would want to leave: the tasks are fetched, and end.
    elsewhere.work_while(async || db.live_tasks().await.unwrap().is_empty().then_some(())).await;
    elsewhere.at("2026-03-18T16:30:00Z");
    elsewhere.app.pipeline.watch().await.unwrap();
    assert!(elsewhere.outbox().is_empty(), "built, and not mailed");
    let progress = db.run_progress(planned.run).await.unwrap();
    assert_eq!((progress.reports, progress.deliveries, progress.open), (2, 2, 2), "they stay pending");
    let to = "me@example.com".parse().unwrap();
    let site = "altona".parse().unwrap();
    let test = elsewhere.app.pipeline.send_test(&site, "2026-03-17".parse().unwrap(), &to, None);
    assert!(Box::pin(test).await.is_err(), "not even a test mail leaves");
    let readiness = watcher.readiness().await;
    let fault = readiness.checks.iter().find(|check| check.what == "identity").unwrap().fault.clone().unwrap();
    assert!(fault.contains("confirm-instance"), "{fault}");
    assert!(watcher.metrics().await.contains("daybreak_instance_confirmed 0"));

    // Nor does the copy take anything from the bucket, which may be that of the original.
    let object = daybreak::archive::Key::external("media/doomed").unwrap();
    elsewhere.app.pipeline.archive.put(&object, "footage".into()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    removals::doom(&mut tx, object.path(), elsewhere.now() - chrono::TimeDelta::hours(2)).await.unwrap();
    tx.commit().await.unwrap();
    let sweep = async || {
        elsewhere.app.pipeline.handle(Task::Chore { chore: Chore::Sweep }).await;
        elsewhere.app.pipeline.archive.get(&object).await.unwrap().is_some()
    };
    assert!(sweep().await, "a copy does not sweep");

    // Nor does it read returned mail, by itself or on command.
    std::fs::write(elsewhere.folder.path().join("returned.eml"), "Subject: returned\n\n").unwrap();
    let read = std::process::Command::new(env!("CARGO_BIN_EXE_daybreak"))
        .args(["bounces", "read", "returned.eml"])
        .current_dir(elsewhere.folder.path())
        .env_remove("DAYBREAK_DATABASE_URL")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&read.stderr);
    assert!(!read.status.success() && told.contains("this database may be a copy"), "{told}");

    elsewhere.app.pipeline.identity.confirm(db).await.unwrap();
    assert!(!sweep().await);
    assert_eq!(elsewhere.app.pipeline.enqueue_waiting().await.unwrap(), 2);
    elsewhere.work_until_done(planned.run).await;
    assert_eq!(elsewhere.outbox().len(), 2);
    assert!(watcher.metrics().await.contains("daybreak_instance_confirmed 1"));
    elsewhere.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_metrics_counts_what_happened_and_readiness_names_what_is_missing() {
    let stage = Stage::new("2026-03-18T16:00:00Z", "").await;
    stage.import_lines(&sites()).await;
    stage.run(Some("2026-03-17")).await;
    let watcher = stage.app.watcher();
    let page = watcher.metrics().await;
    for line in [
        "daybreak_up 1",
        "daybreak_reports{state=\"built\"} 2",
        "daybreak_reports{state=\"held\"} 0",
        "daybreak_deliveries{state=\"sent\"} 2",
        "daybreak_attempts{class=\"2xx\"} 2",
        "daybreak_queue_waiting{lane=\"build\"} 0",
        "daybreak_stage_seconds_count{stage=\"render\"} 2",
        "daybreak_stage_seconds_count{stage=\"send\"} 2",
        "daybreak_runs{state=\"done\"} 1",
    ] {
        assert!(page.lines().any(|known| known == line), "{line} is not in\n{page}");
    }
    assert!(page.ends_with("# EOF\n"));
    assert!(watcher.readiness().await.is_ready());
    std::fs::remove_dir_all(stage.folder.path().join("daybreak-data/archive")).unwrap();
    let readiness = watcher.readiness().await;
    assert!(!readiness.is_ready());
    assert!(readiness.checks.iter().any(|check| check.what == "archive" && check.fault.is_some()), "{readiness:?}");
    stage.app.pipeline.db.close().await;
    assert!(watcher.metrics().await.contains("daybreak_up 0"));
    assert!(watcher.readiness().await.checks.iter().any(|check| check.what == "database" && check.fault.is_some()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outgoing_server_is_not_named_when_nothing_is_wrong() {
    let stage = Stage::new("2026-03-18T16:00:00Z", "[alerts]\nto = \"operations@example.com\"\n").await;
    stage.import_lines(&sites()).await;
    stage.run(Some("2026-03-17")).await;
    stage.at("2026-03-18T17:00:00Z");
    let mut app = stage.app.clone();
    app.pipeline.operators.post = Post::Memory(Arc::default());
    app.pipeline.watch().await.unwrap();
    let Post::Memory(taken) = &app.pipeline.operators.post else { unreachable!() };
    assert!(taken.lock().unwrap().is_empty(), "a good night is not told");
    stage.app.close().await;
}
