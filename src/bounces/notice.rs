//! Notice: a mail becomes what it says about a mail of ours: returned, delayed, reported, or nothing of the kind.
//!
//! Standard reports first, then the forms that servers and gateways have of their own, answers of people's programs in
//! between. It must not look anything up or change anything.

use serde::Serialize;

use super::claims::{Claim, claims};
use super::mail::Mail;
use super::status::{Status, judge};
use super::{plain, report};
use crate::model::{BounceKind, clean};

/// Stack of the thread that takes a mail apart: the parser calls itself for each message within a message, and a
/// hostile mail has thousands.
const STACK: usize = 64 << 20;
/// Of a diagnostic so many characters are kept.
const MOST_DIAGNOSTIC: usize = 500;

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// In which form.
    pub form: Form,
    /// What.
    pub verdict: Verdict,
    /// About which deliveries, the surest claim first.
    pub claims: Vec<Claim>,
}

/// The forms in which mail comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// A delivery status (RFC 3464), as nearly every server sends it.
    Rfc3464,
    /// A feedback report (RFC 5965): somebody pressed "this is spam".
    Rfc5965,
    /// Exim's text, with `X-Failed-Recipients`.
    Exim,
    /// qmail's text, and that of the servers that copied it.
    Qmail,
    /// Postfix's text without its delivery status, as gateways leave it.
    Postfix,
    /// Sendmail's text of old.
    Sendmail,
    /// Exchange's and Outlook's text.
    Exchange,
    /// Any other text that a mail server's own address sent.
    Text,
    /// Nothing that a server returned.
    None,
}

impl Form {
    /// The word that stands in rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rfc3464 => "rfc3464",
            Self::Rfc5965 => "rfc5965",
            Self::Exim => "exim",
            Self::Qmail => "qmail",
            Self::Postfix => "postfix",
            Self::Sendmail => "sendmail",
            Self::Exchange => "exchange",
            Self::Text => "text",
            Self::None => "none",
        }
    }
}

/// What a mail means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A mail came back, for each of these recipients; never empty.
    Returned(Vec<Failure>),
    /// A reader reported a mail as unwanted.
    Complaint(String),
    /// A server still tries: nothing has come back.
    Delayed,
    /// A person's program answered: away, or received.
    Answer,
    /// Something else.
    Other,
}

/// One recipient to whom a mail did not get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The recipient's address, where the report names one.
    pub recipient: Option<String>,
    /// What it says about the address.
    pub kind: BounceKind,
    /// The enhanced status code.
    pub status: Option<Status>,
    /// What the server said, cleaned, on one line, of at most 500 characters.
    pub diagnostic: String,
}

impl Failure {
    pub(super) fn new(recipient: Option<String>, status: Option<Status>, text: &str) -> Self {
        Self { recipient, kind: judge(status, text), status, diagnostic: one_line(text) }
    }
}

/// Cleaned, on one line, not too long.
pub(super) fn one_line(text: &str) -> String {
    let words = clean(text);
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST_DIAGNOSTIC {
        line
    } else {
        line.chars().take(MOST_DIAGNOSTIC - 1).chain(['…']).collect()
    }
}

impl Notice {
    /// Reads a mail; none where the bytes are no mail at all.
    #[must_use]
    pub fn of(raw: &[u8]) -> Option<Self> {
        let mail = Mail::of(raw)?;
        let (form, verdict) = judged(&mail);
        let claims = if matches!(verdict, Verdict::Other | Verdict::Answer) { Vec::new() } else { claims(&mail) };
        Some(Self { form, verdict, claims })
    }

    /// [`Notice::of`] on a thread of its own, with the stack that a hostile mail needs, and where a defect of the
    /// parser costs that mail and nothing else.
    #[must_use]
    pub fn guarded(raw: &[u8]) -> Option<Self> {
        std::thread::scope(|scope| {
            let reading = std::thread::Builder::new().name("returned mail".into()).stack_size(STACK);
            reading.spawn_scoped(scope, || Self::of(raw)).ok()?.join().ok()?
        })
    }
}

fn judged(mail: &Mail) -> (Form, Verdict) {
    report::complaint(mail)
        .or_else(|| report::status(mail))
        .or_else(|| plain::known(mail))
        .or_else(|| plain::answer(mail))
        .or_else(|| plain::any(mail))
        .unwrap_or((Form::None, Verdict::Other))
}
