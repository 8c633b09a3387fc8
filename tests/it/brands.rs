//! Brands: a branch's own name, sender, colours and logo, from the command line to the inbox, the PDF and the correction.

use std::path::Path;
use std::process::Command;

use mail_parser::{MessageParser, MimeHeaders, PartType};

use crate::support::{Stage, root};

const SITE: &str = "lakeside-market";
const NIGHT: &str = "2026-03-17";

/// The samples' branch of that site.
const BRANCH: &str = "lakeshore";

fn daybreak(folder: &Path, code: i32, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_daybreak"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DAYBREAK_DATABASE_URL")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}\n{err}");
    format!("{out}{err}")
}

/// A mail of the outbox, as programs read it: From, Reply-To, HTML, and its inline PNGs.
struct Seen {
    from: (String, String),
    reply_to: Option<String>,
    html: String,
    text: String,
    pngs: Vec<Vec<u8>>,
    pdf: Option<Vec<u8>>,
}

fn read(bytes: &[u8]) -> Seen {
    let mail = MessageParser::default().parse(bytes).unwrap();
    let from = mail.from().unwrap().first().unwrap();
    let of = |kind: &str| {
        mail.parts
            .iter()
            .filter(|part| part.content_type().is_some_and(|found| found.subtype() == Some(kind)))
            .filter_map(|part| match &part.body {
                PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Some(bytes.to_vec()),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    Seen {
        from: (from.name().unwrap_or_default().to_owned(), from.address().unwrap_or_default().to_owned()),
        reply_to: mail.reply_to().and_then(|to| to.first()?.address().map(str::to_owned)),
        html: mail.body_html(0).unwrap().into_owned(),
        text: mail.body_text(0).unwrap().into_owned(),
        pngs: of("png"),
        pdf: of("pdf").pop(),
    }
}

/// The text of a PDF.
fn pdf_text(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let output = Command::new("pdftotext").arg(file.path()).arg("-").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn mails_of(stage: &Stage, part: &str) -> Vec<Seen> {
    stage.outbox().iter().filter(|(name, _)| name.contains(part)).map(|(_, bytes)| read(bytes)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_branchs_mails_are_its_own_and_a_correction_carries_what_holds_then() {
    let stage = Stage::new("2026-03-18T16:00:00Z", "").await;
    let folder = stage.folder.path().to_path_buf();
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
    let logo = folder.join("logo.png");
    let drawn = image::RgbImage::from_fn(900, 300, |x, y| image::Rgb([138, 21, u8::try_from((x + y) % 90).unwrap()]));
    drawn.save(&logo).unwrap();
    let logo = logo.to_str().unwrap();

    let refused = daybreak(&folder, 1, &["brands", "set", BRANCH, "--color", "#ffee00", "--sender", "a@b"]);
    assert!(refused.contains("--color: #ffee00 has a contrast of 1.2 : 1"), "{refused}");
    assert!(refused.contains("--sender: must be a name without an @"), "{refused}");
    daybreak(&folder, 1, &["brands", "show", "nowhere"]);
    let set = daybreak(
        &folder,
        0,
        &[
            "brands",
            "set",
            BRANCH,
            "--name",
            "Northwind Watch",
            "--sender",
            "Northwind Nights",
            "--reply-to",
            "desk@example.com",
            "--color",
            "#8a1538",
            "--logo",
            logo,
        ],
    );
    assert!(set.contains("Northwind Nights") && set.contains("336 × 112 pixels") && set.contains("command:brands"));

    stage.run(Some(NIGHT)).await;
    let report = stage.report(SITE, NIGHT, 1).await;
    let frozen = stage.app.pipeline.frozen(&report).await.unwrap();
    assert_eq!(frozen.brand.as_ref().and_then(|brand| brand.name.as_deref()), Some("Northwind Watch"));
    let ours = mails_of(&stage, SITE);
    assert!(!ours.is_empty());
    for mail in &ours {
        assert_eq!(mail.from, ("Northwind Nights".into(), "reports@daybreak.example".into()));
        assert_eq!(mail.reply_to.as_deref(), Some("desk@example.com"));
        assert!(
            mail.html.contains("#8a1538") && mail.html.contains("class=\"logo\"") && !mail.html.contains("Daybreak")
        );
        assert!(mail.text.contains("Northwind Watch"));
        assert_eq!(mail.pngs.len(), 2, "logo and chart");
        let pdf = pdf_text(mail.pdf.as_ref().expect("the site has a transaction report"));
        assert!(pdf.contains("Northwind Watch") && !pdf.contains("Daybreak"), "{pdf}");
    }
    // Other branches' mails are the house's.
    let (all, own) = (stage.outbox().len(), stage.app.pipeline.db.locations().await.unwrap());
    let others: Vec<_> = own.iter().filter(|site| site.branch.as_str() != BRANCH).collect();
    assert!(!others.is_empty() && all > ours.len());
    for site in others {
        for mail in mails_of(&stage, site.location.as_str()) {
            assert_eq!((mail.from.0.as_str(), mail.reply_to), ("Daybreak", None));
            assert!(mail.html.contains("Daybreak") && !mail.html.contains("class=\"logo\""));
        }
    }

    // What holds when a revision is built is what it carries; the one before stays as it was.
    daybreak(
        &folder,
        0,
        &["brands", "set", BRANCH, "--name", "Southwind", "--sender", "", "--reply-to", "", "--no-logo"],
    );
    stage.at("2026-03-19T09:00:00Z");
    let before = stage.outbox();
    stage.regenerate(SITE, NIGHT, 2, true).await;
    let corrections: Vec<Seen> = stage
        .outbox()
        .iter()
        .filter(|(name, _)| !before.iter().any(|(known, _)| known == name))
        .map(|(_, bytes)| read(bytes))
        .collect();
    assert!(!corrections.is_empty());
    for mail in &corrections {
        assert_eq!((mail.from.0.as_str(), mail.reply_to.as_deref()), ("Southwind", None));
        assert!(mail.html.contains("the footage shows more") && mail.html.contains("Southwind"));
        assert!(mail.html.contains("#8a1538") && !mail.html.contains("class=\"logo\""));
    }
    assert_eq!(stage.app.pipeline.frozen(&stage.report(SITE, NIGHT, 1).await).await.unwrap(), frozen);

    daybreak(&folder, 0, &["brands", "unset", BRANCH]);
    let shown: serde_json::Value =
        serde_json::from_str(&daybreak(&folder, 0, &["brands", "show", BRANCH, "--json"])).unwrap();
    assert_eq!(shown["brand"], serde_json::Value::Null);
    daybreak(&folder, 0, &["audit", "verify"]);
    stage.app.close().await;
}
