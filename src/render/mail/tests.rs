//! What whole mails are, whatever the report.

mod branded;

use std::sync::Arc;

use super::assembly::{HTML_LIMIT, TEXT_LIMIT};
use super::*;
use crate::compose::{Footage, Report, Sample};
use crate::model::{Language, LinkTarget};
use crate::render::{Filled, MailBody, MailOptions, PdfDelivery, Renderer, Templates};

fn renderer() -> Renderer {
    Renderer::new(Templates::embedded(), Brand::default()).unwrap()
}

fn photo() -> Arc<[u8]> {
    let picture = image::RgbImage::from_fn(640, 360, |x, y| {
        image::Rgb([u8::try_from(x / 3).unwrap_or(255), u8::try_from(y / 2).unwrap_or(255), 90])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner().into()
}

/// Links of the length that the budget is made for.
fn link(target: &LinkTarget) -> String {
    let name = target.subject().unwrap_or(target.kind());
    format!("https://reports.example.com/{}/{name:0<60}", target.path_prefix())
}

fn mail(report: &Report, language: Language, options: MailOptions) -> MailBody {
    let photo = photo();
    let recipient = report.recipients.iter().find(|one| one.language == language).unwrap();
    renderer().mail(report, &recipient.locale, language, &options, &|_| Some(Arc::clone(&photo))).unwrap()
}

fn filled(sample: Sample, language: Language) -> (MailBody, Filled) {
    let report = sample.report();
    let recipient = report.recipients.iter().find(|one| one.language == language).unwrap();
    let options = MailOptions { pdf: PdfDelivery::Attached, test: sample == Sample::Correction };
    let body = mail(&report, language, options);
    let filled = body.fill(&recipient.name, &link);
    (body, filled)
}

/// Names of open elements must close in order; comments, the doctype and void elements are passed over.
fn assert_well_formed(html: &str) {
    const VOID: [&str; 4] = ["meta", "img", "br", "link"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix("!--") {
            rest = after.split_once("-->").expect("a comment ends").1;
            continue;
        }
        let (tag, after) = rest.split_once('>').expect("a tag ends");
        rest = after;
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes of <{tag}>");
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        match tag.as_bytes().first() {
            Some(b'!') => {}
            Some(b'/') => assert_eq!(
                open.pop(),
                Some(name),
                "…{}",
                &html[..html.len() - rest.len()]
                    .chars()
                    .rev()
                    .take(200)
                    .collect::<String>()
                    .chars()
                    .rev()
                    .collect::<String>()
            ),
            _ if VOID.contains(&name) => {}
            _ => open.push(name),
        }
        if name == "style" && !tag.starts_with('/') {
            rest = &rest[rest.find("</style>").expect("a style ends")..];
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "elements that do not close");
}

#[test]
fn every_sample_in_every_language_is_well_formed_and_of_sane_size() {
    for sample in Sample::ALL {
        for language in Language::ALL {
            let (body, filled) = filled(sample, language);
            let name = format!("{} {language}", sample.name());
            assert_well_formed(&filled.html);
            assert!(filled.html.len() <= HTML_LIMIT, "{name}: {} bytes", filled.html.len());
            assert!(filled.text.len() <= TEXT_LIMIT, "{name}: {} bytes", filled.text.len());
            assert!(filled.subject.chars().count() <= 161 && !filled.subject.chars().any(char::is_control), "{name}");
            assert!(filled.html.contains(&format!("<html lang=\"{}\" dir=\"ltr\">", body.language_tag)), "{name}");
            for forbidden in
                ["\u{FDD0}", "\u{FDD1}", "<svg", "data:", "var(--", ":checked", "<script", "http-equiv", "src=\"http"]
            {
                assert!(!filled.html.contains(forbidden), "{name}: {forbidden}");
            }
            let style = filled.html.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
            assert!(style.len() < 8_192, "{name}: Gmail drops a style of more than 8,192 characters");
            let escaped = sample != Sample::Hostile && filled.text.contains("&amp;");
            assert!(!filled.text.contains('\u{FDD0}') && !escaped, "{name}");
        }
    }
}

#[test]
fn every_link_is_told_and_every_image_is_named() {
    for sample in Sample::ALL {
        let (body, filled) = filled(sample, Language::En);
        for target in &body.links {
            let url = link(target);
            assert!(filled.html.contains(&url) || filled.text.contains(&url), "{target:?} is told but not linked");
        }
        let used = |url: &str| body.links.iter().any(|target| url.starts_with(&link(target)));
        let hrefs: Vec<&str> = filled.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(hrefs.iter().all(|href| href.starts_with("https://")), "{}", sample.name());
        for href in hrefs.iter().filter(|href| href.starts_with("https://reports.example.com/")) {
            assert!(used(href), "{}: {href} is not told", sample.name());
        }
        let mut known = body.links.clone();
        known.sort();
        known.dedup();
        assert_eq!(known.len(), body.links.len(), "each once");
        for image in &body.images {
            assert!(filled.html.contains(&format!("src=\"cid:{}\"", image.cid)), "{} is not shown", image.cid);
        }
        assert_eq!(filled.html.matches("src=\"cid:").count(), body.images.len());
        assert_eq!(filled.html.matches("<img ").count(), filled.html.matches(" alt=\"").count());
        assert!(body.links.contains(&LinkTarget::Report) && body.links.contains(&LinkTarget::Unsubscribe));
    }
}

#[test]
fn a_busy_night_counts_what_it_leaves_out() {
    let (body, filled) = filled(Sample::Busy, Language::En);
    let rows = filled.html.matches("<tr><th scope=\"row\">").count();
    let cards = filled.html.matches("<div class=\"inc x\"").count();
    let briefs = 40 - cards;
    let interactions = rows - briefs;
    assert!(cards >= 10 && interactions >= 20, "{cards} cards, {interactions} interactions");
    assert!(filled.html.contains(&format!("{briefs} more incidents in brief")));
    assert!(filled.html.contains(&format!("And {} more interactions in the browser version:", 500 - interactions)));
    assert!(filled.html.len() > HTML_LIMIT * 9 / 10, "the room is used: {}", filled.html.len());
    let photos = body.images.iter().filter(|image| image.content_type == "image/jpeg").count();
    assert_eq!(photos, 10);
    assert_eq!(filled.html.matches("The photo is shown in the browser version.").count(), cards - 10);
    let listed = filled.text.matches("Watch in your app: ").count();
    assert_eq!(listed, 540, "the text part has everything");
}

#[test]
fn a_text_part_without_end_is_bounded_and_counted() {
    let mut report = Sample::Busy.report();
    for interaction in &mut report.interactions {
        interaction.notes = "A very long account. ".repeat(100);
    }
    let filled = mail(&report, Language::En, MailOptions::default()).fill("Ann", &link);
    assert!(filled.text.len() <= TEXT_LIMIT);
    let listed = filled.text.matches("A very long account. A").count();
    let told = report.interactions.len() - filled.text.matches("\n6:").count();
    assert!(listed > 0 && told > 0);
    assert!(filled.text.contains("more interactions in the browser version:"));
}

#[test]
fn hostile_texts_stay_inert() {
    for language in Language::ALL {
        let (_, filled) = filled(Sample::Hostile, language);
        for forbidden in ["<script", "onmouseover=\"", "javascript:", "\u{202E}", "{{", "49"] {
            let found = filled.html.contains(forbidden);
            // Template syntax in an event is text like any other: shown as written, never run.
            assert_eq!(found, forbidden == "{{", "{language}: {forbidden}");
        }
        assert!(filled.html.contains("&lt;script&gt;"));
        assert!(filled.html.contains("{{ 7*7 }}"));
        assert!(!filled.subject.contains(['\r', '\n', '\u{0}', '\u{FDD0}']));
        assert!(filled.text.contains("&amp;"), "the text part shows what was written");
    }
}

#[test]
fn an_external_or_missing_recording_is_never_a_dead_link() {
    let (body, filled) = filled(Sample::Incomplete, Language::En);
    let report = Sample::Incomplete.report();
    let missing = report.clips.iter().find(|clip| clip.footage == Footage::Missing).unwrap();
    assert!(!body.links.contains(&LinkTarget::Clip(missing.clip.clone())));
    assert!(filled.html.contains("Clip not available") && filled.text.contains("[Clip not available]"));
    assert!(filled.html.contains("href=\"https://footage.example.com/v/77\""));
    assert!(filled.html.contains("<code>harbor-77</code>") && filled.text.contains("Password: harbor-77"));
    assert!(filled.html.contains("Photo not available"));
    assert!(filled.subject.starts_with("[INCOMPLETE] Harbor Market: 1 incident, 6 interactions – night of "));
    assert!(filled.html.contains("have not reached us."));
}

#[test]
fn a_photo_that_cannot_be_read_leaves_a_placeholder() {
    let report = Sample::Ordinary.report();
    let garbage: Arc<[u8]> = Arc::from(&b"no picture"[..]);
    let body = renderer()
        .mail(&report, "en-GB", Language::En, &MailOptions::default(), &|_| Some(Arc::clone(&garbage)))
        .unwrap();
    assert_eq!(body.html.matches("Photo not available").count(), 2);
    assert_eq!(body.images.len(), 1, "the chart alone");
}

#[test]
fn marks_of_test_and_correction_stand_in_subject_and_at_the_top() {
    let (_, filled) = filled(Sample::Correction, Language::De);
    assert!(
        filled
            .subject
            .starts_with("[TEST] [KORREKTUR] Harbor Market: 2 Vorfälle, 7 Eingriffe – Nacht vom 28. März 2026"),
        "{}",
        filled.subject
    );
    let opening = filled.text.split("== ").next().unwrap();
    assert!(opening.contains("Grund: The footage shows that the items were paid at till 2."));
    assert!(opening.contains("* Geändert: Vorfall 18:07 · Theft (Beschreibung, Transaktion)"), "{opening}");
    assert!(opening.contains("* Entfernt: Vorfall x0002"));
}

#[test]
fn the_same_report_gives_the_same_mail() {
    for sample in [Sample::Ordinary, Sample::Busy] {
        let report = sample.report();
        let options = MailOptions { pdf: PdfDelivery::Linked, test: false };
        assert_eq!(mail(&report, Language::Pl, options), mail(&report, Language::Pl, options));
    }
}

#[test]
fn the_built_in_templates_pass_their_check() {
    assert_eq!(renderer().check().iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn a_template_error_names_file_and_line() {
    let with = |text: &str| Renderer::new(Templates::embedded().with("mail/footer.html", text), Brand::default());
    let syntax = with("a\nb\n{% if %}").unwrap_err().to_string();
    assert!(syntax.starts_with("mail/footer.html:3: "), "{syntax}");
    let filter = with("a\n{{ site | no_such_filter }}").unwrap_err().to_string();
    assert!(filter.starts_with("mail/footer.html:2: "), "{filter}");
    let faults = with("a\n{{ no_such_thing }}").unwrap().check();
    assert_eq!(faults.len(), 1, "told once");
    assert!(faults[0].to_string().starts_with("mail/footer.html:2: "), "{}", faults[0]);
    let message = with("{{ t(key=\"no-such-message\") }}").unwrap().check()[0].to_string();
    assert!(message.starts_with("mail/footer.html:1: ") && message.contains("no-such-message"), "{message}");
    let large = with(&"x".repeat(HTML_LIMIT)).unwrap().check();
    assert!(matches!(large[0], RenderError::TooLarge { .. }));
}

#[test]
fn a_folder_replaces_single_templates() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("mail")).unwrap();
    std::fs::write(folder.path().join("mail/footer.html"), "<p>Our own footer for {{ site }}</p>").unwrap();
    let renderer = Renderer::new(Templates::from_dir(folder.path()).unwrap(), Brand::default()).unwrap();
    let report = Sample::Quiet.report();
    let body = renderer.mail(&report, "en", Language::En, &MailOptions::default(), &|_| None).unwrap();
    assert!(body.html.contains("<p>Our own footer for Harbor Market</p>"));
    let missing = Templates::from_dir(&folder.path().join("nowhere")).unwrap_err();
    assert!(missing.to_string().contains("nowhere"));
}

#[test]
fn the_text_of_each_sample_reads_well() {
    for (sample, language) in [
        (Sample::Ordinary, Language::En),
        (Sample::Ordinary, Language::Es),
        (Sample::Ordinary, Language::De),
        (Sample::Ordinary, Language::Pl),
        (Sample::Quiet, Language::Es),
        (Sample::Incomplete, Language::De),
        (Sample::Correction, Language::Pl),
    ] {
        let (_, filled) = filled(sample, language);
        insta::assert_snapshot!(
            format!("{}_{language}_text", sample.name()),
            format!("{}\n\n{}", filled.subject, filled.text)
        );
    }
}

#[test]
fn the_html_of_some_samples_stays_as_it_is() {
    for (sample, language) in
        [(Sample::Ordinary, Language::En), (Sample::Quiet, Language::Pl), (Sample::Incomplete, Language::En)]
    {
        let (_, filled) = filled(sample, language);
        insta::assert_snapshot!(format!("{}_{language}_html", sample.name()), filled.html);
    }
}

/// Writes every sample in every language as files to look at: `MAIL_SAMPLES=DIR cargo test -- --ignored samples_to_look_at`.
#[test]
#[ignore = "writes files; for people who want to see the mails"]
fn samples_to_look_at() {
    use base64::Engine as _;
    let Some(folder) = option_env!("MAIL_SAMPLES") else { return };
    let folder = std::path::PathBuf::from(folder);
    for sample in Sample::ALL {
        for language in Language::ALL {
            let (body, filled) = filled(sample, language);
            let mut shown = filled.html.clone();
            for image in &body.images {
                let data = base64::engine::general_purpose::STANDARD.encode(&image.bytes);
                shown =
                    shown.replace(&format!("cid:{}", image.cid), &format!("data:{};base64,{data}", image.content_type));
            }
            let name = format!("{}-{language}", sample.name());
            std::fs::write(folder.join(format!("{name}.html")), &shown).unwrap();
            std::fs::write(folder.join(format!("{name}.mail.html")), &filled.html).unwrap();
            std::fs::write(folder.join(format!("{name}.txt")), format!("{}\n\n{}", filled.subject, filled.text))
                .unwrap();
        }
    }
}
