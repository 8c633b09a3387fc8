//! Real mail: to a server that is slow for some, refuses others, and keeps what it took.

mod server;

use std::process::{Command, Output};
use std::sync::atomic::Ordering;
use std::time::Duration;

use daybreak::app::App;
use daybreak::clock::Clock;
use daybreak::config::{Config, Environment};
use daybreak::db::deliveries::{self, DeliveryFilter, ListedDelivery};
use daybreak::db::{Enqueue, Task};
use daybreak::deliver::verp;
use daybreak::model::{DeliveryState, JobName, SuppressionReason};
use daybreak::pipeline::{Request, SiteNight};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use self::server::{Server, Taken};
use crate::support::{Stage, root};

const NOW: &str = "2026-03-18T08:00:00Z";

/// A site with these contacts, by their addresses.
fn site(addresses: &[&str], name: &str) -> Vec<serde_json::Value> {
    let mut lines = vec![
        json!({"kind": "branch", "ref": "b", "name": "Branch"}),
        json!({"kind": "location", "ref": "shop", "branch": "b", "name": name, "timezone": "Europe/Berlin"}),
        json!({"kind": "activity", "location": "shop", "night": "2026-03-17", "detections": 3, "filtered": 3, "reviewed": 0}),
        json!({"kind": "watermark", "location": "shop", "complete_until": "2026-03-18T06:00:00Z"}),
    ];
    lines.extend(addresses.iter().enumerate().map(|(n, email)| {
        json!({"kind": "contact", "ref": format!("c{n}"), "name": name, "email": email, "locations": ["shop"], "notify": true})
    }));
    lines
}

fn toml(port: u16, more: &str) -> String {
    format!("[mail]\ntransport = \"smtp://127.0.0.1:{port}?tls=none\"\nfrom = \"nights@daybreak.example\"\n{more}\n")
}

fn dkim(key: &str) -> String {
    let keys = root().join("tests/keys");
    let (key, second) = (keys.join(key), keys.join("dkim-ed25519.pem"));
    format!(
        "bounce_address = \"bounce@daybreak.example\"\ndkim = {{ selector = \"day\", key_file = '{}', ed25519_selector = \"break\", ed25519_key_file = '{}' }}\n",
        key.display(),
        second.display(),
    )
}

async fn rows(stage: &Stage) -> Vec<ListedDelivery> {
    stage.app.pipeline.db.deliveries(&DeliveryFilter { limit: 100, ..DeliveryFilter::default() }).await.unwrap()
}

/// States and numbers of tries, by address.
async fn states(stage: &Stage) -> Vec<(String, DeliveryState, i32)> {
    let rows = rows(stage).await.into_iter().map(|row| row.delivery);
    let mut states: Vec<_> = rows.map(|one| (one.email, one.state, one.attempts)).collect();
    states.sort();
    states
}

fn daybreak(stage: &Stage, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_daybreak"))
        .args(arguments)
        .current_dir(stage.folder.path())
        .env_remove("DAYBREAK_DATABASE_URL")
        .env("DAYBREAK_LINK_KEY", "another key than that by which the mails were made")
        .env("DAYBREAK_SMTP_PASSWORD", "hunter2")
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_its_server_does_not_know_is_suppressed_and_one_that_a_policy_refuses_is_not() {
    let (port, _) = Server::start().await;
    let stage = Stage::new(NOW, &toml(port, "")).await;
    stage.import_lines(&site(&["gone@A.example", "unwanted@b.example"], "Shop")).await;
    stage.run(Some("2026-03-17")).await;
    let failed = |(email, state, tries): (String, DeliveryState, i32)| {
        (state == DeliveryState::Failed && tries == 1).then_some(email)
    };
    assert_eq!(states(&stage).await.into_iter().filter_map(failed).count(), 2);
    let suppressed = stage.app.pipeline.db.suppressions(true, 9).await.unwrap();
    assert_eq!(suppressed.len(), 1, "{suppressed:?}");
    assert_eq!((suppressed[0].address.as_str(), suppressed[0].reason), ("gone@a.example", SuppressionReason::Refused));
    let told = suppressed[0].sentence();
    assert!(
        told.contains("because its server refused it for good") && told.contains("5.1.1 no such user here"),
        "{told}"
    );
    // The next mail to it is not even tried.
    stage.regenerate("shop", "2026-03-17", 2, true).await;
    let tried = rows(&stage).await.into_iter().map(|row| row.delivery);
    let tried: i32 =
        tried.filter(|delivery| delivery.email == "gone@A.example").map(|delivery| delivery.attempts).sum();
    assert_eq!(tried, 1);
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_refused_alert_was_to_tell_is_told_by_the_next_one() {
    let (port, server) = Server::start().await;
    let toml = format!("{}[alerts]\nto = \"unwanted@operations.example\"\n", toml(port, ""));
    let stage = Stage::new(NOW, &toml).await;
    stage.import_lines(&site(&["never@a.example"], "Shop")).await;
    stage.run(Some("2026-03-17")).await;
    let pipeline = &stage.app.pipeline;
    pipeline.watch().await.unwrap();
    let alerts = async || pipeline.db.alerts(9).await.unwrap();
    let refused = alerts().await;
    assert_eq!((refused.len(), refused[0].state.as_str()), (1, "failed"));
    assert!(refused[0].reply.as_deref().unwrap().contains("not by our policy"), "{refused:?}");

    server.relents.store(true, Ordering::Relaxed);
    stage.at("2026-03-18T08:30:00Z");
    pipeline.watch().await.unwrap();
    assert_eq!(alerts().await.len(), 1, "one mail an hour, refused or not");
    stage.at("2026-03-18T09:00:00Z");
    pipeline.watch().await.unwrap();
    let told = alerts().await;
    assert_eq!((told.len(), told[0].state.as_str()), (2, "sent"));
    assert_eq!(told[0].subject, told[1].subject, "it tells the same");
    stage.at("2026-03-18T11:00:00Z");
    pipeline.watch().await.unwrap();
    assert_eq!(alerts().await.len(), 2, "what was told is told once");
    assert!(server.taken().iter().any(|mail| mail.to == "unwanted@operations.example"));
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_together_keep_a_domain_s_limit() {
    let (port, server) = Server::start().await;
    let toml = toml(port, "max_per_domain = 3");
    let stage = Stage::new(NOW, &toml).await;
    let addresses: Vec<String> = (0..20).map(|n| format!("c{n}@paced.example")).collect();
    stage.import_lines(&site(&addresses.iter().map(String::as_str).collect::<Vec<_>>(), "Shop")).await;
    // As a second process: with a way out of its own.
    let folder = stage.folder.path();
    let environment = Environment::of([("DAYBREAK_LINK_KEY", "a key of tests, which is long enough to be one")]);
    let config = Config::parse(&toml, Some(&folder.join("jobs.toml")), folder, &environment);
    let clock = Clock::Fixed(stage.clock.clone());
    let second = App::build(config.unwrap_or_else(|faults| panic!("{faults}")), clock).await.unwrap();
    let shutdown = CancellationToken::new();
    let workers = [stage.app.clone(), second.clone()].map(|app| {
        let shutdown = shutdown.clone();
        tokio::spawn(async move { app.work(shutdown).await })
    });
    while stage.app.engine.processes().await.unwrap().len() < 2 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Then whoever came first has looked round, too.
    tokio::time::sleep(Duration::from_secs(6)).await;
    let sites =
        vec![SiteNight { location: "shop".parse().unwrap(), night: "2026-03-17".parse().unwrap(), revision: 1 }];
    stage.app.pipeline.plan(&Request::by_hand("test".parse().unwrap(), stage.now(), sites)).await.unwrap();
    let sent = async {
        while server.taken().len() < 20 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), sent).await.expect("every mail finds its turn");
    shutdown.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    let most = server.paced.lock().unwrap().1;
    // On a busy machine one of them may have sent all.
    assert!((1..=3).contains(&most), "{most} at once, where three may be");
    second.close().await;
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_domain_that_is_slow_holds_up_no_other() {
    let (port, server) = Server::start().await;
    let stage = Stage::new(NOW, &toml(port, "max_connections = 4\nmax_per_domain = 2")).await;
    let addresses: Vec<String> = (0..12)
        .map(|n| format!("c{n}@slow.example"))
        .chain((0..12).map(|n| format!("c{n}@quick-{n}.example")))
        .collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    stage.import_lines(&site(&addresses, "Shop")).await;
    let quick = |taken: &[Taken]| taken.iter().filter(|mail| !mail.to.ends_with("slow.example")).count();
    let sites =
        vec![SiteNight { location: "shop".parse().unwrap(), night: "2026-03-17".parse().unwrap(), revision: 1 }];
    let request = Request::by_hand(JobName::new("test").unwrap(), stage.now(), sites);
    stage.app.pipeline.plan(&request).await.unwrap();
    stage.work_while(|| async { (quick(&server.taken()) == 12).then_some(()) }).await;
    // Two at a time and four seconds each, all twelve would have taken 24 seconds.
    let slow = server.taken().len() - 12;
    assert!(slow <= 6, "{slow} slow ones went before the last quick one");
    stage.app.pipeline.rescue().await.unwrap();
    for (email, state, tries) in states(&stage).await {
        let waits = matches!(state, DeliveryState::Pending | DeliveryState::Sending | DeliveryState::Sent);
        assert!(waits && tries <= 1, "{email}: to give a place back is no try: {state} {tries}");
    }
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_exact_bytes_are_shown_and_sent_again_whatever_has_changed_since() {
    let (port, server) = Server::start().await;
    let mut stage = Stage::new(NOW, &toml(port, &dkim("dkim-rsa.pem"))).await;
    stage.import_lines(&site(&["dana@customer.example"], "Shop")).await;
    let (_, progress) = stage.run(Some("2026-03-17")).await;
    assert_eq!((progress.sent, progress.open), (1, 0));
    let row = rows(&stage).await.remove(0).delivery;
    let [first] = server.taken().try_into().unwrap();
    assert_eq!(hex::encode(Sha256::digest(&first.bytes)), row.sha256, "what arrived is what is on record");
    assert!(first.bytes.starts_with("DKIM-Signature: v=1; a=rsa-sha256;"));
    assert_eq!(first.bytes.matches("DKIM-Signature: ").count(), 2);
    let token = verp::Token::of_address(&first.from).unwrap();
    assert_eq!(token.delivery, row.id, "{}", first.from);
    assert!(stage.app.pipeline.settings.bounce_key.made(&token));
    assert!(first.from.starts_with("bounce+") && first.from.ends_with("@daybreak.example"));

    // Another link key, another DKIM key, another name of the site and of the contact.
    stage.import_lines(&site(&["elsewhere@customer.example"], "Renamed")).await;
    stage.app.close().await;
    let changed = toml(port, &dkim("dkim-rsa-next.pem"));
    let file = stage.folder.path().join("jobs.toml");
    std::fs::write(&file, &changed).unwrap();
    let environment = Environment::of([("DAYBREAK_LINK_KEY", "another key than that by which the mails were made")]);
    let config = Config::parse(&changed, Some(&file), stage.folder.path(), &environment).unwrap();
    stage.app = App::build(config, Clock::Fixed(stage.clock.clone())).await.unwrap();

    let mut tx = stage.app.pipeline.db.begin().await.unwrap();
    assert_eq!(deliveries::reopen(&mut tx, &[row.id], true, stage.now()).await.unwrap(), [row.id]);
    stage.app.engine.enqueue(&mut tx, &[Task::Deliver { delivery: row.id }], Duration::ZERO).await.unwrap();
    tx.commit().await.unwrap();
    stage.work_while(|| async { (server.taken().len() == 2).then_some(()) }).await;
    let again = server.taken().remove(1);
    assert_eq!(
        (again.bytes, again.from, again.to),
        (first.bytes.clone(), first.from, first.to),
        "a retry is the same mail"
    );
    stage.app.close().await;

    let shown = daybreak(&stage, &["deliveries", "show", &row.id.to_string(), "--eml"]);
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    assert_eq!(String::from_utf8(shown.stdout).unwrap(), first.bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn resending_what_failed_touches_nothing_else() {
    let (port, server) = Server::start().await;
    let stage = Stage::new(NOW, &toml(port, "")).await;
    let addresses = ["fine@a.example", "later@b.example", "never@c.example", "vanish@d.example"];
    stage.import_lines(&site(&addresses, "Shop")).await;
    stage.run(Some("2026-03-17")).await;
    let expected = |tries| {
        let states = [DeliveryState::Sent, DeliveryState::Deferred, DeliveryState::Failed, DeliveryState::Unknown];
        let tries = [1, 1, tries, 1];
        addresses
            .iter()
            .zip(states)
            .zip(tries)
            .map(|((to, state), tries)| ((*to).to_owned(), state, tries))
            .collect::<Vec<_>>()
    };
    assert_eq!(states(&stage).await, expected(1));
    std::fs::write(stage.folder.path().join("jobs.toml"), toml(port, "")).unwrap();
    let resent = daybreak(&stage, &["deliveries", "resend", "--failed", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&resent.stdout).unwrap();
    assert_eq!(told, json!({"resent": 0, "not_sent": 1, "left_alone": 0}));
    assert_eq!(states(&stage).await, expected(2));
    assert_eq!(server.taken().len(), 1);
    for row in rows(&stage).await {
        for attempt in stage.app.pipeline.db.attempts(row.delivery.id).await.unwrap() {
            assert_eq!(attempt.server, format!("127.0.0.1:{port}"));
            assert!(attempt.reply.is_some() && attempt.duration_ms.is_some(), "{attempt:?}");
        }
    }
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_says_in_one_sentence_what_is_wrong_with_the_mail_and_what_dns_must_hold() {
    let (port, _server) = Server::start().await;
    let stage = Stage::new(NOW, "").await;
    stage.app.close().await;
    let key = stage.folder.path().join("dkim.pem");
    std::fs::copy(root().join("tests/keys/dkim-rsa.pem"), &key).unwrap();
    let dkim = |file: &str| format!("dkim = {{ selector = \"day\", key_file = \"{file}\" }}");
    // What is found of `mail` and `dkim`, each with its fix.
    let findings = |toml: &str| {
        let toml = format!("{toml}[portal]\nlisten = \"127.0.0.1:0\"\n");
        std::fs::write(stage.folder.path().join("jobs.toml"), toml).unwrap();
        let told = String::from_utf8(daybreak(&stage, &["doctor"]).stdout).unwrap();
        let lines: Vec<&str> = told.lines().collect();
        ["mail", "dkim"].map(|what| {
            let at = lines.iter().position(|line| line.get(6..).is_some_and(|rest| rest.starts_with(what)));
            at.map_or_else(|| panic!("{told}"), |at| lines[at..].iter().take(2).copied().collect::<Vec<_>>().join("\n"))
        })
    };
    let open = |mode: u32| {
        #[cfg(unix)]
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    open(0o600);
    let [mail, signing] = findings(&toml(port, &dkim("dkim.pem")));
    assert!(mail.starts_with(&format!("ok    mail       127.0.0.1:{port} answers as test (not encrypted)")), "{mail}");
    let record = "ok    dkim       DNS must have day._domainkey.daybreak.example TXT \"v=DKIM1; k=rsa; p=MII";
    assert!(signing.starts_with(record), "{signing}");

    open(0o644);
    let [mail, signing] = findings(&toml(port, &dkim("dkim.pem")).replace("smtp://", "smtp://nights@"));
    assert!(mail.starts_with("FAIL  mail       the mail server refused the login: 127.0.0.1:"), "{mail}");
    assert!(mail.contains("\n                 fix: ") && mail.contains("DAYBREAK_SMTP_PASSWORD"), "{mail}");
    assert!(!cfg!(unix) || (signing.starts_with("FAIL  dkim") && signing.contains("chmod 600")), "{signing}");

    let [mail, signing] = findings(&toml(port, &dkim("none.pem")).replace("?tls=none", ""));
    assert!(mail.contains("is not safe: 127.0.0.1:") && mail.contains("does not offer STARTTLS"), "{mail}");
    assert!(signing.starts_with("FAIL  dkim") && signing.contains("none.pem cannot be read"), "{signing}");
}
