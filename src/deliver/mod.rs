//! Deliver: one archived message goes to one contact, and its attempt and state are recorded together.
//!
//! The intent stands before the effect: a delivery is claimed and its attempt written before anything is sent. The
//! promise is *at least once, and once in all but one case*: where the connection died after the message's final
//! dot, the delivery is `unknown` and is not resent silently. It must not render or change a message.

mod counted;
mod dkim;
mod message;
mod outbox;
mod refusal;
mod send;
mod share;
mod smtp;
mod traffic;
pub mod verp;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::config;
use crate::model::{DeliveryId, EmailAddress};

pub use dkim::{DkimError, Published, Signer};
pub use message::{Assembled, MessageError, Parts, Picture, assemble};
pub use send::{DeliverError, Outcome, USEFUL_LIFE, deliver, retry_after};
pub use share::Share;
pub use smtp::Smtp;
pub use traffic::{Full, Pass};

/// Why a message did not leave.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The transport's URL.
    #[error("[mail] transport is not a usable server: {0}")]
    Url(String),
    /// The file of trusted certificates.
    #[error("[mail] ca_file {} cannot be used: {what}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// An address of the envelope.
    #[error("no mail can be addressed to the contact")]
    Address(#[source] lettre::address::AddressError),
    /// The server said no for good (5xx).
    #[error("rejected: {0}")]
    Rejected(String),
    /// The server said not now (4xx).
    #[error("refused for now: {0}")]
    Refused(String),
    /// The server cannot be reached, or turned us away before it heard of a message.
    #[error("the mail server cannot be reached: {0}")]
    Unreachable(String),
    /// The server could not be spoken to in confidence, or not as who it says it is.
    #[error("the connection to the mail server is not safe: {0}")]
    Tls(String),
    /// The server did not accept user and password.
    #[error("the mail server refused the login: {0}")]
    Login(String),
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

    /// What to do about it, for `doctor`.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Url(_) => "correct [mail] transport in jobs.toml",
            Self::CaFile { .. } => "let [mail] ca_file name a readable PEM file with the certificate of your authority",
            Self::Unreachable(_) => {
                "check host and port in [mail] transport, that the mail server runs, and that no firewall is between"
            }
            Self::Tls(_) => {
                "let the server's certificate name the host of [mail] transport and be valid; for an authority of your own \
                 set [mail] ca_file"
            }
            Self::Login(_) => "check the user in [mail] transport and DAYBREAK_SMTP_PASSWORD",
            Self::Outbox { .. } => "check that the outbox folder is writable and that the disk has room",
            _ => "read what the server says; its own log tells more",
        }
    }
}

/// A message and its envelope.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Which delivery it is: the envelope's id, where the server takes one (RFC 3461).
    pub delivery: DeliveryId,
    /// The envelope's sender: where returned mail goes.
    pub from: &'a EmailAddress,
    /// The recipient.
    pub to: &'a EmailAddress,
    /// The outbox file's name.
    pub name: &'a str,
    /// The exact bytes.
    pub bytes: &'a [u8],
}

/// A message that the memory transport took.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The envelope's sender.
    pub from: String,
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
    /// The way out that `[mail]` names; nothing is connected yet.
    pub fn new(mail: &config::Mail) -> Result<Self, SendError> {
        Ok(match &mail.transport {
            config::Transport::Outbox { path } => Self::Outbox(path.clone()),
            config::Transport::Smtp { url, username, password, ca_file } => Self::Smtp(Smtp::new(
                url,
                username.as_deref(),
                password.as_deref(),
                ca_file.as_deref(),
                mail.pace.clone(),
            )?),
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
            Self::Smtp(smtp) => smtp.check().await,
            Self::Memory(_) => Ok("kept in memory".into()),
        }
    }

    /// How many deliveries may usefully be in hand at once; none where it does not matter.
    #[must_use]
    pub fn places(&self) -> Option<usize> {
        match self {
            Self::Smtp(smtp) => Some(smtp.places()),
            Self::Outbox(_) | Self::Memory(_) => None,
        }
    }

    /// From now on this process has such a part of the limits of `[mail]`.
    pub fn share(&self, share: Share) {
        match self {
            Self::Smtp(smtp) => smtp.share(share),
            Self::Outbox(_) | Self::Memory(_) => {}
        }
    }

    /// A place on the way out for a mail to that address, after a short wait at most; keep it while sending.
    pub async fn enter(&self, to: &EmailAddress) -> Result<Pass, Full> {
        match self {
            Self::Smtp(smtp) => smtp.enter(to).await,
            Self::Outbox(_) | Self::Memory(_) => Ok(Pass::free()),
        }
    }

    /// Sends a message and returns what was answered.
    pub async fn send(&self, letter: &Letter<'_>) -> Result<String, SendError> {
        match self {
            Self::Outbox(folder) => {
                let (folder, name, bytes) = (folder.clone(), letter.name.to_owned(), letter.bytes.to_vec());
                tokio::task::spawn_blocking(move || outbox::write(&folder, &name, &bytes))
                    .await
                    .map_err(|error| SendError::Network(error.to_string()))?
                    .map(|path| format!("written to {}", path.display()))
            }
            Self::Smtp(smtp) => smtp.send(letter).await,
            Self::Memory(taken) => {
                let mail = Taken {
                    from: letter.from.as_str().to_owned(),
                    to: letter.to.as_str().to_owned(),
                    bytes: letter.bytes.to_vec(),
                };
                taken.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
                Ok("kept".into())
            }
        }
    }
}
