//! SMTP: a message goes to a mail server, and what the server said comes back.
//!
//! Connections are ours, not lettre's pool: Nagle's algorithm is off (lettre 0.11.23 leaves it on), every step has a
//! deadline (lettre bounds only the connecting), and a connection that died after the final dot is told apart from
//! one that died before.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use tokio::net::TcpStream;
use url::Url;

use super::SendError;
use super::counted::Counted;

/// Connecting, greeting, TLS and sign-in together.
const CONNECT_DEADLINE: Duration = Duration::from_secs(30);
/// One command and its answer (RFC 5321 section 4.5.3.2 allows five minutes; a night cannot).
const COMMAND_DEADLINE: Duration = Duration::from_mins(1);
/// The message and the answer to its final dot.
const DATA_DEADLINE: Duration = Duration::from_mins(3);
/// Taking leave.
const QUIT_DEADLINE: Duration = Duration::from_secs(5);
/// Connections kept open between messages.
const IDLE_CONNECTIONS: usize = 8;

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encryption {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, or no mail.
    StartTls,
    /// STARTTLS where offered.
    Opportunistic,
    /// None: for a server on this machine.
    None,
}

/// A mail server that mails are handed to. Clones share its connections.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// A connection, and how many bytes its socket has taken (not known where the library opens the socket, for `smtps`).
struct Connection {
    smtp: AsyncSmtpConnection,
    written: Option<Arc<AtomicU64>>,
}

/// Where in the dialogue a failure happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Before the message: it was surely not taken.
    Before,
    /// After its last byte: without an answer nobody knows.
    Message,
}

impl Smtp {
    /// Reads a server's URL: `smtp://host[:port][?tls=required|opportunistic|none]` or `smtps://host[:port]`.
    pub fn new(url: &str, username: Option<&str>, password: Option<&str>) -> Result<Self, SendError> {
        let wrong = |what: &str| SendError::Url(what.to_owned());
        let parsed = Url::parse(url).map_err(|error| SendError::Url(error.to_string()))?;
        let host = parsed.host_str().ok_or_else(|| wrong("it names no host"))?.trim_matches(['[', ']']).to_owned();
        let tls = parsed.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
        let encryption = match (parsed.scheme(), tls.as_deref()) {
            ("smtps", None) => Encryption::Tls,
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
            (Some(user), Some(password)) => Some(Credentials::new(user.to_owned(), password.to_owned())),
            (Some(_), None) => return Err(wrong("it names a user, but DAYBREAK_SMTP_PASSWORD is not set")),
            _ => None,
        };
        Ok(Self { host, port: parsed.port().unwrap_or(default_port), encryption, credentials, idle: Arc::default() })
    }

    /// The server, for records: host and port.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Connects, greets and signs in, and leaves again: for `doctor`.
    pub async fn check(&self) -> Result<String, SendError> {
        let mut connection = self.connect().await?;
        let greeting = connection.smtp.server_info().name().to_owned();
        let _ = tokio::time::timeout(QUIT_DEADLINE, connection.smtp.quit()).await;
        Ok(greeting)
    }

    /// Sends one message and returns the server's answer.
    pub async fn send(&self, envelope: &Envelope, bytes: &[u8]) -> Result<String, SendError> {
        let mut connection = match self.reuse().await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let sent = transfer(&mut connection, envelope, bytes).await;
        // A refused mail leaves its transaction open, and the next one on that connection would be refused for it; so
        // only a connection that took a mail is kept.
        if sent.is_ok() && !connection.smtp.has_broken() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE_CONNECTIONS {
                idle.push(connection);
            }
        } else {
            let _ = tokio::time::timeout(QUIT_DEADLINE, connection.smtp.abort()).await;
        }
        sent
    }

    /// A kept connection that still answers: a server may have closed it meanwhile, and NOOP tells before anything is
    /// at stake.
    async fn reuse(&self) -> Option<Connection> {
        let mut kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
        matches!(tokio::time::timeout(COMMAND_DEADLINE, kept.smtp.test_connected()).await, Ok(true)).then_some(kept)
    }

    async fn connect(&self) -> Result<Connection, SendError> {
        let opened = tokio::time::timeout(CONNECT_DEADLINE, self.open()).await.map_err(|_| {
            SendError::Network(format!("{} did not answer within {} s", self.name(), CONNECT_DEADLINE.as_secs()))
        })?;
        // A server that refuses everybody (a wrong password, too many connections) says nothing about this mail: it is
        // tried again, for by then somebody may have mended it.
        opened.map_err(|error| match error {
            SendError::Rejected(text) => SendError::Refused(text),
            other => other,
        })
    }

    async fn open(&self) -> Result<Connection, SendError> {
        let hello = ClientId::default();
        let network =
            |what: &dyn fmt::Display| SendError::Network(format!("cannot connect to {}: {what}", self.name()));
        let refused = |error: lettre::transport::smtp::Error| classify(&error, Phase::Before);
        let tls = || TlsParameters::new(self.host.clone()).map_err(|error| SendError::Url(error.to_string()));
        let mut written = None;
        let mut connection = if self.encryption == Encryption::Tls {
            AsyncSmtpConnection::connect_tokio1(
                (self.host.as_str(), self.port),
                Some(CONNECT_DEADLINE),
                &hello,
                Some(tls()?),
                None,
            )
            .await
            .map_err(refused)?
        } else {
            let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|error| network(&error))?;
            stream.set_nodelay(true).map_err(|error| network(&error))?;
            let counted = Counted::new(stream);
            written = Some(counted.written());
            let mut connection =
                AsyncSmtpConnection::connect_with_transport(Box::new(counted), &hello).await.map_err(refused)?;
            match (self.encryption, connection.can_starttls()) {
                (Encryption::StartTls | Encryption::Opportunistic, true) => {
                    connection.starttls(tls()?, &hello).await.map_err(refused)?;
                }
                (Encryption::StartTls, false) => {
                    return Err(SendError::Refused(format!(
                        "{} does not offer STARTTLS, and [mail] transport requires it",
                        self.name()
                    )));
                }
                _ => {}
            }
            connection
        };
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(refused)?;
        }
        Ok(Connection { smtp: connection, written })
    }
}

/// The dialogue of one message, each step under its deadline.
async fn transfer(connection: &mut Connection, envelope: &Envelope, bytes: &[u8]) -> Result<String, SendError> {
    let Connection { smtp, written } = connection;
    let mut options = Vec::new();
    let mut addresses = envelope.from().into_iter().chain(envelope.to());
    if addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
        if !smtp.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(SendError::Rejected("the server does not take addresses that are not ASCII (SMTPUTF8)".into()));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    step(smtp.command(Mail::new(envelope.from().cloned(), options))).await?;
    for to in envelope.to() {
        step(smtp.command(Rcpt::new(to.clone(), Vec::new()))).await?;
    }
    step(smtp.command(Data)).await?;
    let taken = |written: &Option<Arc<AtomicU64>>| written.as_ref().map(|written| written.load(Ordering::Relaxed));
    let before = taken(written);
    let answered = tokio::time::timeout(DATA_DEADLINE, smtp.message(bytes)).await;
    // Encryption and dots only make a message longer: a socket that took fewer bytes than it has never sent its end.
    let cut_short = taken(written).zip(before).is_some_and(|(now, before)| now - before < bytes.len() as u64);
    let phase = if cut_short { Phase::Before } else { Phase::Message };
    match answered {
        Ok(Ok(response)) => Ok(answer(&response)),
        Ok(Err(error)) => Err(classify(&error, phase)),
        Err(_) if cut_short => Err(SendError::Network("the server stopped taking the message".into())),
        Err(_) => Err(SendError::Unknown(format!("no answer to the message within {} s", DATA_DEADLINE.as_secs()))),
    }
}

async fn step<T>(command: impl Future<Output = Result<T, lettre::transport::smtp::Error>>) -> Result<T, SendError> {
    match tokio::time::timeout(COMMAND_DEADLINE, command).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(classify(&error, Phase::Before)),
        Err(_) => Err(SendError::Network(format!("no answer within {} s", COMMAND_DEADLINE.as_secs()))),
    }
}

fn answer(response: &lettre::transport::smtp::response::Response) -> String {
    let text: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), text.join(" "))
}

/// What a failure means. Only a reply with 5xx is final; `is_transient` covers 4xx alone, so all else is retried.
fn classify(error: &lettre::transport::smtp::Error, phase: Phase) -> SendError {
    let text = chain(error);
    if error.is_permanent() {
        SendError::Rejected(text)
    } else if error.is_transient() {
        SendError::Refused(text)
    } else if phase == Phase::Message {
        SendError::Unknown(text)
    } else {
        SendError::Network(text)
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    #[test]
    fn a_server_url_says_how_it_is_encrypted() {
        let of = |url| Smtp::new(url, None, None).map(|smtp| (smtp.name(), smtp.encryption));
        assert_eq!(of("smtp://mail.example.com").unwrap(), ("mail.example.com:587".into(), Encryption::StartTls));
        assert_eq!(of("smtps://mail.example.com").unwrap(), ("mail.example.com:465".into(), Encryption::Tls));
        assert_eq!(of("smtp://127.0.0.1:25?tls=none").unwrap(), ("127.0.0.1:25".into(), Encryption::None));
        for wrong in ["http://mail.example.com", "smtp://", "smtp://h?tls=maybe", "smtps://h?tls=none"] {
            assert!(matches!(of(wrong), Err(SendError::Url(_))), "{wrong}");
        }
        assert!(matches!(Smtp::new("smtp://h", Some("user"), None), Err(SendError::Url(_))));
    }

    /// A server that plays `replies` to the commands in order, then closes.
    async fn server(replies: &'static [&'static str]) -> Smtp {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            stream.write_all(b"220 test\r\n").await.unwrap();
            let mut replies = replies.iter();
            let mut in_data = false;
            let mut line = String::new();
            while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
                if !in_data || line == ".\r\n" {
                    in_data = line.starts_with("DATA");
                    let Some(reply) = replies.next() else { return };
                    stream.write_all(format!("{reply}\r\n").as_bytes()).await.unwrap();
                }
                line.clear();
            }
        });
        Smtp::new(&format!("smtp://127.0.0.1:{port}?tls=none"), None, None).unwrap()
    }

    async fn outcome(replies: &'static [&'static str]) -> Result<String, SendError> {
        let address = |text: &str| text.parse::<lettre::Address>().unwrap();
        let envelope = Envelope::new(Some(address("a@daybreak.example")), vec![address("b@example.com")]).unwrap();
        server(replies).await.send(&envelope, b"Subject: x\r\n\r\ny\r\n").await
    }

    #[tokio::test]
    async fn what_the_server_says_decides_what_is_retried() {
        assert_eq!(
            outcome(&["250 hi", "250 ok", "250 ok", "354 go", "250 queued as 7"]).await.unwrap(),
            "250 queued as 7"
        );
        let refused = outcome(&["250 hi", "250 ok", "450 later"]).await.unwrap_err();
        assert!(matches!(refused, SendError::Refused(_)) && !refused.is_final(), "{refused:?}");
        let rejected = outcome(&["250 hi", "250 ok", "550 no such user"]).await.unwrap_err();
        assert!(matches!(rejected, SendError::Rejected(_)) && rejected.is_final(), "{rejected:?}");
        let dropped_before = outcome(&["250 hi", "250 ok"]).await.unwrap_err();
        assert!(matches!(dropped_before, SendError::Network(_)), "{dropped_before:?}");
        let dropped_after_the_dot = outcome(&["250 hi", "250 ok", "250 ok", "354 go"]).await.unwrap_err();
        assert!(matches!(dropped_after_the_dot, SendError::Unknown(_)), "{dropped_after_the_dot:?}");
    }
}
