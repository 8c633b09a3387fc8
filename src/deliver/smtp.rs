//! SMTP: a message goes to a mail server, and what the server said comes back.
//!
//! Connections are ours, not lettre's pool: Nagle's algorithm is off, every step has a deadline (lettre bounds only the
//! connecting), a connection is used for one message after another, and one that died after the final dot is told apart
//! from one that died before.

mod dialogue;
mod server;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lettre::address::Envelope;

use self::dialogue::Message;
use self::server::{Connection, Server};
use super::traffic::{Full, Pass, Traffic};
use super::{Letter, SendError, Share, message};
use crate::config::Pace;
use crate::model::EmailAddress;

/// How long each part of a dialogue may take.
#[derive(Debug, Clone, Copy)]
struct Deadlines {
    /// Dialling, TLS, greeting and sign-in together.
    connect: Duration,
    /// One command and its answer (RFC 5321 section 4.5.3.2 allows five minutes; a night cannot).
    command: Duration,
    /// The message and the answer to its final dot.
    message: Duration,
    /// Taking leave.
    quit: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_mins(1),
            message: Duration::from_mins(3),
            quit: Duration::from_secs(5),
        }
    }
}

/// A kept connection is given up after so long: servers close idle ones, some after a few seconds under load.
const IDLE_LIFE: Duration = Duration::from_secs(20);
/// After a refused login or a wrong certificate nobody knocks again for so long: a night's mails that all try a wrong
/// password would have the account locked.
const REFUSAL_LIFE: Duration = Duration::from_secs(30);

/// A mail server that mails are handed to. Clones share its connections.
#[derive(Clone)]
pub struct Smtp {
    server: Arc<Server>,
    traffic: Traffic,
    idle: Arc<Mutex<Idle>>,
    /// When and how the server last refused us for what no retry mends: a login, a certificate.
    refused: Arc<Mutex<Option<(Instant, Refusal)>>>,
}

/// A refusal that holds for every mail, until somebody mends it.
type Refusal = (fn(String) -> SendError, String);

/// Connections between two messages, the last used at the end.
#[derive(Default)]
struct Idle {
    kept: Vec<(Instant, Connection)>,
    /// Whether somebody comes to clear away.
    watched: bool,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl Smtp {
    /// Reads a server's URL (`smtp://host[:port][?tls=required|opportunistic|none]` or `smtps://host[:port]`) and the
    /// certificates of `ca_file`, which are trusted besides those that browsers trust; nothing is connected yet.
    pub fn new(
        url: &str,
        username: Option<&str>,
        password: Option<&str>,
        ca_file: Option<&Path>,
        pace: Pace,
    ) -> Result<Self, SendError> {
        let server = Arc::new(Server::new(url, username, password, ca_file)?);
        Ok(Self { server, traffic: Traffic::new(pace), idle: Arc::default(), refused: Arc::default() })
    }

    /// The server, for records: host and port.
    #[must_use]
    pub fn name(&self) -> String {
        self.server.name()
    }

    /// Tasks that may be in hand at once.
    pub(super) fn places(&self) -> usize {
        self.traffic.places()
    }

    /// From now on this process has such a part of the limits.
    pub(super) fn share(&self, share: Share) {
        self.traffic.share(share);
    }

    /// A place for a mail to that address, after a short wait at most.
    pub(super) async fn enter(&self, to: &EmailAddress) -> Result<Pass, Full> {
        // An impossible address takes a place like any other, and fails by itself.
        let domain = message::deliverable(to).map_or_else(|_| String::new(), |to| to.domain().to_ascii_lowercase());
        self.traffic.enter(&domain).await
    }

    /// Connects, greets and signs in, and leaves again: for `doctor`.
    pub(super) async fn check(&self) -> Result<String, SendError> {
        let mut connection = self.server.connect().await?;
        let greeting = connection.smtp.server_info().name().to_owned();
        self.part(&mut connection).await;
        let dsn = if connection.offers.dsn { "" } else { ", no delivery status notifications" };
        Ok(format!("{} answers as {greeting} ({}{dsn})", self.name(), self.server.manner()))
    }

    /// Sends one message and returns the server's answer.
    pub(super) async fn send(&self, letter: &Letter<'_>) -> Result<String, SendError> {
        let envelope = Envelope::new(
            Some(message::deliverable(letter.from).map_err(SendError::Address)?),
            vec![message::deliverable(letter.to).map_err(SendError::Address)?],
        )
        .map_err(|error| SendError::Rejected(error.to_string()))?;
        let message = Message { delivery: letter.delivery, envelope, bytes: letter.bytes };
        let (mut connection, kept) = match self.reuse() {
            Some(kept) => (kept, true),
            None => (self.connect().await?, false),
        };
        let mut sent = dialogue::transfer(&mut connection, self.server.deadlines, &message).await;
        // A server may have closed a kept connection meanwhile: a new one is no second try of the message.
        if kept && sent.as_ref().is_err_and(|failure| failure.stale) {
            connection = self.connect().await?;
            sent = dialogue::transfer(&mut connection, self.server.deadlines, &message).await;
        }
        // A refused mail leaves its transaction open, and the next one on that connection would be refused for it; so
        // only a connection that took a mail is kept.
        if sent.is_ok() && !connection.smtp.has_broken() {
            self.keep(connection);
        } else {
            self.part(&mut connection).await;
        }
        sent.map_err(|failure| failure.error)
    }

    async fn connect(&self) -> Result<Connection, SendError> {
        let refused = || self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = refused().clone().filter(|(at, _)| at.elapsed() < REFUSAL_LIFE);
        if let Some((_, (kind, text))) = lately {
            return Err(kind(text));
        }
        let opened = self.server.connect().await;
        *refused() = match &opened {
            Err(SendError::Login(text)) => Some((Instant::now(), (SendError::Login, text.clone()))),
            Err(SendError::Tls(text)) => Some((Instant::now(), (SendError::Tls, text.clone()))),
            _ => None,
        };
        opened
    }

    /// The connection that was used last, so that those which are not needed grow old and go.
    fn reuse(&self) -> Option<Connection> {
        let (since, kept) = self.idle().kept.pop()?;
        (since.elapsed() < IDLE_LIFE).then_some(kept)
    }

    fn keep(&self, connection: Connection) {
        let mut idle = self.idle();
        idle.kept.push((Instant::now(), connection));
        if !std::mem::replace(&mut idle.watched, true) {
            let this = self.clone();
            tokio::spawn(async move { this.clear_away().await });
        }
    }

    /// Parts from connections that nobody has used for a while, until there are none.
    async fn clear_away(&self) {
        loop {
            tokio::time::sleep(IDLE_LIFE / 2).await;
            let old: Vec<Connection> = {
                let mut idle = self.idle();
                let (old, kept) = idle.kept.drain(..).partition(|(since, _)| since.elapsed() >= IDLE_LIFE / 2);
                idle.kept = kept;
                idle.watched = !idle.kept.is_empty() || !old.is_empty();
                if !idle.watched {
                    return;
                }
                old.into_iter().map(|(_, connection)| connection).collect()
            };
            for mut connection in old {
                self.part(&mut connection).await;
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn part(&self, connection: &mut Connection) {
        let _ = tokio::time::timeout(self.server.deadlines.quit, connection.smtp.abort()).await;
    }
}
