//! The story of the samples: from feed to outbox, and what each mail is like.

use std::collections::{BTreeMap, BTreeSet};

use daybreak::db::deliveries::DeliveryFilter;
use daybreak::db::reports::ReportFilter;
use daybreak::model::{LinkTarget, ReportState};
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use crate::support::{Stage, root};

/// After the samples' last night has ended everywhere.
const MORNING: &str = "2026-03-18T16:00:00Z";

async fn stage() -> Stage {
    let stage = Stage::new(MORNING, "").await;
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
    stage
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_contact_gets_one_mail_and_a_second_run_sends_nothing() {
    let stage = stage().await;
    let (run, progress) = stage.run(None).await;
    let sites = stage.app.pipeline.db.locations().await.unwrap().len();
    assert_eq!((progress.reports, progress.failed, progress.unsent), (i64::try_from(sites).unwrap(), 0, 0));
    let outbox = stage.outbox();
    assert_eq!(progress.sent, i64::try_from(outbox.len()).unwrap());
    // Counted plainly over the feed: contacts with `notify` × the sites they stand for.
    assert_eq!(outbox.len(), wanted_mails());
    let ids: BTreeSet<String> = outbox.iter().map(|(_, mail)| parse(mail).message_id().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), outbox.len(), "each Message-ID once");

    stage.at("2026-03-18T16:05:00Z");
    let (again, nothing) = stage.run(None).await;
    assert_ne!(run, again);
    assert_eq!((nothing.reports, nothing.sent), (0, 0));
    assert_eq!(stage.outbox(), outbox, "byte for byte");
    stage.app.close().await;
}

fn records() -> Vec<serde_json::Value> {
    let mut files: Vec<_> =
        std::fs::read_dir(root().join("samples")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "ndjson"));
    let lines = |path: &std::path::PathBuf| -> Vec<serde_json::Value> {
        std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    files.iter().flat_map(lines).collect()
}

fn wanted_mails() -> usize {
    let records = records();
    let branch_of: BTreeMap<&str, &str> = records
        .iter()
        .filter(|record| record["kind"] == "location")
        .map(|record| (record["ref"].as_str().unwrap(), record["branch"].as_str().unwrap()))
        .collect();
    let names = |record: &serde_json::Value, field: &str| -> BTreeSet<String> {
        let list = record[field].as_array().cloned().unwrap_or_default();
        list.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    records
        .iter()
        .filter(|record| record["kind"] == "contact" && record["notify"] == true)
        .map(|contact| {
            let (sites, branches) = (names(contact, "locations"), names(contact, "branches"));
            branch_of.iter().filter(|(site, branch)| sites.contains(**site) || branches.contains(**branch)).count()
        })
        .sum()
}

fn parse(mail: &[u8]) -> Message<'_> {
    MessageParser::default().parse(mail).expect("an independent parser reads the mail")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_mail_keeps_the_rules_of_mail() {
    let stage = stage().await;
    stage.run(None).await;
    for (name, bytes) in stage.outbox() {
        let mail = parse(&bytes);
        let raw = String::from_utf8(bytes.clone()).unwrap_or_else(|_| panic!("{name}: seven bits only"));
        for line in raw.split("\r\n") {
            assert!(!line.contains('\n') && line.len() <= 998, "{name}: {line}");
        }
        assert!(
            raw.split("\r\n").filter(|line| line.len() > 78).all(|line| line.starts_with("List-Unsubscribe")),
            "{name}"
        );
        assert_eq!(raw.matches("\r\nTo: ").count(), 1, "{name}");
        for header in [
            "List-Id",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "Auto-Submitted",
            "Feedback-ID",
            "Date",
            "Content-Language",
        ] {
            assert!(mail.header_raw(header).is_some(), "{name}: {header}");
        }
        // multipart/mixed(alternative(text, related(html, images)), pdf)
        assert!(matches!(mail.parts[0].body, PartType::Multipart(_)), "{name}");
        assert_eq!(mail.parts[0].content_type().unwrap().subtype(), Some("mixed"), "{name}");
        let html = mail.body_html(0).unwrap();
        let text = mail.body_text(0).unwrap();
        assert!(html.len() <= 90 * 1024, "{name}: {} bytes of HTML", html.len());
        assert!(text.len() > 300 && html.contains("<html") && html.contains("lang="), "{name}");
        assert!(!html.contains("<script") && !html.contains("data:image") && !html.contains("<svg"), "{name}");
        assert!(!html.contains('\u{FDD0}') && !text.contains('\u{FDD0}'), "{name}: every slot is filled");
        for cid in html.split("cid:").skip(1).map(|rest| rest.split(['"', '\'', ')']).next().unwrap()) {
            assert!(mail.parts.iter().any(|part| part.content_id() == Some(cid)), "{name}: {cid}");
        }
    }
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_link_of_every_mail_leads_somewhere() {
    let stage = stage().await;
    stage.run(None).await;
    let base = stage.app.config.portal.public_url.to_string();
    let mut kinds = BTreeSet::new();
    for (name, bytes) in stage.outbox() {
        let mail = parse(&bytes);
        for part in [mail.body_html(0).unwrap(), mail.body_text(0).unwrap()] {
            for rest in part.split(base.as_str()).skip(1) {
                let path: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_/".contains(*c)).collect();
                let (prefix, token) = path.split_once('/').unwrap_or_else(|| panic!("{name}: {path}"));
                let access = daybreak::access::resolve(&stage.app.pipeline.db, token, stage.now()).await;
                let access = access.unwrap_or_else(|refused| panic!("{name}: {path}: {refused:?}"));
                assert_eq!(access.target.path_prefix(), prefix, "{name}");
                kinds.insert(access.target.kind());
            }
        }
    }
    let all = ["clip", "incident", "pdf", "report", "unsubscribe"];
    assert!(kinds.is_subset(&all.into()) && kinds.len() >= 4, "{kinds:?}");
    assert_eq!(LinkTarget::Report.path_prefix(), "r");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incomplete_night_says_so_and_a_quiet_one_too() {
    let stage = stage().await;
    stage.run(None).await;
    let reports = stage.app.pipeline.db.reports(&ReportFilter { limit: 100, ..ReportFilter::default() }).await.unwrap();
    assert!(reports.iter().all(|row| row.state == ReportState::Built));
    let incomplete: Vec<_> = reports.iter().filter(|row| row.missing > 0).map(|row| row.location.as_str()).collect();
    assert_eq!(incomplete, ["wharf-road-depot"]);
    let quiet: Vec<_> =
        reports.iter().filter(|row| row.interactions + row.incidents == 0).map(|row| row.location.as_str()).collect();
    assert_eq!(quiet, ["depot-altona"]);
    assert!(reports.iter().any(|row| row.interactions == 120), "the busy site");
    for row in &reports {
        let report = stage.app.pipeline.frozen(row).await.unwrap();
        assert_eq!(report.missing.is_empty(), row.missing == 0);
        for artifact in stage.app.pipeline.db.artifacts(row.id).await.unwrap() {
            stage
                .app
                .pipeline
                .artifact_bytes(row, &artifact)
                .await
                .unwrap_or_else(|error| panic!("{}: {error}", artifact.name));
        }
    }
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pdfs_pass_qpdf_and_say_what_was_taken() {
    let stage = stage().await;
    stage.run(None).await;
    let mut pdfs = 0;
    for (name, bytes) in stage.outbox() {
        for part in parse(&bytes)
            .attachments()
            .filter(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("pdf")))
        {
            let path = stage.folder.path().join("one.pdf");
            std::fs::write(&path, part.contents()).unwrap();
            let checked = std::process::Command::new("qpdf")
                .arg("--check")
                .arg(&path)
                .output()
                .expect("qpdf is installed by tests/run");
            assert!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stdout));
            let text = std::process::Command::new("pdftotext")
                .arg("-layout")
                .arg(&path)
                .arg("-")
                .output()
                .expect("pdftotext is installed by tests/run");
            assert!(text.stdout.len() > 500, "{name}");
            pdfs += 1;
        }
    }
    assert!(pdfs >= 3, "{pdfs}");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_exact_bytes_of_a_mail_can_be_shown_after_the_data_changed() {
    let stage = stage().await;
    stage.run(None).await;
    let db = &stage.app.pipeline.db;
    let before: BTreeMap<String, Vec<u8>> = stage.outbox().into_iter().collect();
    let mut changed: Vec<serde_json::Value> =
        records().into_iter().filter(|record| record["kind"] == "interaction").collect();
    for record in &mut changed {
        record["notes"] = "rewritten by somebody".into();
        record.as_object_mut().unwrap().remove("clip");
    }
    stage.import_lines(&changed).await;
    for row in db.deliveries(&DeliveryFilter { limit: 1_000, ..DeliveryFilter::default() }).await.unwrap() {
        let (name, bytes) = stage.app.pipeline.message(&row.delivery).await.unwrap();
        assert_eq!(before.get(&name), Some(&bytes), "{name}");
        assert_eq!(row.delivery.size, i64::try_from(bytes.len()).unwrap());
    }
    stage.app.close().await;
}
