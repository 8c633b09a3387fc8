//! Status: what a server said becomes hard or soft.
//!
//! Hard is only what says that the address itself is gone; whatever is doubtful is soft, because soft ones count and
//! a hard one ends all mail to a person. It must not look at anything but codes and words.

use std::fmt;

use crate::model::BounceKind;

/// An enhanced status code of class 4 or 5 (RFC 3463).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    class: u16,
    subject: u16,
    detail: u16,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl Status {
    /// The whole text as a code: `5.1.1`, with whatever comment behind it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let code = text.split_whitespace().next()?;
        let mut numbers = code.split('.').map(|part| {
            let digits = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse::<u16>().ok()).flatten()
        });
        let status = Self { class: numbers.next()??, subject: numbers.next()??, detail: numbers.next()?? };
        (numbers.next().is_none() && matches!(status.class, 2 | 4 | 5)).then_some(status)
    }

    /// The first failure's code within a text. An IP address is none: it has four numbers.
    pub(super) fn find(text: &str) -> Option<Self> {
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        text.split(|c| !is_part(c))
            .filter_map(|run| Self::parse(run.trim_end_matches('.')))
            .find(|code| code.class != 2)
    }

    /// Whether it says that the mail arrived.
    pub(super) const fn is_success(self) -> bool {
        self.class == 2
    }

    /// Whether it says that another try may help.
    pub(super) const fn is_transient(self) -> bool {
        self.class == 4
    }

    /// Whether it says no more than that something failed.
    pub(super) const fn is_vague(self) -> bool {
        self.subject == 0
    }
}

/// The first SMTP reply code that a text has: 4yz or 5yz, as a word of its own.
fn reply_code(text: &str) -> Option<u16> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let is_code =
        |word: &&str| word.len() == 3 && word.starts_with(['4', '5']) && word.bytes().all(|b| b.is_ascii_digit());
    words.into_iter().find(is_code).and_then(|word| word.parse().ok())
}

/// The address is gone.
const GONE: &[&str] = &[
    "user unknown",
    "unknown user",
    "unknown recipient",
    "unknown local part",
    "unknown mailbox",
    "unknown address",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no such address",
    "no such local user",
    "no such person",
    "no such domain",
    "no mailbox",
    "does not exist",
    "doesn't exist",
    "doesn\u{2019}t exist",
    "not exist",
    "not found",
    "wasn't found",
    "wasn\u{2019}t found",
    "couldn't be found",
    "couldn\u{2019}t be found",
    "could not be found",
    "mailbox unavailable",
    "invalid recipient",
    "invalid mailbox",
    "invalid address",
    "bad destination mailbox",
    "not a known user",
    "not a valid mailbox",
    "not a valid user",
    "not our customer",
    "doesn't have a",
    "account is disabled",
    "account has been disabled",
    "account that you tried to reach is disabled",
    "account is inactive",
    "mailbox is inactive",
    "mailbox disabled",
    "mailbox is disabled",
    "user is no longer",
    "no longer valid",
    "no longer available",
    "unrouteable address",
    "unrouteable mail domain",
    "all relevant mx records point to non-existent hosts",
    "name or service not known",
    "nxdomain",
    "null mx",
    "domain not found",
    "empfänger unbekannt",
    "unbekannter empfänger",
    "nicht bekannt",
    "no existe",
    "usuario desconocido",
    "nie istnieje",
    "nieznany użytkownik",
    "n'existe pas",
];
/// The address is there; the mail, its sender or the day was not liked.
const REFUSED: &[&str] = &[
    "quota",
    "mailbox full",
    "mailbox is full",
    "inbox full",
    "inbox is full",
    "out of storage",
    "exceeded storage",
    "insufficient system storage",
    "too large",
    "too big",
    "message size",
    "spam",
    "block",
    "blacklist",
    "policy",
    "reputation",
    "spf",
    "dkim",
    "dmarc",
    "virus",
    "not authorized",
    "not permitted",
    "sender address rejected",
    "sender rejected",
    "too many",
    "rate limit",
    "throttl",
    "greylist",
    "temporar",
    "try again",
    "timed out",
    "timeout",
    "expired",
    "connection refused",
    "too many hops",
    "loop",
];

/// What words alone say.
fn by_words(text: &str) -> BounceKind {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(GONE) && !says(REFUSED) { BounceKind::Hard } else { BounceKind::Soft }
}

/// What a failure says about the address: by its enhanced status code, else by the reply code, else by its words.
pub(super) fn judge(status: Option<Status>, text: &str) -> BounceKind {
    let Some(Status { class, subject, detail }) = status else {
        return if reply_code(text).is_some_and(|code| code < 500) { BounceKind::Soft } else { by_words(text) };
    };
    if class != 5 {
        return BounceKind::Soft;
    }
    match (subject, detail) {
        // Bad mailbox, bad system, bad syntax, moved without an address, a domain that takes no mail; disabled; a
        // domain that is not there.
        (1, 1 | 2 | 3 | 6 | 10) | (2, 1) | (4, 310) => BounceKind::Hard,
        (4, 4) if !text.to_lowercase().contains("loop") => BounceKind::Hard,
        // Exchange says so of every address that its directory does not have.
        (4, 1) if text.to_lowercase().contains("access denied") => BounceKind::Hard,
        // Vague, or ambiguous: the words decide.
        (0 | 7, _) | (1, 0 | 4) | (2, 0) => by_words(text),
        _ => BounceKind::Soft,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_what_servers_say_and_an_ip_address_is_none() {
        let found = |text: &str| Status::find(text).map(|status| status.to_string());
        assert_eq!(found("550-5.1.1 The email account does not exist").as_deref(), Some("5.1.1"));
        assert_eq!(found("<mx.example.com #5.2.2 smtp;552 5.2.2 full>").as_deref(), Some("5.2.2"));
        assert_eq!(found("(5.7.1)").as_deref(), Some("5.7.1"));
        assert_eq!(found("said 550 by 5.9.12.3 [4.1.2.200]"), None);
        assert_eq!(found("250 2.1.5 ok, then 452 4.2.2.").as_deref(), Some("4.2.2"));
        assert_eq!(found("5.1111.1 9.1.1 5..1 5.1"), None);
        assert_eq!(Status::parse("5.1.1 (unknown user)").map(|status| status.to_string()).as_deref(), Some("5.1.1"));
        assert_eq!(Status::parse("five"), None);
    }

    #[test]
    fn only_what_says_that_the_address_is_gone_is_hard() {
        let judged = |text: &str| judge(Status::find(text), text);
        for text in [
            "550 5.1.1 <a@example.com>: Recipient address rejected: User unknown",
            "550 5.1.10 null MX",
            "550-5.2.1 The email account that you tried to reach is disabled",
            "550 5.4.1 Recipient address rejected: Access denied.",
            "5.4.4 (unable to route: no mail hosts for domain)",
            "550 No such user here",
            "554 delivery error: This user doesn't have a example.com account",
            "550 5.0.0 <a@example.com>... User unknown",
            "550 Requested action not taken: mailbox unavailable",
            "Unrouteable address",
            "Empfänger unbekannt",
        ] {
            assert_eq!(judged(text), BounceKind::Hard, "{text}");
        }
        for text in [
            "552 5.2.2 Mailbox full",
            "554 5.7.1 Message rejected as spam",
            "550 5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy",
            "550 5.7.1 [C18] RBL Restriction: block list. User unknown to us",
            "552 5.3.4 Message too big for system",
            "450 4.2.0 Recipient address rejected: Greylisted",
            "421 try again later, user unknown",
            "4.4.7 Delivery time expired",
            "550 rejected",
            "554 5.4.6 Too many hops",
            "550 5.1.8 Sender address rejected: Domain not found",
            "Something went wrong",
            "",
        ] {
            assert_eq!(judged(text), BounceKind::Soft, "{text}");
        }
    }
}
