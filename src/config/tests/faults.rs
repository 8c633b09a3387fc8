//! Every fault in one pass, with its place and the way out.

use proptest::prelude::*;

use super::{FULL, parse, secrets};
use crate::config::{ConfigFaults, DATABASE_URL, DKIM_ED25519_KEY, Database, Environment, LINK_KEY};

fn faults(text: &str, environment: &Environment) -> Vec<String> {
    let faults = parse(text, environment).unwrap_err().to_string().replace("/etc/daybreak/", "");
    faults.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn every_fault_is_found_in_one_pass() {
    let text = r#"
[databse]
[database]
max_connections = 0
[mail]
transport = "smtp://nights:hunter2@mail.example.com"
password = "hunter2"
max_attachment = 7
[portal]
listen = "8080"
public_url = "nights.example.com"
[brand]
color = "blue"
[links]
presigned_for = "1h"
[retention]
clips = "7d"
copy_clips_from = ["file:///etc/passwd", "s3:reports/"]
[[retention.branch]]
clips = "8d"
[[retention.branch]]
branch = "north"
[[retention.branch]]
branch = "north"
[[job]]
name = "morning"
kind = "nightreport"
shedule = "30 6 * * *"
timezone = "America/Chicgo"
locations = []
catch_up = { policy = "newest", max_age = "36" }
[[job]]
name = "noon"
kind = "night-report"
schedule = "żółw 12 * * *"
skip_quiet = "no"
[[job]]
name = "noon"
kind = "night-report"
schedule = "0 0 30 2 *"
[[job]]
name = "noon"
kind = "night-report"
schedule = "0 12 * * *"
[[job]]
name = "noon"
kind = "night-report"
schedule = "0 13 * * *"
"#;
    let found = faults(text, &Environment::of([(LINK_KEY, "short")]));
    insta::assert_snapshot!(found.join("\n"));
    assert!(!found.concat().contains("hunter2"), "a fault repeats a secret");
}

#[test]
fn what_belongs_to_another_choice_is_a_fault_and_so_is_a_missing_secret() {
    let text = "[archive]\nkind = \"s3\"\npath = \"x\"\n[mail]\ntransport = \"smtp://a@mail.example.com\"\noutbox = \"y\"\n\
                [database]\nurl = \"postgres://a:b@db.example.com/x\"\npath = \"z\"\n";
    insta::assert_snapshot!(faults(text, &Environment::default()).join("\n"));
}

#[test]
fn wrong_limits_and_half_a_signature_are_faults() {
    let text = r#"
[mail]
bounce_address = "a-bounce-address-that-leaves-no-room-for-a-token@example.com"
ca_file = "ca.pem"
max_connections = 0
max_per_domain = 2000
rate = "fast"
domains = [{ name = "a.example", rate = "0/s" }, { name = "A.example", max_connections = 0 }, { rate = "1/s" }]
dkim = { key_file = "dkim.pem", ed25519_selector = "no dots" }
"#;
    insta::assert_snapshot!(faults(text, &Environment::of([(DKIM_ED25519_KEY, "x")])).join("\n"));
    let text =
        "[mail]\ndkim = { selector = \"a\", key = \"MII\", ed25519_selector = \"b\", ed25519_key_file = \"x\" }\n";
    insta::assert_snapshot!(faults(text, &Environment::of([(DKIM_ED25519_KEY, "x")])).join("\n"));
}

#[test]
fn broken_syntax_is_reported_in_each_place_without_what_follows_from_it() {
    let found = faults("[mail]\nfrom = nights@example.com\n[portal]\nlisten = \n[brand]\nnam = \"x\"\n", &secrets());
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn the_environment_names_the_database_and_hides_it() {
    let secret = Environment::of([(DATABASE_URL, "postgres://a:hunter2@db.example.com/x")]);
    let config = parse("[database]\npath = \"here.db\"\nmax_connections = 3\n", &secret).unwrap();
    let url = "postgres://a:hunter2@db.example.com/x".to_owned();
    assert_eq!(config.database, Database::Postgres { url, max_connections: 3 });
    let wrong = faults("", &Environment::of([(DATABASE_URL, "mysql://a:hunter2@db.example.com/x")]));
    assert_eq!(
        wrong,
        ["environment: DAYBREAK_DATABASE_URL: must be postgres://user@host/database; for SQLite set `path` instead"]
    );
}

#[test]
fn a_transport_that_is_none_or_gives_a_password_away_is_a_fault() {
    for transport in
        ["smtps://mail.example.com?tls=none", "smtp://a@mail.example.com?tls=none", "smtp:///x", "sendmail"]
    {
        let text = format!(
            "[portal]\npublic_url = \"https://x.example\"\n[mail]\ntransport = \"{transport}\"\nfrom = \"a@example.com\"\n"
        );
        assert_eq!(faults(&text, &secrets()).len(), 1, "{transport}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// However a file is mangled, faults come with a place in it, and nothing panics.
    #[test]
    fn a_mangled_file_never_panics(
        cuts in proptest::collection::vec((0.0_f64..1.0, 0_usize..6, "[\\[\\]{}=\"'#,.a-z0-9\n\u{0}é🌙 -]{0,6}"), 1..6),
    ) {
        let mut text: Vec<char> = FULL.chars().collect();
        for (place, length, insertion) in cuts {
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss,
                reason = "a place in a short text")]
            let at = (place * text.len() as f64) as usize;
            let end = (at + length).min(text.len());
            text.splice(at..end, insertion.chars());
        }
        let text: String = text.into_iter().collect();
        if let Err(ConfigFaults(found)) = parse(&text, &secrets()) {
            prop_assert!(!found.is_empty());
            let lines = text.lines().count() + 1;
            for fault in found {
                prop_assert!(fault.line >= 1 && fault.line <= lines && fault.column >= 1, "{}", fault);
            }
        }
    }
}
