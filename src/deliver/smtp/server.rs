//! Server: what `[mail] transport` names becomes an open connection: dialled, encrypted, greeted and signed in.
//!
//! Nagle's algorithm is off (lettre 0.11.23 leaves it on: some 25 messages a second instead of thousands), and all of it
//! together has one deadline. It must not send a message.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::commands::Ehlo;
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use url::Url;

use super::super::SendError;
use super::super::counted::{Counted, Encrypted};
use super::Deadlines;
use crate::model::chain;

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, or no mail.
    StartTls,
    /// STARTTLS where offered.
    Opportunistic,
    /// None: for a server on this machine.
    None,
}

/// A mail server, and how it is spoken to.
#[derive(Clone)]
pub(super) struct Server {
    host: String,
    port: u16,
    pub(super) encryption: Encryption,
    credentials: Option<(String, Credentials)>,
    tls: Tls,
    hello: ClientId,
    pub(super) deadlines: Deadlines,
}

/// Who is trusted, in the two forms that are needed: lettre's for STARTTLS, rustls's for TLS from the first byte.
#[derive(Clone)]
struct Tls {
    start: TlsParameters,
    throughout: TlsConnector,
    name: ServerName<'static>,
}

/// An open connection, and how many bytes its socket has taken.
pub(super) struct Connection {
    pub(super) smtp: AsyncSmtpConnection,
    pub(super) written: Arc<AtomicU64>,
    pub(super) offers: Offers,
}

/// What the server offers, as far as lettre does not know it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Offers {
    /// Delivery status notifications (RFC 3461).
    pub(super) dsn: bool,
    /// Commands in one go (RFC 2920).
    pub(super) pipelining: bool,
    /// Sizes of messages are told beforehand (RFC 1870).
    pub(super) size: bool,
}

impl Server {
    /// Reads a server's URL: `smtp://host[:port][?tls=required|opportunistic|none]` or `smtps://host[:port]`.
    pub(super) fn new(
        url: &str,
        username: Option<&str>,
        password: Option<&str>,
        ca_file: Option<&Path>,
    ) -> Result<Self, SendError> {
        let wrong = |what: &str| SendError::Url(what.to_owned());
        let parsed = Url::parse(url).map_err(|error| SendError::Url(error.to_string()))?;
        let host = parsed.host_str().ok_or_else(|| wrong("it names no host"))?.trim_matches(['[', ']']).to_owned();
        let tls = parsed.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
        let encryption = match (parsed.scheme(), tls.as_deref()) {
            ("smtps", None | Some("required")) => Encryption::Tls,
            ("smtp", None | Some("required")) => Encryption::StartTls,
            ("smtp", Some("opportunistic")) => Encryption::Opportunistic,
            ("smtp", Some("none")) => Encryption::None,
            _ => {
                return Err(wrong(
                    "expected smtp://host:port, with ?tls=required, opportunistic or none, or smtps://host:port",
                ));
            }
        };
        let default_port = if encryption == Encryption::Tls { 465 } else { 587 };
        let credentials = match (username, password) {
            (Some(user), Some(password)) => {
                Some((user.to_owned(), Credentials::new(user.to_owned(), password.to_owned())))
            }
            (Some(_), None) => return Err(wrong("it names a user, but DAYBREAK_SMTP_PASSWORD is not set")),
            _ => None,
        };
        Ok(Self {
            tls: Tls::new(&host, ca_file)?,
            port: parsed.port().unwrap_or(default_port),
            host,
            encryption,
            credentials,
            hello: ClientId::default(),
            deadlines: Deadlines::default(),
        })
    }

    /// The server, for records: host and port.
    pub(super) fn name(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Dials, encrypts, greets and signs in, all within one deadline.
    pub(super) async fn connect(&self) -> Result<Connection, SendError> {
        let limit = self.deadlines.connect;
        match tokio::time::timeout(limit, self.open()).await {
            Ok(opened) => opened,
            Err(_) => {
                Err(SendError::Unreachable(format!("{} did not answer within {} s", self.name(), limit.as_secs_f32())))
            }
        }
    }

    async fn open(&self) -> Result<Connection, SendError> {
        let stream = self.dial().await?;
        let counted = Counted::new(stream);
        let written = counted.written();
        let stream: Box<dyn AsyncTokioStream> = if self.encryption == Encryption::Tls {
            let encrypted = self.tls.throughout.connect(self.tls.name.clone(), counted).await;
            Box::new(Encrypted(encrypted.map_err(|error| self.untrusted(&error))?))
        } else {
            Box::new(counted)
        };
        // A server that refuses everybody (too many connections, this machine's address) says nothing about this mail:
        // it is tried again, for by then somebody may have mended it.
        let mut smtp = AsyncSmtpConnection::connect_with_transport(stream, &self.hello)
            .await
            .map_err(|error| self.unreachable(&error))?;
        match (self.encryption, smtp.can_starttls()) {
            (Encryption::StartTls | Encryption::Opportunistic, true) => {
                smtp.starttls(self.tls.start.clone(), &self.hello).await.map_err(|error| self.untrusted(&error))?;
            }
            (Encryption::StartTls, false) => {
                return Err(SendError::Tls(format!(
                    "{} does not offer STARTTLS, and [mail] transport requires it",
                    self.name()
                )));
            }
            _ => {}
        }
        // Once more, for what lettre does not keep of the answer.
        let hello = smtp.command(Ehlo::new(self.hello.clone())).await.map_err(|error| self.unreachable(&error))?;
        let offers = Offers::read(hello.message());
        if let Some((user, credentials)) = &self.credentials {
            smtp.auth(DEFAULT_MECHANISMS, credentials).await.map_err(|error| {
                SendError::Login(format!("{} does not accept the user {user}: {}", self.name(), chain(&error)))
            })?;
        }
        Ok(Connection { smtp, written, offers })
    }

    /// The first of the host's addresses that answers, IPv6 or IPv4 as the system orders them; none may use up the time
    /// of those after it.
    async fn dial(&self) -> Result<TcpStream, SendError> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let addresses: Vec<SocketAddr> = found.map_err(|error| self.unreachable(&error))?.collect();
        let share = self.deadlines.connect / u32::try_from(addresses.len().clamp(1, 4)).unwrap_or(1);
        let mut last = None;
        for address in addresses {
            match within(share, TcpStream::connect(address)).await {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(|error| self.unreachable(&error))?;
                    return Ok(stream);
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.map_or_else(
            || SendError::Unreachable(format!("{} has no address", self.host)),
            |error| self.unreachable(&error),
        ))
    }

    fn unreachable(&self, error: &dyn std::error::Error) -> SendError {
        SendError::Unreachable(format!("{}: {}", self.name(), chain(error)))
    }

    fn untrusted(&self, error: &dyn std::error::Error) -> SendError {
        SendError::Tls(format!("{}: {}", self.name(), chain(error)))
    }

    /// How it is spoken to, for `doctor`.
    pub(super) fn manner(&self) -> String {
        let how = match self.encryption {
            Encryption::Tls => "TLS",
            Encryption::StartTls => "STARTTLS",
            Encryption::Opportunistic => "STARTTLS where offered",
            Encryption::None => "not encrypted",
        };
        self.credentials.as_ref().map_or_else(|| how.to_owned(), |(user, _)| format!("{how}, signed in as {user}"))
    }
}

async fn within<T>(limit: Duration, dialling: impl Future<Output = std::io::Result<T>>) -> std::io::Result<T> {
    let late = || std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer");
    tokio::time::timeout(limit, dialling).await.unwrap_or_else(|_| Err(late()))
}

impl Tls {
    fn new(host: &str, ca_file: Option<&Path>) -> Result<Self, SendError> {
        let wrong = |error: &dyn std::error::Error| SendError::Url(chain(error));
        let pem = ca_file.map(|path| certificates(path).map(|own| (path, own))).transpose()?;
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let mut start = TlsParameters::builder(host.to_owned());
        if let Some((path, own)) = pem {
            let refused =
                |error: &dyn std::error::Error| SendError::CaFile { path: path.to_path_buf(), what: chain(error) };
            for certificate in own {
                roots.add(certificate.clone()).map_err(|error| refused(&error))?;
                let certificate = Certificate::from_der(certificate.to_vec()).map_err(|error| refused(&error))?;
                start = start.add_root_certificate(certificate);
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            start: start.build().map_err(|error| wrong(&error))?,
            throughout: TlsConnector::from(Arc::new(config)),
            name: ServerName::try_from(host.to_owned()).map_err(|error| wrong(&error))?,
        })
    }
}

/// The certificates of a PEM file: at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, SendError> {
    let fault = |what: String| SendError::CaFile { path: path.to_path_buf(), what };
    let pem = std::fs::read(path).map_err(|error| fault(error.to_string()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let found = found.map_err(|error| fault(format!("it is no PEM: {error}")))?;
    if found.is_empty() { Err(fault("there is no certificate in it".into())) } else { Ok(found) }
}

impl Offers {
    /// From the lines of the answer to EHLO.
    fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut offers = Self::default();
        for line in lines.skip(1) {
            let keyword = line.split_whitespace().next().unwrap_or_default();
            offers.dsn |= keyword.eq_ignore_ascii_case("DSN");
            offers.pipelining |= keyword.eq_ignore_ascii_case("PIPELINING");
            offers.size |= keyword.eq_ignore_ascii_case("SIZE");
        }
        offers
    }
}
