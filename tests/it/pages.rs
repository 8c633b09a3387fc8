//! Behind the links of a real night: pages, footage and PDFs over HTTP, as a browser and the Nu checker meet them.

use std::process::Command;

use daybreak::portal::{self, PortalState};
use daybreak::random::Random;
use mail_parser::MessageParser;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::support::{Stage, root};

/// A night of the samples behind a portal on a free port.
struct House {
    stage: Stage,
    port: u16,
    shutdown: CancellationToken,
}

/// An answer over HTTP: status, headers in lower case, body.
struct Answer {
    status: u16,
    headers: String,
    body: Vec<u8>,
}

impl House {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let toml = format!("[portal]\npublic_url = \"http://127.0.0.1:{port}\"\n");
        let stage = Stage::new("2026-03-18T16:00:00Z", &toml).await;
        stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
        stage.run(None).await;
        let (pipeline, config) = (&stage.app.pipeline, &stage.app.config);
        let templates = stage.app.templates().unwrap();
        // Presigned URLs carry the archive server's own time, which is the machine's.
        let opened = PortalState::new(pipeline.clone(), config.clone(), Random::fixed(), &templates);
        let router = portal::router(opened.await.unwrap(), true);
        let shutdown = CancellationToken::new();
        tokio::spawn(portal::serve(listener, router, shutdown.clone()));
        Self { stage, port, shutdown }
    }

    async fn ask(&self, method: &str, path: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            self.port
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an HTTP answer");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
        Answer { status, headers: head.to_ascii_lowercase(), body: bytes[end + 4..].to_vec() }
    }

    /// The links of the site's first mail, by their first segment.
    fn links(&self, site: &str, prefix: &str) -> Vec<String> {
        let (_, mail) =
            self.stage.outbox().into_iter().find(|(name, _)| name.contains(site)).expect("a mail of the site");
        let html = MessageParser::default().parse(&mail).unwrap().body_html(0).unwrap().into_owned();
        let base = format!("http://127.0.0.1:{}/{prefix}/", self.port);
        let mut links: Vec<String> = html
            .split(&base)
            .skip(1)
            .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect::<String>())
            .map(|token| format!("/{prefix}/{token}"))
            .collect();
        links.sort();
        links.dedup();
        links
    }

    async fn close(self) {
        self.shutdown.cancel();
        self.stage.app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_links_of_a_mail_open_what_they_promise() {
    let house = House::open().await;
    for (prefix, content) in [("r", "text/html"), ("i", "text/html"), ("p", "application/pdf"), ("u", "text/html")] {
        for link in house.links("lakeside-market", prefix) {
            let answer = house.ask("GET", &link).await;
            assert_eq!(answer.status, 200, "{link}");
            assert!(answer.headers.contains(&format!("content-type: {content}")), "{link}: {}", answer.headers);
            assert!(
                answer.headers.contains("referrer-policy: no-referrer") && answer.headers.contains("nosniff"),
                "{link}"
            );
        }
    }
    let clips = house.links("lakeside-market", "c");
    assert!(!clips.is_empty());
    let answer = house.ask("GET", &clips[0]).await;
    assert!(answer.status == 302 || answer.status == 200, "{}", answer.status);
    assert!(answer.headers.contains("no-store"), "{}", answer.headers);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scanners_change_nothing_and_one_click_does() {
    let house = House::open().await;
    let link = house.links("lakeside-market", "u").remove(0);
    let contacts = async || {
        let mut tx = house.stage.app.pipeline.db.snapshot().await.unwrap();
        let found =
            tx.notified(&"lakeside-market".parse().unwrap(), &"lakeshore".parse().unwrap()).await.unwrap().len();
        tx.commit().await.unwrap();
        found
    };
    let before = contacts().await;
    for _ in 0..10 {
        assert_eq!(house.ask("GET", &link).await.status, 200);
        assert_eq!(house.ask("HEAD", &link).await.status, 200);
    }
    assert_eq!(contacts().await, before, "ten scanners unsubscribe nobody");
    assert!(house.ask("POST", &link).await.status < 400);
    assert_eq!(contacts().await, before - 1, "one click does");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_has_expired_says_so_and_offers_a_new_one() {
    let house = House::open().await;
    let link = house.links("lakeside-market", "r").remove(0);
    house.stage.at("2028-03-18T16:00:00Z");
    let answer = house.ask("GET", &link).await;
    assert_eq!(answer.status, 410);
    assert!(String::from_utf8_lossy(&answer.body).contains("/new-link/"), "it offers to ask for a new one");
    assert_eq!(house.ask("GET", "/r/AAAAAAAAAAAAAAAAAAAAAAAAAAA").await.status, 404);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_and_pages_pass_the_nu_checker() {
    let Ok(jar) = std::env::var("DAYBREAK_VNU_JAR") else {
        println!("skipped: DAYBREAK_VNU_JAR is not set (tests/run sets it where Java and npm are)");
        return;
    };
    let house = House::open().await;
    let folder = house.stage.folder.path().join("html");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, mail) in house.stage.outbox() {
        let html = MessageParser::default().parse(&mail).unwrap().body_html(0).unwrap().into_owned();
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
    for site in ["lakeside-market", "sumida-mart", "depot-altona", "wharf-road-depot"] {
        for prefix in ["r", "i", "u"] {
            for (number, link) in house.links(site, prefix).iter().enumerate() {
                let page = house.ask("GET", link).await.body;
                std::fs::write(folder.join(format!("{site}-{prefix}-{number}.html")), page).unwrap();
            }
        }
    }
    let checked =
        Command::new("java").args(["-jar", &jar, "--errors-only", "--skip-non-html"]).arg(&folder).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    house.close().await;
}
