//! Plain: returned mail that only a person was meant to read, by the phrases of the programs that write it.
//!
//! Answers of people's own programs come from the same places and must not be taken for it.

use super::mail::Mail;
use super::notice::{Failure, Form, Verdict};
use super::status::Status;

/// A text by which a program is known, and where its reasons begin.
const KNOWN: &[(&str, Form)] = &[
    ("this is the qmail-send program", Form::Qmail),
    ("i'm afraid i wasn't able to deliver your message", Form::Qmail),
    ("unable to deliver message to the following address", Form::Qmail),
    ("this is the postfix program at host", Form::Postfix),
    ("this is the mail system at host", Form::Postfix),
    ("this message was created automatically by mail delivery software", Form::Exim),
    ("this message was created automatically by the mail system", Form::Exim),
    ("the following addresses had permanent fatal errors", Form::Sendmail),
    ("the following addresses had transient non-fatal errors", Form::Sendmail),
    ("transcript of session follows", Form::Sendmail),
    ("your message did not reach some or all of the intended recipients", Form::Exchange),
    ("delivery has failed to these recipients or groups", Form::Exchange),
    ("delivery has failed to these recipients or distribution lists", Form::Exchange),
    ("the following recipient(s) could not be reached", Form::Exchange),
    ("the following recipient(s) cannot be reached", Form::Exchange),
];
/// From here on follows what was returned.
const RETURNED: &[&str] = &[
    "--- below this line is a copy",
    "--- original message follows",
    "this is a copy of the message",
    "this is a copy of your message",
    "the header of the original message",
    "original message headers",
    "original message header",
    "original message -----",
    "----- message header follows",
    "----- original message",
    "-----original message",
    "----- unsent message follows",
    "message header follows",
];
/// Still under way.
const DELAYED: &[&str] = &[
    "warning message only",
    "has been delayed",
    "is delayed",
    "was delayed",
    "delivery is delayed",
    "delivery delayed",
    "not yet been delivered",
    "has not been delivered to one or more recipients yet",
    "will be retried",
    "will keep trying",
    "will continue to try",
    "still being attempted",
    "you do not need to resend",
    "could not send message for past",
    "transient non-fatal errors",
    "status notification (delay)",
];
/// Over.
const GIVEN_UP: &[&str] =
    &["permanent error", "permanent fatal", "giving up", "given up", "failed permanently", "expired"];
/// Subjects and texts of mail that came back.
const FAILED: &[&str] = &[
    "undeliver",
    "delivery status notification (failure)",
    "delivery failure",
    "delivery failed",
    "delivery has failed",
    "delivery problem",
    "delivery error",
    "failure notice",
    "failed delivery",
    "mail delivery failed",
    "mail system error",
    "returned mail",
    "returned to sender",
    "returning message to sender",
    "message not delivered",
    "could not be delivered",
    "couldn't be delivered",
    "couldn\u{2019}t be delivered",
    "wasn't delivered",
    "wasn\u{2019}t delivered",
    "was not delivered",
    "not be delivered",
    "unable to deliver",
    "address not found",
    "nicht zugestellt",
    "unzustellbar",
    "no se ha podido entregar",
    "no se pudo entregar",
    "nie można dostarczyć",
    "nie została dostarczona",
    "non remis",
    "non recapitabile",
];
/// Senders that are servers.
const SERVERS: &[&str] = &[
    "mailer-daemon",
    "mailerdaemon",
    "mail-daemon",
    "postmaster",
    "mail delivery",
    "mail administrator",
    "system administrator",
    "microsoftexchange",
    "microsoft exchange",
    "mdaemon",
];
/// Beginnings of the subjects of people's programs.
const ANSWERS: &[&str] = &[
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto:",
    "autoresponse",
    "out of office",
    "out of the office",
    "away from",
    "vacation",
    "on vacation",
    "on holiday",
    "abwesenheit",
    "automatische antwort",
    "respuesta automática",
    "fuera de la oficina",
    "odpowiedź automatyczna",
    "autoodpowiedź",
    "poza biurem",
    "réponse automatique",
    "risposta automatica",
];

/// What the mail says to a person, with the same text in lower case and its subject.
struct Said {
    text: String,
    lower: String,
    subject: String,
}

impl Said {
    fn by(mail: &Mail) -> Self {
        let text = mail.says();
        // Lower case letter by letter, so that a place in the one text is the same place in the other.
        let lower = text.chars().map(|c| if c.len_utf8() == 1 { c.to_ascii_lowercase() } else { c }).collect();
        Self { text, lower, subject: mail.first("subject").to_lowercase() }
    }

    fn has(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.lower.contains(word) || self.subject.contains(word))
    }

    /// What is said from a place on, before the returned mail.
    fn reasons(&self, from: usize) -> &str {
        let lower = self.lower.get(from..).unwrap_or_default();
        let until = RETURNED.iter().filter_map(|mark| lower.find(mark)).min().unwrap_or(lower.len());
        self.text.get(from..from + until).unwrap_or_default()
    }

    fn verdict(&self, from: usize, recipient: Option<&str>) -> Verdict {
        if self.has(DELAYED) && !self.has(GIVEN_UP) {
            return Verdict::Delayed;
        }
        let reasons = self.reasons(from);
        let recipient = recipient.map(ToOwned::to_owned).or_else(|| first_address(reasons));
        // The reason stands behind the address it is about; a greeting may stand before it.
        let about = recipient.as_deref().and_then(|address| reasons.find(address).map(|at| at + address.len()));
        let about = about.and_then(|at| reasons.get(at..)).filter(|rest| rest.split_whitespace().count() > 1);
        let reason = about.unwrap_or(reasons).trim_start_matches(|c: char| !c.is_alphanumeric());
        Verdict::Returned(vec![Failure::new(recipient, Status::find(reason), reason)])
    }
}

/// Mail in the form of a known program.
pub(super) fn known(mail: &Mail) -> Option<(Form, Verdict)> {
    let said = Said::by(mail);
    let failed = mail.first("x-failed-recipients");
    if !failed.is_empty() {
        let recipient = failed.split([',', ' ']).find(|address| address.contains('@'));
        let from = said.lower.find("failed:").unwrap_or(0);
        return Some((Form::Exim, said.verdict(from, recipient)));
    }
    let (from, form) =
        KNOWN.iter().find_map(|(mark, form)| said.lower.find(mark).map(|at| (at + mark.len(), *form)))?;
    Some((form, said.verdict(from, None)))
}

/// The answer of a person's program.
pub(super) fn answer(mail: &Mail) -> Option<(Form, Verdict)> {
    let header = |name| mail.first(name).to_ascii_lowercase();
    let subject = mail.first("subject").to_lowercase();
    let subject = subject.trim_start_matches("re: ");
    let answers = ANSWERS.iter().any(|words| subject.starts_with(words))
        || ["x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply"]
            .iter()
            .any(|name| !header(name).is_empty())
        || header("precedence") == "auto_reply"
        || header("auto-submitted").contains("vacation")
        || header("content-type").contains("disposition-notification")
        || (header("auto-submitted").starts_with("auto-replied") && !is_written_by_a_server(mail));
    answers.then_some((Form::None, Verdict::Answer))
}

/// Whatever else a mail server's own address sends that speaks of mail that did not arrive.
pub(super) fn any(mail: &Mail) -> Option<(Form, Verdict)> {
    let said = Said::by(mail);
    let is_from_a_server = mail.first("return-path") == "<>" || is_written_by_a_server(mail);
    if !is_from_a_server || !(said.has(FAILED) || said.has(DELAYED)) {
        return None;
    }
    Some((Form::Text, said.verdict(0, None)))
}

fn is_written_by_a_server(mail: &Mail) -> bool {
    let from = mail.first("from").to_lowercase();
    SERVERS.iter().any(|name| from.contains(name))
}

/// The first address within a text.
fn first_address(text: &str) -> Option<String> {
    let is_around = |c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c);
    let words = text.split(is_around).map(|word| word.trim_matches('.'));
    words.into_iter().find(|word| crate::model::EmailAddress::new(*word).is_ok()).map(ToOwned::to_owned)
}
