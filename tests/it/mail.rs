//! Real mail: to a server that is slow for some, refuses others, and keeps what it took.

use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use daybreak::app::App;
use daybreak::clock::Clock;
use daybreak::config::{Config, Environment};
use daybreak::db::deliveries::{self, DeliveryFilter, ListedDelivery};
use daybreak::db::{Enqueue, Task};
use daybreak::deliver::verp;
use daybreak::model::{DeliveryState, JobName, Trigger};
use daybreak::pipeline::{Request, SiteNight};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Stage, root};

const NOW: &str = "2026-03-18T08:00:00Z";
/// How long the server takes for a recipient at slow.example.
const SLOW: Duration = Duration::from_secs(4);

/// A mail as the server took it.
#[derive(Debug, Clone)]
struct Taken {
    from: String,
    to: String,
    bytes: String,
}

/// A mail server: refuses `never@…` for good and `later@…` for now, ends without a word after taking `vanish@…`.
#[derive(Clone, Default)]
struct Server {
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Server {
    async fn start() -> (u16, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self::default();
        let talks = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talks.clone().talk(BufReader::new(stream)));
            }
        });
        (port, server)
    }

    fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    async fn talk(self, mut stream: BufReader<TcpStream>) -> Option<()> {
        stream.write_all(b"220 test ESMTP\r\n").await.ok()?;
        let (mut from, mut to, mut line) = (String::new(), String::new(), String::new());
        let path = |line: &str| line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        loop {
            line.clear();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let answer = match line.split_whitespace().next().unwrap_or_default() {
                "EHLO" => "250-test\r\n250-PIPELINING\r\n250 DSN",
                "MAIL" => {
                    from = path(&line);
                    "250 ok"
                }
                "RCPT" => {
                    to = path(&line);
                    if to.ends_with("slow.example") {
                        tokio::time::sleep(SLOW).await;
                    }
                    if to.starts_with("later") {
                        "450 try later"
                    } else if to.starts_with("never") {
                        "550 no such user"
                    } else {
                        "250 ok"
                    }
                }
                "DATA" => {
                    stream.write_all(b"354 go\r\n").await.ok()?;
                    let bytes = body(&mut stream).await?;
                    if to.starts_with("vanish") {
                        return None;
                    }
                    self.taken.lock().unwrap().push(Taken { from: from.clone(), to: to.clone(), bytes });
                    "250 queued"
                }
                _ => "250 ok",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
    }
}

async fn body(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut bytes = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(bytes);
        }
        bytes.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

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
    let request = Request {
        job: JobName::new("test").unwrap(),
        cause: Trigger::Manual,
        occurrence: stage.now(),
        zone: String::new(),
        by: None,
        reason: None,
        send: true,
        attach_pdf: true,
        skip_quiet: false,
        wait_until: None,
        hold: false,
        late_since: None,
        sites: vec![SiteNight { location: "shop".parse().unwrap(), night: "2026-03-17".parse().unwrap(), revision: 1 }],
    };
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
