//! A mail server that counts every message by its Message-ID, and misbehaves when told to.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As a mail server does.
    Fine,
    /// 450 to every recipient.
    Later,
    /// 550 to every recipient.
    Never,
    /// Takes the message, or drops it (by turns), and closes the connection without an answer.
    DropAfterDot,
    /// Answers nothing while it lasts, and then closes the connection.
    Hang,
    /// Closes every connection at its next command.
    Close,
}

/// What it has seen.
#[derive(Default)]
struct Seen {
    mood: Mutex<Option<Mood>>,
    /// Messages by Message-ID: how often each was taken.
    taken: Mutex<HashMap<String, u32>>,
    dropped: AtomicU32,
    open: AtomicU32,
    pace_ms: AtomicU64,
}

/// The server; it ends with the value.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    seen: Arc<Seen>,
    listening: JoinHandle<()>,
}

impl MailServer {
    /// Starts one that takes so long for each message.
    pub(crate) async fn start(pace: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        seen.pace_ms.store(u64::try_from(pace.as_millis()).unwrap(), Ordering::Relaxed);
        let shared = Arc::clone(&seen);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let seen = Arc::clone(&shared);
                tokio::spawn(async move {
                    seen.open.fetch_add(1, Ordering::SeqCst);
                    let _ = dialogue(stream, &seen).await;
                    seen.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { port, seen, listening }
    }

    /// `[mail] transport`.
    pub(crate) fn transport(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// Changes how it answers from now on.
    pub(crate) fn be(&self, mood: Mood) {
        *self.seen.mood.lock().unwrap() = Some(mood);
    }

    /// How often each Message-ID was taken.
    pub(crate) fn taken(&self) -> HashMap<String, u32> {
        self.seen.taken.lock().unwrap().clone()
    }

    /// Messages that it heard to the end, and neither kept nor answered.
    pub(crate) fn dropped(&self) -> u32 {
        self.seen.dropped.load(Ordering::SeqCst)
    }

    /// Connections that are open.
    pub(crate) fn open(&self) -> u32 {
        self.seen.open.load(Ordering::SeqCst)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Seen {
    fn mood(&self) -> Mood {
        self.mood.lock().unwrap().unwrap_or(Mood::Fine)
    }

    fn take(&self, id: &str) {
        *self.taken.lock().unwrap().entry(id.to_owned()).or_default() += 1;
    }
}

async fn dialogue(stream: TcpStream, seen: &Seen) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mx.example.com ESMTP\r\n").await?;
    let mut line = String::new();
    let mut in_transaction = false;
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        if !still_there(seen).await {
            return Ok(());
        }
        let word = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-mx.example.com\r\n250-8BITMIME\r\n250 SIZE 50000000",
            "MAIL" if in_transaction => "503 nested MAIL",
            "MAIL" => {
                in_transaction = true;
                "250 ok"
            }
            "RSET" => {
                in_transaction = false;
                "250 ok"
            }
            "RCPT" => match seen.mood() {
                Mood::Later => "450 4.2.0 try again later",
                Mood::Never => "550 5.7.1 not by our policy",
                _ => "250 ok",
            },
            "DATA" => {
                stream.write_all(b"354 go\r\n").await?;
                if !message(&mut stream, seen).await? {
                    return Ok(());
                }
                in_transaction = false;
                "250 taken"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

/// Whether the connection goes on; a server that hangs says nothing until its mood is another.
async fn still_there(seen: &Seen) -> bool {
    match seen.mood() {
        Mood::Close => false,
        Mood::Hang => {
            while seen.mood() == Mood::Hang {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            false
        }
        _ => true,
    }
}

/// Hears a message to its dot; false where the connection is closed without an answer.
async fn message(stream: &mut BufReader<TcpStream>, seen: &Seen) -> std::io::Result<bool> {
    let (mut id, mut in_headers, mut line) = (String::new(), true, Vec::new());
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(false); // cut short: no message
        }
        if line == b".\r\n" {
            break;
        }
        in_headers &= line != b"\r\n";
        if in_headers && line.to_ascii_lowercase().starts_with(b"message-id:") {
            let value = String::from_utf8_lossy(&line[b"message-id:".len()..]);
            id.clear();
            id.push_str(value.trim().trim_matches(['<', '>']));
        }
    }
    tokio::time::sleep(Duration::from_millis(seen.pace_ms.load(Ordering::Relaxed))).await;
    if seen.mood() == Mood::DropAfterDot {
        if seen.dropped.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
            seen.take(&id);
        }
        return Ok(false);
    }
    if !still_there(seen).await {
        return Ok(false);
    }
    // Taken before the answer is given, as a real server does: the answer may get lost.
    seen.take(&id);
    Ok(true)
}
