//! Deliver: one archived message goes to one contact, and its attempt and state are recorded together.
//!
//! The intent stands before the effect: a delivery is claimed and its attempt written before anything is sent. The
//! promise is *at least once, and once in all but one case*: where the connection died after the message's final
//! dot, the delivery is `unknown` and is not resent silently. It must not render or change a message.

mod counted;
mod message;
mod outbox;
mod send;
mod smtp;
pub mod verp;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lettre::address::Envelope;

use crate::config;
use crate::model::EmailAddress;

pub use message::{Assembled, MessageError, Parts, Picture, assemble};
pub use send::{DeliverError, Outcome, deliver, retry_after};
pub use smtp::Smtp;

/// Why a message did not leave.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The transport's URL.
    #[error("[mail] transport is not a usable server: {0}")]
    Url(String),
    /// An address of the envelope.
    #[error("no mail can be addressed to the contact")]
    Address(#[source] lettre::address::AddressError),
    /// The server said no for good (5xx).
    #[error("rejected: {0}")]
    Rejected(String),
    /// The server said not now (4xx).
    #[error("refused for now: {0}")]
    Refused(String),
    /// The network failed before the message was sent.
    #[error("not sent: {0}")]
    Network(String),
    /// The connection died after the message: sent or not, nobody knows.
    #[error("nobody knows whether it was sent: {0}")]
    Unknown(String),
    /// The outbox folder.
    #[error("cannot {step} {}", folder.display())]
    Outbox {
        /// What was tried.
        step: &'static str,
        /// Which folder.
        folder: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl SendError {
    /// Whether another try cannot help.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Url(_) | Self::Address(_) | Self::Rejected(_))
    }
}

/// A message that the memory transport took.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The recipient.
    pub to: String,
    /// The message.
    pub bytes: Vec<u8>,
}

/// The way out: a closed set, chosen by `[mail] transport`.
#[derive(Debug, Clone)]
pub enum Post {
    /// `.eml` files in a folder.
    Outbox(PathBuf),
    /// A mail server.
    Smtp(Smtp),
    /// Kept in memory, for tests.
    Memory(Arc<Mutex<Vec<Taken>>>),
}

impl Post {
    /// The way out that the configuration names; nothing is connected yet.
    pub fn new(transport: &config::Transport) -> Result<Self, SendError> {
        Ok(match transport {
            config::Transport::Outbox { path } => Self::Outbox(path.clone()),
            config::Transport::Smtp { url, username, password } => {
                Self::Smtp(Smtp::new(url, username.as_deref(), password.as_deref())?)
            }
            config::Transport::Memory => Self::Memory(Arc::default()),
        })
    }

    /// The server's name for the record of attempts.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Outbox(_) => "outbox".into(),
            Self::Smtp(smtp) => smtp.name(),
            Self::Memory(_) => "memory".into(),
        }
    }

    /// Whether sending the same message twice has the same effect as once, so that an attempt whose worker died may
    /// simply be made again.
    #[must_use]
    pub const fn is_idempotent(&self) -> bool {
        matches!(self, Self::Outbox(_))
    }

    /// Whether mail could leave, without sending any; says how.
    pub async fn check(&self) -> Result<String, SendError> {
        match self {
            Self::Outbox(folder) => {
                let probe = outbox::write(folder, "doctor.eml", b"")?;
                // Left behind it would only be an empty file in the outbox.
                let _ = std::fs::remove_file(probe);
                Ok(format!("outbox {} is writable", folder.display()))
            }
            Self::Smtp(smtp) => smtp.check().await.map(|greeting| format!("{} answers as {greeting}", smtp.name())),
            Self::Memory(_) => Ok("kept in memory".into()),
        }
    }

    /// Sends a message; `name` is the outbox file's name.
    pub async fn send(
        &self,
        from: &EmailAddress,
        to: &EmailAddress,
        name: &str,
        bytes: &[u8],
    ) -> Result<String, SendError> {
        match self {
            Self::Outbox(folder) => {
                let (folder, name, bytes) = (folder.clone(), name.to_owned(), bytes.to_vec());
                tokio::task::spawn_blocking(move || outbox::write(&folder, &name, &bytes))
                    .await
                    .map_err(|error| SendError::Network(error.to_string()))?
                    .map(|path| format!("written to {}", path.display()))
            }
            Self::Smtp(smtp) => {
                let envelope = Envelope::new(
                    Some(message::deliverable(from).map_err(SendError::Address)?),
                    vec![message::deliverable(to).map_err(SendError::Address)?],
                )
                .map_err(|error| SendError::Rejected(error.to_string()))?;
                smtp.send(&envelope, bytes).await
            }
            Self::Memory(taken) => {
                let mail = Taken { to: to.as_str().to_owned(), bytes: bytes.to_vec() };
                taken.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
                Ok("kept".into())
            }
        }
    }
}
