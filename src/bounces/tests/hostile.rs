//! Mails that no server sends: they end in an answer, never in a panic.
//!
//! `DAYBREAK_TEST_CASES` says how many are generated (issue "Production": 100,000).

use proptest::prelude::*;

use super::*;
use crate::bounces::{Notice, Verdict};
use crate::testing::cases;

const NAMES: [&str; 12] = [
    "postfix-unknown-user",
    "gmail-status-in-the-text",
    "several-recipients",
    "smtputf8",
    "report-within-mixed",
    "forwarded-by-a-person",
    "qmail",
    "exim",
    "sendmail",
    "outlook-html",
    "out-of-office",
    "complaint",
];

/// What stands where it does not belong.
const PIECES: [&str; 24] = [
    "",
    "\n",
    "\n\n",
    "\r",
    "\r\n\r\n",
    "--=_r1--",
    "--=_r1\n",
    "Content-Type: message/rfc822\n\n",
    "Content-Type: multipart/report; boundary=\"=_r1\"\n\n",
    "Content-Type: multipart/digest; boundary=x\n\n--x\n\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Content-Type: text/plain; charset=utf-7\n\n",
    "Final-Recipient: rfc822;",
    "Action: failed\n",
    "Status: 5.999.999\n",
    "Diagnostic-Code: smtp; 550 +aaaqeayeaudaocajbifqydiob4@",
    "+żżżżżżżżżżżżżżżżżżżżżżżżżż@",
    "00010203-0405-0607-0809-0a0b0c0d0e0f@",
    "=?utf-8?q?=FF=FE?=",
    "daybreak-mixed-",
    "X-Failed-Recipients: \u{202e}\n",
    "Hi. This is the qmail-send program",
    "\u{0}\u{fdd0}\u{1F469}\u{200D}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(2_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mutilated_mail_never_makes_a_panic(
        name in proptest::sample::select(NAMES.to_vec()),
        cuts in proptest::collection::vec((0.0_f64..1.0, 0_usize..120, proptest::sample::select(PIECES.to_vec())), 0..8),
        bytes in proptest::collection::vec((0.0_f64..1.0, any::<u8>()), 0..8),
    ) {
        let mut mail = corpus(name, 0);
        for (place, length, piece) in cuts {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place within a small mail")]
            let at = (mail.len() as f64 * place) as usize;
            let end = (at + length).min(mail.len());
            mail.splice(at..end, piece.bytes());
        }
        for (place, byte) in bytes {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place within a small mail")]
            let at = (mail.len() as f64 * place) as usize;
            if let Some(there) = mail.get_mut(at) {
                *there = byte;
            }
        }
        check(&mail)?;
    }
}

// What the generator makes of nothing is known sooner than what it makes of a real mail.
proptest! {
    #![proptest_config(ProptestConfig { cases: cases(2_000) / 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_never_make_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes)?;
        check(&[b"Subject: x\n", &bytes[..]].concat())?;
    }

    #[test]
    fn a_heap_of_pieces_never_makes_a_panic(
        pieces in proptest::collection::vec(
            prop_oneof![proptest::sample::select(PIECES.to_vec()).prop_map(str::to_owned), "[ -~\n]{0,12}"], 0..24),
    ) {
        check(pieces.concat().as_bytes())?;
        check(format!("Subject: x\n{}", pieces.concat()).as_bytes())?;
    }
}

fn check(mail: &[u8]) -> Result<(), TestCaseError> {
    let Some(notice) = Notice::of(mail) else { return Ok(()) };
    prop_assert!(notice.claims.len() <= 8);
    if let Verdict::Returned(failures) = &notice.verdict {
        prop_assert!(!failures.is_empty());
        for failure in failures {
            prop_assert!(failure.diagnostic.chars().count() <= 500);
            prop_assert!(!failure.diagnostic.contains(['\n', '\r', '\0']));
        }
    }
    Ok(())
}

#[test]
fn a_mail_in_a_mail_in_a_mail_thousands_deep_breaks_nothing() {
    use base64::Engine;
    let nested = "Content-Type: message/rfc822\n\n".repeat(20_000);
    assert!(Notice::guarded(nested.as_bytes()).is_some());
    let digest = "Content-Type: multipart/digest; boundary=x\n\n--x\n\n".repeat(10_000);
    assert!(Notice::guarded(digest.as_bytes()).is_some());
    let encoded = base64::engine::general_purpose::STANDARD.encode(&nested);
    let hidden = format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{encoded}");
    assert!(Notice::guarded(hidden.as_bytes()).is_some());
    let mixed = "Content-Type: multipart/mixed; boundary=x\n\n--x\n".repeat(10_000);
    assert!(Notice::guarded(mixed.as_bytes()).is_some());
}
