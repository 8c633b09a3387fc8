//! What a file says, and what holds without one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{FULL, JOBS_TOML, parse, secrets};
use crate::config::*;

#[test]
fn an_empty_file_is_the_embedded_default() {
    let config = parse("", &Environment::default()).unwrap();
    assert_eq!(config.database, Database::Sqlite { path: "/etc/daybreak/daybreak-data/daybreak.db".into() });
    assert_eq!(config.archive, Archive::Embedded { path: "/etc/daybreak/daybreak-data/archive".into() });
    assert_eq!(config.mail.transport, Transport::Outbox { path: "/etc/daybreak/daybreak-data/outbox".into() });
    assert_eq!(config.mail.from.as_str(), "reports@daybreak.example");
    assert_eq!(config.mail.domain, "daybreak.example");
    assert_eq!(config.portal.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.portal.public_url.as_str(), "http://localhost:8080/");
    assert_eq!(config.brand, Brand::default());
    assert_eq!(config.links.presigned_for, Duration::from_mins(15));
    assert_eq!(config.retention, Retention::default());
    assert_eq!(config.bounces, Bounces::default());
    assert!(config.jobs.is_empty());
}

#[test]
fn without_a_file_the_built_in_one_sends_each_morning() {
    let config = Config::parse(JOBS_TOML, None, Path::new(""), &Environment::default()).unwrap();
    assert_eq!(config.file, None);
    assert_eq!(config.database, Database::Sqlite { path: PathBuf::from("daybreak-data/daybreak.db") });
    let [job] = config.jobs.as_slice() else { panic!("{:?}", config.jobs) };
    assert_eq!((job.name.as_str(), job.schedule.as_str()), ("morning", "30 6 * * *"));
    assert_eq!((job.timezone, job.wait_for_data), (JobZone::Location, Duration::from_mins(45)));
    assert_eq!(job.catch_up, CatchUp { policy: CatchUpPolicy::Latest, max_age: Duration::from_hours(36) });
    assert!(job.attach_pdf && !job.skip_quiet);
    assert_eq!(job.selector, Selector::default());
}

#[test]
fn a_missing_file_is_a_fault_where_it_was_named() {
    let faults = Config::load(Some(Path::new("/nowhere/jobs.toml")), &Environment::default()).unwrap_err();
    assert!(faults.to_string().starts_with("/nowhere/jobs.toml: cannot be read: "), "{faults}");
}

#[test]
fn a_full_file_says_what_it_says() {
    let config = parse(FULL, &secrets()).unwrap();
    let url = "postgres://daybreak@db.example.com/daybreak".to_owned();
    assert_eq!(config.database, Database::Postgres { url, max_connections: 25 });
    let Archive::S3 { endpoint, path_style, secret_access_key, .. } = &config.archive else { panic!() };
    assert_eq!((endpoint.as_deref(), *path_style), (Some("https://s3.example.com"), true));
    assert_eq!(secret_access_key, "s3cr3t");
    let transport = Transport::Smtp {
        url: "smtp://mail.example.com:587".to_owned(),
        username: Some("nights@example.com".to_owned()),
        password: Some("hunter2".to_owned()),
        ca_file: Some("/etc/daybreak/ca.pem".into()),
    };
    assert_eq!(config.mail.transport, transport);
    let pace = &config.mail.pace;
    assert_eq!((pace.max_connections, pace.max_per_domain), (40, 5));
    assert_eq!(pace.rate, Some(Rate { mails: 600, per: Duration::from_mins(1) }));
    let [first, second] = pace.domains.as_slice() else { panic!("{pace:?}") };
    assert_eq!((first.name.as_str(), first.max_connections, first.rate), ("slow.example", Some(2), None));
    assert_eq!(second.rate, Some(Rate { mails: 30, per: Duration::from_hours(1) }));
    let bounces = config.mail.bounce_address.as_ref().map(crate::model::EmailAddress::as_str);
    assert_eq!(bounces, Some("bounce@example.com"));
    let dkim = config.mail.dkim.as_ref().unwrap();
    assert_eq!(dkim.domain, "example.com");
    let [rsa, second] = dkim.keys.as_slice() else { panic!("{dkim:?}") };
    assert_eq!((rsa.algorithm, rsa.selector.as_str()), (DkimAlgorithm::Rsa, "day"));
    assert_eq!(rsa.source, KeySource::File("/etc/daybreak/keys/dkim.pem".into()));
    assert_eq!((second.algorithm, second.selector.as_str()), (DkimAlgorithm::Ed25519, "break"));
    assert_eq!(format!("{second:?}").matches("PEM").count(), 0, "a key is never shown");
    assert_eq!((config.mail.domain.as_str(), config.mail.max_attachment), ("mail.example.com", 10_000_000));
    assert_eq!(config.portal.public_url.join("c/token").unwrap().as_str(), "https://example.com/nights/c/token");
    assert_eq!((config.brand.name.as_str(), config.brand.color.as_str()), ("Example", "#aabbcc"));
    assert_eq!(config.templates, Some("/etc/daybreak/ours".into()));
    assert_eq!(config.links.valid_for, Duration::from_hours(60 * 24));
    let kept = Kept {
        events_days: Some(400),
        clips_days: Some(60),
        artifacts_days: Some(364),
        sent_days: Some(90),
        access_days: Some(30),
    };
    let retention = &config.retention;
    assert_eq!((retention.of(&"east".parse().unwrap()), retention.case_open_days), (kept, 365));
    let north = Kept { events_days: None, clips_days: Some(90), ..kept };
    assert_eq!(retention.of(&"north".parse().unwrap()), north);
    assert_eq!(retention.audit_days, Some(730));
    assert_eq!(config.alerts.feedback.as_ref().map(crate::model::EmailAddress::as_str), Some("desk@example.com"));
    assert_eq!((retention.copy_from.len(), retention.copy_limit), (3, 1_000_000_000));
    let bounces = Bounces {
        maildir: Some("/etc/daybreak/bounces".into()),
        mbox: Some("/var/mail/bounces".into()),
        soft_limit: 3,
        soft_within: Duration::from_hours(24 * 14),
        key: None,
    };
    assert_eq!(config.bounces, bounces);
    let job = &config.jobs[0];
    assert_eq!(job.timezone, JobZone::Fixed(chrono_tz::Europe::Warsaw));
    assert_eq!((job.selector.locations.len(), job.selector.branches.len()), (1, 2));
    assert_eq!(job.catch_up, CatchUp { policy: CatchUpPolicy::All, max_age: Duration::from_hours(7 * 24) });
    assert!(job.skip_quiet && !job.attach_pdf && job.wait_for_data.is_zero());
}

#[test]
fn nothing_shows_a_secret() {
    let shown = format!("{:?}", parse(FULL, &secrets()).unwrap());
    for secret in ["s3cr3t", "hunter2", "0123456789abcdef", "db.example.com"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_mail_server_on_this_machine_needs_no_public_address_and_no_tls() {
    let text = "[mail]\ntransport = \"smtp://127.0.0.1:2525?tls=none\"\nfrom = \"a@example.com\"\n";
    let config = parse(text, &secrets()).unwrap();
    let Transport::Smtp { url, username, password, .. } = &config.mail.transport else { panic!() };
    assert_eq!(url, "smtp://127.0.0.1:2525?tls=none");
    assert_eq!((username, password), (&None, &None), "a password without a user is nobody's");
}
