//! A server that goes away in the middle of a night and comes back: the night goes on where it was.

use std::time::Duration;

use daybreak::clock::Clock;
use daybreak::db::reports::ReportFilter;
use daybreak::model::ReportState;

use super::processes::{Night, PROGRAM};
use crate::services::{Installation, MailServer, Rows, SeaweedFs, shared_postgres, write_sites};

const SITES: u32 = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_the_s3_in_the_middle_of_a_night_loses_and_doubles_nothing() {
    let (Some(server), Some(mut seaweed)) = (shared_postgres(), SeaweedFs::start()) else { return };
    let bucket = seaweed.bucket("restart").await;
    let rows = Rows::create(&server, "restart").await;
    let mail = MailServer::start(Duration::ZERO).await;
    let folder = tempfile::tempdir().unwrap();
    let installation = Installation::new(PROGRAM, folder.path(), &rows, &bucket, &mail.transport(), "");
    write_sites(folder.path(), SITES, 2, Clock::System.now());
    let imported = installation.run(&["import", "feed.ndjson"]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let night = Night::plan(&installation).await;
    let worker = installation.spawn("worker", &["worker"]);
    night
        .until("some reports are built", Duration::from_secs(90), |progress| progress.reports - progress.planned >= 3)
        .await;
    seaweed.kill();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let before = night.progress().await;
    assert!(before.planned > 0, "the night was not over yet: {before:?}");
    seaweed.start_again();
    // Builds are tried again within seconds; a mail whose bytes could not be read, after a minute.
    let done = night
        .until("the night is over", Duration::from_secs(150), |now| now.planned + now.open + now.deferred == 0)
        .await;
    assert_eq!((done.failed, done.sent, done.unsent), (0, i64::from(SITES) * 2, 0), "{}", worker.log());
    let taken = mail.taken();
    assert_eq!(taken.len(), usize::try_from(SITES * 2).unwrap());
    assert!(taken.values().all(|times| *times == 1), "{taken:?}");
    let all = ReportFilter { limit: 1_000, ..ReportFilter::default() };
    let reports = night.app.pipeline.db.reports(&all).await.unwrap();
    assert!(reports.iter().all(|report| report.state == ReportState::Built && report.missing == 0), "{reports:?}");
    let verified = installation.run(&["reports", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    drop(worker);
    night.app.close().await;
    rows.drop().await;
}
