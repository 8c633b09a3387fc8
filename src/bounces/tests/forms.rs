//! Each form of the corpus is read for what it is.

use super::*;
use crate::bounces::{Claim, Form, Notice, Verdict};
use crate::model::BounceKind::{self, Hard, Soft};

fn read(name: &str) -> Notice {
    let notice = Notice::of(&corpus(name, 0)).unwrap_or_else(|| panic!("{name} is a mail"));
    assert_eq!(Notice::guarded(&corpus(name, 0)).as_ref(), Some(&notice), "{name}: also on a thread of its own");
    let dos: Vec<u8> =
        corpus(name, 0).iter().flat_map(|byte| if *byte == b'\n' { vec![13, 10] } else { vec![*byte] }).collect();
    assert_eq!(Notice::of(&dos).as_ref(), Some(&notice), "{name}: whatever its line ends");
    notice
}

#[test]
fn mail_that_came_back_is_known_in_every_form() {
    let expected: &[(&str, Form, BounceKind, Option<&str>, &str)] = &[
        (
            "postfix-unknown-user",
            Form::Rfc3464,
            Hard,
            Some("5.1.1"),
            "550 5.1.1 <dana@customer.example.com>: Recipient address rejected: User unknown in virtual mailbox table",
        ),
        ("postfix-mailbox-full", Form::Rfc3464, Soft, Some("5.2.2"), "552 5.2.2"),
        ("expired-after-days", Form::Rfc3464, Soft, Some("4.4.1"), "Connection timed out"),
        ("gmail-status-in-the-text", Form::Rfc3464, Hard, Some("5.1.1"), "550-5.1.1 The email account"),
        ("exchange-online", Form::Rfc3464, Hard, Some("5.4.1"), "Access denied"),
        ("headers-only-by-return-path", Form::Rfc3464, Hard, Some("5.1.2"), "domain does not exist"),
        ("by-message-id-only", Form::Rfc3464, Hard, Some("5.1.1"), ""),
        ("by-envelope-id-only", Form::Rfc3464, Hard, Some("5.1.1"), ""),
        ("no-action-from-an-old-gateway", Form::Rfc3464, Hard, Some("5.1.1"), ""),
        ("smtputf8", Form::Rfc3464, Hard, Some("5.1.1"), "unbekannter Empfänger"),
        ("report-within-mixed", Form::Rfc3464, Hard, Some("5.2.1"), "account is disabled"),
        ("forwarded-by-a-person", Form::Rfc3464, Hard, Some("5.1.1"), "User unknown"),
        ("qmail", Form::Qmail, Hard, Some("5.1.1"), "no mailbox here by that name"),
        ("yahoo-old", Form::Qmail, Hard, None, "This user doesn't have a"),
        ("exim", Form::Exim, Hard, None, "550 Unknown user"),
        ("postfix-text-through-a-gateway", Form::Postfix, Soft, Some("5.2.2"), "Mailbox is full"),
        ("sendmail", Form::Sendmail, Soft, Some("5.7.1"), "reason: 550 5.7.1 Access denied"),
        ("exchange-old", Form::Exchange, Hard, Some("5.1.1"), "The e-mail account does not exist"),
        ("outlook-html", Form::Exchange, Soft, Some("5.2.2"), "mailbox is full"),
        ("text-of-a-provider", Form::Text, Hard, None, "was not delivered: no such user here"),
        ("polish-provider", Form::Text, Hard, None, "skrzynka nie istnieje"),
    ];
    for (name, form, kind, status, said) in expected {
        let notice = read(name);
        assert_eq!(notice.form, *form, "{name}: {notice:?}");
        let Verdict::Returned(failures) = &notice.verdict else { panic!("{name}: {notice:?}") };
        let [failure] = failures.as_slice() else { panic!("{name}: {failures:?}") };
        assert_eq!(failure.kind, *kind, "{name}: {failure:?}");
        assert_eq!(failure.status.map(|status| status.to_string()).as_deref(), *status, "{name}: {failure:?}");
        assert!(failure.diagnostic.contains(said), "{name}: {failure:?}");
        assert!(failure.recipient.as_ref().is_some_and(|recipient| recipient.contains('@')), "{name}: {failure:?}");
        assert!(!failure.diagnostic.contains("the night of the harbor"), "{name}: the returned mail says nothing");
        assert_eq!(notice.claims.first().map(Claim::delivery), Some(id(0)), "{name}: {:?}", notice.claims);
    }
}

#[test]
fn of_several_recipients_each_is_named() {
    let Verdict::Returned(failures) = read("several-recipients").verdict else { panic!() };
    let named: Vec<_> = failures.iter().map(|failure| (failure.recipient.as_deref().unwrap(), failure.kind)).collect();
    assert_eq!(named, [("old-colleague@customer.example.com", Hard), ("DANA@customer.example.com", Soft)]);
}

#[test]
fn what_did_not_come_back_is_not_taken_for_it() {
    for (name, verdict) in [
        ("delayed", Verdict::Delayed),
        ("exim-delay", Verdict::Delayed),
        ("delivered-receipt", Verdict::Other),
        ("out-of-office", Verdict::Answer),
        ("vacation", Verdict::Answer),
        ("read-receipt", Verdict::Answer),
        ("answer-of-a-person", Verdict::Other),
        ("complaint-taken-back", Verdict::Other),
    ] {
        assert_eq!(read(name).verdict, verdict, "{name}");
    }
}

#[test]
fn a_complaint_is_known_and_says_who_passed_it_on() {
    let notice = read("complaint");
    assert_eq!(notice.form, Form::Rfc5965);
    assert_eq!(notice.verdict, Verdict::Complaint("reported as abuse (ExampleFeedback/1.0)".into()));
    assert_eq!(notice.claims.first(), Some(&token(0)));
}

#[test]
fn the_surest_claim_comes_first() {
    assert_eq!(read("postfix-unknown-user").claims, [token(0)]);
    let own = format!("{}@daybreak.example", id(0));
    assert_eq!(read("gmail-status-in-the-text").claims, [Claim::MessageId(id(0), own.clone())]);
    assert_eq!(read("text-of-a-provider").claims, [Claim::MessageId(id(0), own)]);
    assert_eq!(read("by-envelope-id-only").claims, [token(0)]);
}

#[test]
fn what_is_no_mail_is_told_apart() {
    for bytes in [&b""[..], b"\n", b"\0\0\0", &[0xff; 4_000]] {
        assert_eq!(Notice::of(bytes), None, "{bytes:?}");
    }
}
