//! Reports: the standard forms, delivery status (RFC 3464) and feedback (RFC 5965), wherever in a mail they stand.

use super::fields::{Group, groups};
use super::mail::Mail;
use super::notice::{Failure, Form, Verdict};
use super::status::Status;

/// The names under which a delivery status travels; the last is what a gateway makes of it.
const STATUS_KINDS: [&str; 3] = ["message/delivery-status", "message/global-delivery-status", "text/delivery-status"];
/// A report stands in the mail itself, or in one that somebody forwarded.
const DEPTH: usize = 3;

fn parts<'a>(mail: &'a Mail, kinds: &'static [&'static str]) -> impl Iterator<Item = &'a str> {
    let mails = mail.nested().into_iter().take(DEPTH);
    mails.flat_map(|mail| mail.parts.iter()).filter(|part| kinds.contains(&part.kind.as_str())).map(|part| &*part.text)
}

/// A feedback report.
pub(super) fn complaint(mail: &Mail) -> Option<(Form, Verdict)> {
    let text = parts(mail, &["message/feedback-report"]).next()?;
    let groups = groups(text);
    let field = |name| groups.iter().find_map(|group| group.get(name));
    let kind = field("feedback-type").unwrap_or("abuse").to_ascii_lowercase();
    // Somebody took the mail out of the spam folder, or a server reports on its own checks (RFC 6591).
    if matches!(kind.as_str(), "not-spam" | "auth-failure" | "dmarc") {
        return Some((Form::Rfc5965, Verdict::Other));
    }
    let by = field("user-agent").unwrap_or("a mail provider");
    let told = format!("reported as {kind} ({by})");
    Some((Form::Rfc5965, Verdict::Complaint(super::notice::one_line(&told))))
}

/// What became of the mail for one recipient.
enum Fate {
    Failed(Failure),
    Delayed,
    Arrived,
}

/// A delivery status.
pub(super) fn status(mail: &Mail) -> Option<(Form, Verdict)> {
    let mut found = false;
    let mut failures = Vec::new();
    let mut delayed = false;
    for text in parts(mail, &STATUS_KINDS) {
        for fate in groups(text).iter().filter_map(|group| fate(group, mail)) {
            found = true;
            match fate {
                Fate::Failed(failure) => failures.push(failure),
                Fate::Delayed => delayed = true,
                Fate::Arrived => {}
            }
        }
    }
    let verdict = if !failures.is_empty() {
        Verdict::Returned(failures)
    } else if delayed {
        Verdict::Delayed
    } else {
        Verdict::Other
    };
    // A status without a recipient says nothing; the text beside it may.
    found.then_some((Form::Rfc3464, verdict))
}

/// None where the group is not about a recipient.
fn fate(group: &Group, mail: &Mail) -> Option<Fate> {
    let action = group.get("action").map(str::to_ascii_lowercase);
    let status = group.get("status").and_then(Status::parse);
    if action.is_none() && status.is_none() && group.get("final-recipient").is_none() {
        return None;
    }
    let word = action.as_deref().and_then(|action| action.split(|c: char| !c.is_ascii_alphabetic()).next());
    Some(match word {
        Some("delayed" | "delay") => Fate::Delayed,
        Some("delivered" | "relayed" | "expanded") => Fate::Arrived,
        Some("failed" | "failure" | "fail" | "error") => Fate::Failed(failure(group, status, mail)),
        // No action, or none that the standard knows: the code decides.
        _ => match status {
            Some(status) if status.is_success() => Fate::Arrived,
            Some(status) if status.is_transient() => Fate::Delayed,
            Some(_) => Fate::Failed(failure(group, status, mail)),
            None => return None,
        },
    })
}

fn failure(group: &Group, status: Option<Status>, mail: &Mail) -> Failure {
    let recipient = group.address("original-recipient").or_else(|| group.address("final-recipient"));
    let diagnostic = group.typed("diagnostic-code").map(str::to_owned).or_else(|| {
        // Where the report is silent, the text beside it may name the reason.
        let says = mail.says();
        says.lines().find(|line| Status::find(line).is_some()).map(str::to_owned)
    });
    let diagnostic = diagnostic.unwrap_or_default();
    // "5.0.0" is what a server says that did not look; what the other one said is better.
    let status = status.filter(|status| !status.is_vague() || status.is_transient());
    let status = status.or_else(|| Status::find(&diagnostic)).or_else(|| group.get("status").and_then(Status::parse));
    Failure::new(recipient, status, &diagnostic)
}
