//! A mail server in the same process that does what a test says, and keeps what it took.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What the server does instead of the ordinary at some step.
#[derive(Debug, Clone, Copy)]
pub(super) enum Do {
    Ordinary,
    Say(&'static str),
    Close,
    Hang,
}

/// Steps: `connect`, each command's verb, `body` (the message's first line) and `.` (its end), with the line itself.
type Script = dyn Fn(&str, &str) -> Do + Send + Sync;

pub(super) struct Sink {
    pub(super) port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    taken: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

/// How it speaks.
#[derive(Clone)]
pub(super) struct Manner {
    pub(super) offers: &'static [&'static str],
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) throughout: bool,
    pub(super) address: &'static str,
}

impl Default for Manner {
    fn default() -> Self {
        Self { offers: &[], tls: None, throughout: false, address: "127.0.0.1:0" }
    }
}

pub(super) fn key(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/keys").join(name)
}

/// TLS with a certificate of tests/keys.
pub(super) fn tls(name: &str) -> TlsAcceptor {
    let pem = std::fs::read(key(name)).unwrap();
    let certificate = CertificateDer::from_pem_slice(&pem).unwrap();
    let private = PrivateKeyDer::from_pem_slice(&pem).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], private)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Sink {
    pub(super) async fn start(manner: Manner, script: impl Fn(&str, &str) -> Do + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(manner.address).await.unwrap();
        let sink = Self {
            port: listener.local_addr().unwrap().port(),
            heard: Arc::default(),
            taken: Arc::default(),
            connections: Arc::default(),
        };
        let talk = Talk { manner, script: Arc::new(script), heard: sink.heard.clone(), taken: sink.taken.clone() };
        let connections = Arc::clone(&sink.connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let talk = talk.clone();
                tokio::spawn(async move {
                    let stream: Box<dyn Stream> = match &talk.manner.tls {
                        Some(tls) if talk.manner.throughout => match tls.accept(stream).await {
                            Ok(stream) => Box::new(stream),
                            Err(_) => return None,
                        },
                        _ => Box::new(stream),
                    };
                    talk.hold(stream).await
                });
            }
        });
        sink
    }

    /// The commands that were heard, of all connections.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The messages that were taken.
    pub(super) fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

#[derive(Clone)]
struct Talk {
    manner: Manner,
    script: Arc<Script>,
    heard: Arc<Mutex<Vec<String>>>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Talk {
    async fn hold(self, stream: Box<dyn Stream>) -> Option<()> {
        let mut stream = BufReader::new(stream);
        self.answer(&mut stream, "connect", "", "220 sink.example ESMTP").await?;
        let mut encrypted = self.manner.throughout;
        loop {
            let line = line(&mut stream).await?;
            self.heard.lock().unwrap().push(line.trim_end().to_owned());
            let verb = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
            let ordinary = match verb.as_str() {
                "EHLO" => self.hello(encrypted),
                "AUTH" => "235 welcome".into(),
                "DATA" => "354 go on".into(),
                "QUIT" => "221 bye".into(),
                _ => "250 ok".to_owned(),
            };
            let said = self.answer(&mut stream, &verb, &line, &ordinary).await?;
            match verb.as_str() {
                "QUIT" => return None,
                "STARTTLS" if said.starts_with('2') => {
                    let tls = self.manner.tls.as_ref()?;
                    let inner: Box<dyn Stream> = Box::new(tls.accept(stream.into_inner()).await.ok()?);
                    stream = BufReader::new(inner);
                    encrypted = true;
                }
                "DATA" if said.starts_with('3') => {
                    let mut message = self.message(&mut stream).await?;
                    let said = self.answer(&mut stream, ".", "", "250 queued as 7").await?;
                    if said.starts_with('2') {
                        self.taken.lock().unwrap().push(std::mem::take(&mut message));
                    }
                }
                _ => {}
            }
        }
    }

    fn hello(&self, encrypted: bool) -> String {
        let mut lines = vec!["250-sink.example".to_owned()];
        lines.extend(self.manner.offers.iter().map(|offer| format!("250-{offer}")));
        if self.manner.tls.is_some() && !encrypted {
            lines.push("250-STARTTLS".into());
        }
        lines.push("250 8BITMIME".into());
        lines.join("\r\n")
    }

    async fn message(&self, stream: &mut BufReader<Box<dyn Stream>>) -> Option<String> {
        let mut message = String::new();
        loop {
            let line = line(stream).await?;
            if message.is_empty() {
                match (self.script)("body", &line) {
                    Do::Close => return None,
                    Do::Hang => std::future::pending().await,
                    _ => {}
                }
            }
            if line == ".\r\n" {
                return Some(message);
            }
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
    }

    async fn answer(
        &self,
        stream: &mut BufReader<Box<dyn Stream>>,
        step: &str,
        line: &str,
        ordinary: &str,
    ) -> Option<String> {
        let said = match (self.script)(step, line) {
            Do::Ordinary => ordinary,
            Do::Say(said) => said,
            Do::Close => return None,
            Do::Hang => std::future::pending().await,
        };
        stream.write_all(format!("{said}\r\n").as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
        Some(said.to_owned())
    }
}

async fn line(stream: &mut BufReader<Box<dyn Stream>>) -> Option<String> {
    let mut line = String::new();
    (stream.read_line(&mut line).await.ok()? > 0).then_some(line)
}
