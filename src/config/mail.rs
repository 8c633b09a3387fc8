//! `[mail]`: how mail leaves.

use std::path::PathBuf;

use crate::model::EmailAddress;

/// How mail leaves, and what every mail carries.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The way out.
    pub transport: Transport,
    /// Address of the `From` header.
    pub from: EmailAddress,
    /// Name of the `From` header; the brand's name when not set.
    pub from_name: Option<String>,
    /// Where answers go.
    pub reply_to: Option<EmailAddress>,
    /// Domain of Message-IDs and of the List-Id; the `from` address's when not set.
    pub domain: String,
    /// A PDF up to this size (bytes) is attached, a larger one is linked.
    pub max_attachment: u64,
}

/// The way out.
#[derive(Clone, PartialEq, Eq)]
pub enum Transport {
    /// `.eml` files in a folder: the embedded default.
    Outbox {
        /// The folder.
        path: PathBuf,
    },
    /// A mail server.
    Smtp {
        /// `smtp://host:port` (STARTTLS required unless `?tls=none` or `?tls=opportunistic`) or `smtps://`.
        url: String,
        /// User, from the URL.
        username: Option<String>,
        /// From `DAYBREAK_SMTP_PASSWORD`.
        password: Option<String>,
    },
    /// Kept in memory: for tests.
    Memory,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Outbox { path } => write!(f, "outbox in {}", path.display()),
            Self::Smtp { url, .. } => f.write_str(url),
            Self::Memory => f.write_str("memory"),
        }
    }
}
