//! Signatures, held against the RFC's own example, against an independent verifier, and against meddling.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::*;
use crate::config::{DkimAlgorithm, DkimKey, KeySource};

const MESSAGE: &[u8] = b"From: Joe SixPack <joe@football.example.com>\r\n\
To: Suzie Q <suzie@shopping.example.net>\r\n\
Subject: Is dinner ready?\r\n\
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\
\r\n\
Hi.\r\n\
\r\n\
We lost the game.  Are you hungry yet?\r\n\
\r\n\
Joe.\r\n";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/keys").join(name)
}

fn key(algorithm: DkimAlgorithm, selector: &str, name: &str) -> DkimKey {
    DkimKey { algorithm, selector: selector.into(), source: KeySource::File(file(name)) }
}

fn both() -> Signer {
    let keys =
        vec![key(DkimAlgorithm::Rsa, "day", "dkim-rsa.pem"), key(DkimAlgorithm::Ed25519, "break", "dkim-ed25519.pem")];
    Signer::load(Some(&Dkim { domain: "football.example.com".into(), keys })).unwrap()
}

fn at() -> DateTime<Utc> {
    "2026-03-29T04:30:00Z".parse().unwrap()
}

fn sign(message: &[u8]) -> String {
    String::from_utf8(both().sign(message.to_vec(), at()).unwrap()).unwrap()
}

#[test]
fn the_example_of_rfc_8463_comes_out_to_the_byte() {
    // Appendix A: its key (that of RFC 8032 section 7.1, test 1), its message and its signature's header.
    let pem = "-----BEGIN PRIVATE KEY-----\n\
               MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
               -----END PRIVATE KEY-----\n";
    let source = KeySource::Environment { variable: "KEY", pem: pem.into() };
    let key = DkimKey { algorithm: DkimAlgorithm::Ed25519, selector: "brisbane".into(), source };
    let key = Key::load(&key).unwrap();
    let published = key.published("football.example.com").unwrap();
    assert_eq!(published.name, "brisbane._domainkey.football.example.com");
    assert_eq!(published.value, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");

    let (headers, body) = canonical::split(MESSAGE);
    let body_hash = STANDARD.encode(Sha256::digest(canonical::body(body)));
    assert_eq!(body_hash, "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
    let field = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; \
                 i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date : \
                 message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=";
    let names = ["from", "to", "subject", "date", "message-id", "from", "subject", "date"];
    let mut hashed = Headers::parse(headers).canonical(&names);
    hashed.extend_from_slice(&canonical::header(field));
    assert_eq!(
        STANDARD.encode(key.sign(&hashed).unwrap()),
        "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
    );
}

#[test]
fn the_same_message_has_the_same_signatures_rsa_first() {
    let signed = sign(MESSAGE);
    assert_eq!(signed, sign(MESSAGE));
    assert!(signed.ends_with(std::str::from_utf8(MESSAGE).unwrap()), "what is signed stays as it is");
    let head = &signed[..signed.len() - MESSAGE.len()];
    insta::assert_snapshot!(head.replace("\r\n", "\n"));
    assert!(head.split("\r\n").all(|line| line.len() <= 78), "{head}");
    assert!(!head.contains(" l="), "the whole body is signed");
}

/// Asks dkimpy (an independent implementation) whether each signature of a message holds: `None` where it is not there.
#[expect(clippy::print_stdout, reason = "what is skipped is said so")]
fn verified(message: &str) -> Option<Vec<bool>> {
    const SCRIPT: &str = r"
import json, sys
try:
    import dkim, nacl.signing
except ImportError as error:
    print(error); sys.exit(77)
records = json.loads(sys.argv[1])
lookup = lambda name, timeout=5: records.get(name.decode().rstrip('.')).encode()
message = sys.stdin.buffer.read()
def holds(n):
    try:
        return dkim.DKIM(message).verify(idx=n, dnsfunc=lookup)
    except dkim.ValidationError:
        return False
print(json.dumps([holds(n) for n in range(2)]))
";
    let records = both().published().unwrap();
    let records: serde_json::Map<String, serde_json::Value> =
        records.into_iter().map(|record| (record.name, record.value.into())).collect();
    #[expect(clippy::disallowed_methods, reason = "tests take no configuration")]
    let python = std::env::var("DAYBREAK_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
    let started = Command::new(&python)
        .args(["-c", SCRIPT, &serde_json::to_string(&records).unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut asked) = started else {
        println!("skipped: there is no {python}");
        return None;
    };
    // It may have ended already, for want of dkimpy.
    let _ = asked.stdin.take().unwrap().write_all(message.as_bytes());
    let told = asked.wait_with_output().unwrap();
    let says = String::from_utf8(told.stdout).unwrap();
    if told.status.code() == Some(77) {
        println!("skipped: {}; pip install dkimpy pynacl", says.trim());
        return None;
    }
    Some(serde_json::from_str(&says).unwrap())
}

#[test]
fn an_independent_verifier_believes_both_and_no_meddling() {
    let signed = sign(MESSAGE);
    let Some(believed) = verified(&signed) else { return };
    assert_eq!(believed, [true, true]);
    // What servers do to a message on its way does not matter.
    let respaced = signed
        .replace("Subject: Is dinner ready?", "SUBJECT:\tIs  dinner\r\n ready? ")
        .replace("Joe.\r\n", "Joe.\r\n\r\n");
    assert_eq!(verified(&respaced).unwrap(), [true, true]);
    for (what, meddled) in [
        ("text", signed.replace("We lost", "We won")),
        ("subject", signed.replace("Is dinner", "Was dinner")),
        ("another sender", signed.replace("To: Suzie", "From: thief@example.com\r\nTo: Suzie")),
        ("a copy to somebody", signed.replace("To: Suzie", "Cc: thief@example.com\r\nTo: Suzie")),
        ("another list", signed.replace("To: Suzie", "List-Unsubscribe: <https://thief.example>\r\nTo: Suzie")),
        ("an addition", format!("{signed}PS: send money\r\n")),
    ] {
        assert_eq!(verified(&meddled).unwrap(), [false, false], "{what}");
    }
}

#[test]
fn without_keys_a_message_stays_as_it_is() {
    assert_eq!(Signer::load(None).unwrap().sign(MESSAGE.to_vec(), at()).unwrap(), MESSAGE);
}

#[test]
fn a_key_that_is_none_is_said_so_and_never_shown() {
    let load = |algorithm, source| Key::load(&DkimKey { algorithm, selector: "day".into(), source });
    let told = |error: DkimError| {
        let source = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
        format!("{error}{source}").replace(&file("").display().to_string(), "")
    };
    let wrong = [
        (DkimAlgorithm::Rsa, KeySource::File(file("none.pem"))),
        (DkimAlgorithm::Rsa, KeySource::File(file("README.md"))),
        (DkimAlgorithm::Rsa, KeySource::File(file("dkim-ed25519.pem"))),
        (DkimAlgorithm::Ed25519, KeySource::File(file("dkim-rsa-next.pem"))),
        (DkimAlgorithm::Rsa, KeySource::Environment { variable: "DAYBREAK_DKIM_KEY", pem: "hunter2".into() }),
    ];
    let said: Vec<String> =
        wrong.into_iter().map(|(algorithm, source)| told(load(algorithm, source).unwrap_err())).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_doubtful() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dkim.pem");
    std::fs::copy(file("dkim-rsa.pem"), &path).unwrap();
    let doubt = |mode| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let source = KeySource::File(path.clone());
        let key = Key::load(&DkimKey { algorithm: DkimAlgorithm::Rsa, selector: "day".into(), source }).unwrap();
        key.published("example.com").unwrap().doubt
    };
    assert_eq!((doubt(0o600), doubt(0o640)), (None, None));
    assert!(doubt(0o644).unwrap().contains("chmod 600"));
}
