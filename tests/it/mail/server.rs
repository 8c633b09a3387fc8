//! A mail server that is slow for some, refuses others, and keeps what it took.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How long the server takes for a recipient at slow.example.
const SLOW: Duration = Duration::from_secs(4);

/// A mail as the server took it.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) bytes: String,
}

/// A mail server: refuses `never@…` for good and `later@…` for now, knows no `gone@…`, has a policy against `unwanted@…`,
/// and ends without a word after taking `vanish@…`.
#[derive(Clone, Default)]
pub(super) struct Server {
    taken: Arc<Mutex<Vec<Taken>>>,
    /// Mails to paced.example that are on their way, and how many they were at most.
    pub(super) paced: Arc<Mutex<(usize, usize)>>,
    /// Whether it has given up its policy.
    pub(super) relents: Arc<AtomicBool>,
}

impl Server {
    pub(super) async fn start() -> (u16, Self) {
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

    pub(super) fn taken(&self) -> Vec<Taken> {
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
                    if to.ends_with("paced.example") {
                        self.pace().await;
                    }
                    if to.starts_with("later") {
                        "450 try later"
                    } else if to.starts_with("never") {
                        "550 no such user"
                    } else if to.starts_with("gone") {
                        "550 5.1.1 no such user here"
                    } else if to.starts_with("unwanted") && !self.relents.load(Ordering::Relaxed) {
                        "550 5.7.1 not by our policy"
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

impl Server {
    /// Takes its time for a mail to paced.example, and notes how many there are at once.
    async fn pace(&self) {
        let count = |by: isize| {
            let mut paced = self.paced.lock().unwrap();
            paced.0 = paced.0.saturating_add_signed(by);
            paced.1 = paced.1.max(paced.0);
        };
        count(1);
        tokio::time::sleep(Duration::from_millis(250)).await;
        count(-1);
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
