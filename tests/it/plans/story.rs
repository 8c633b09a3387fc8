//! Story: what an installation does in a night and the day after it, so that every statement of its hot path is sent.

use std::collections::BTreeSet;

use daybreak::db::Task;
use daybreak::db::deliveries::DeliveryFilter;
use daybreak::db::reports::ReportFilter;
use daybreak::model::{Chore, DeliveryState, JobName};
use daybreak::pipeline::{Request, SiteNight};
use daybreak::portal::{self, PortalState};
use daybreak::random::Random;
use mail_parser::MessageParser;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::house;
use crate::services::open;
use crate::support::{Stage, root};

/// The installation: a job that promises something, operators who are told, mailboxes that are read, and ages.
pub(super) const TOML: &str = r#"
[alerts]
to = "operations@example.com"
webhook = "http://127.0.0.1:9/nobody-listens"

[bounces]
maildir = "returned"
mbox = "returned.mbox"

[retention]
access = "90d"
[[retention.branch]]
branch = "lakeshore"
events = "60d"
clips = "40d"
artifacts = "50d"
sent = "20d"
[[retention.branch]]
branch = "baltic"
events = "60d"
clips = "40d"
artifacts = "50d"
sent = "20d"

[[job]]
name = "morning"
kind = "night-report"
schedule = "30 6 * * *"
timezone = "location"
branches = ["lakeshore", "baltic", "norte", "pacific"]
deadline = "08:00"
"#;
/// After the samples' last night has ended everywhere.
pub(super) const MORNING: &str = "2026-03-18T16:00:00Z";
pub(super) const NIGHT: &str = "2026-03-17";
pub(super) const SITES: [&str; 2] = ["lakeside-market", "depot-altona"];

/// Imports the samples.
pub(super) async fn begin(stage: &Stage) {
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
}

/// A night at two of the sites, its mails and their links, a regeneration, what the house does by itself, and what
/// operators look at.
pub(super) async fn tell(stage: &Stage) {
    begin(stage).await; // the same feed once more: every record is looked up
    daybreak::schedule::tick(&stage.app.pipeline, &stage.app.config.jobs).await.unwrap();
    let sites =
        SITES.map(|site| SiteNight { location: site.parse().unwrap(), night: NIGHT.parse().unwrap(), revision: 1 });
    let request = Request {
        wait_until: Some(stage.now() + chrono::TimeDelta::hours(1)),
        ..Request::by_hand(JobName::new("plans").unwrap(), stage.now(), sites.to_vec())
    };
    let run = stage.app.pipeline.plan(&request).await.unwrap().run;
    let progress = stage.work_until_done(run).await;
    assert!(progress.sent > 0 && progress.failed == 0, "{progress:?}");
    stage.regenerate(SITES[0], NIGHT, 2, true).await;
    links(stage).await;
    for chore in Chore::ALL {
        stage.app.pipeline.handle(Task::Chore { chore: *chore }).await;
    }
    stage.app.pipeline.enqueue_chores().await.unwrap();
    look(stage, run).await;
    super::branch::look(stage, SITES[0]).await;
    stage.at("2026-03-19T16:00:00Z");
    let planned = daybreak::schedule::tick(&stage.app.pipeline, &stage.app.config.jobs).await.unwrap();
    assert!(planned.iter().any(|run| run.new), "the next morning is due");
    house::tell(stage).await;
}

/// Lists, as the command line makes them.
async fn look(stage: &Stage, run: daybreak::model::RunId) {
    let db = &stage.app.pipeline.db;
    let site = Some(SITES[0].parse().unwrap());
    let (reports, deliveries) =
        (ReportFilter { limit: 50, ..Default::default() }, DeliveryFilter { limit: 50, ..Default::default() });
    for filter in [
        ReportFilter { location: site.clone(), ..reports.clone() },
        ReportFilter { run: Some(run), ..reports.clone() },
        ReportFilter { from: Some(NIGHT.parse().unwrap()), to: Some(NIGHT.parse().unwrap()), ..reports.clone() },
        reports,
    ] {
        assert!(!db.reports(&filter).await.unwrap().is_empty());
    }
    let all = db.deliveries(&deliveries).await.unwrap();
    let one = &all[0].delivery;
    for filter in [
        DeliveryFilter { location: site, night: Some(NIGHT.parse().unwrap()), ..deliveries.clone() },
        DeliveryFilter { report: Some(one.report), ..deliveries.clone() },
        DeliveryFilter { contact: Some(one.contact.clone()), ..deliveries.clone() },
        DeliveryFilter { email: Some(one.email.clone()), ..deliveries.clone() },
    ] {
        assert!(!db.deliveries(&filter).await.unwrap().is_empty());
    }
    let open = vec![DeliveryState::Failed, DeliveryState::Unknown, DeliveryState::Deferred];
    db.deliveries(&DeliveryFilter { states: open, ..deliveries }).await.unwrap();
    db.runs(20).await.unwrap();
}

/// Opens every kind of link of every mail.
async fn links(stage: &Stage) {
    let (pipeline, config) = (&stage.app.pipeline, &stage.app.config);
    let templates = stage.app.templates().unwrap();
    let opened = PortalState::new(pipeline.clone(), config.clone(), Random::fixed(), &templates).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let shutdown = CancellationToken::new();
    let serving = tokio::spawn(portal::serve(listener, portal::router(opened, false), shutdown.clone()));
    let public = config.portal.public_url.to_string();
    let filter = DeliveryFilter { location: Some(SITES[0].parse().unwrap()), limit: 9, ..Default::default() };
    let mut kinds = BTreeSet::new();
    for row in pipeline.db.deliveries(&filter).await.unwrap() {
        let (_, bytes) = pipeline.message(&row.delivery).await.unwrap();
        let html = MessageParser::default().parse(&bytes).unwrap().body_html(0).unwrap().into_owned();
        for rest in html.split(public.as_str()).skip(1) {
            let path: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_/".contains(*c)).collect();
            let answer = open(&Url::parse(&format!("{base}/{path}")).unwrap(), "").await;
            assert!([200, 302, 303, 307].contains(&answer.status), "{path}: {}", answer.status);
            kinds.insert(path.split('/').next().unwrap().to_owned());
        }
    }
    assert!(kinds.len() >= 4, "{kinds:?}");
    shutdown.cancel();
    serving.await.unwrap().unwrap();
}
