//! Mails of a branch with a brand of its own.

use sha2::{Digest, Sha256};

use super::{assert_well_formed, link, photo, renderer};
use crate::compose::{Photo, Report, Sample};
use crate::model::{BranchBrand, Color, Language, Logo};
use crate::render::mail::LogoPicture;
use crate::render::{Filled, MailBody, MailOptions};

/// A logo of that many pixels: bars on white.
fn logo(width: u32, height: u32) -> LogoPicture {
    let drawn = image::RgbImage::from_fn(width, height, |x, y| {
        let bar = (x * 5 / width + y * 5 / height).is_multiple_of(2);
        image::Rgb(if bar { [0x8a, 0x15, 0x38] } else { [0xff, 0xff, 0xff] })
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    drawn.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    LogoPicture::read(&bytes.into_inner()).unwrap()
}

fn with_logo(brand: BranchBrand, picture: &LogoPicture) -> BranchBrand {
    let sha256 = hex::encode(Sha256::digest(&picture.bytes));
    let logo = Logo { key: format!("brands/{sha256}"), sha256, width: picture.width, height: picture.height };
    BranchBrand { logo: Some(logo), ..brand }
}

/// The mail of a report whose branch has that brand; the archive holds what it is given.
fn branded(sample: Sample, brand: BranchBrand, held: Option<&LogoPicture>) -> (MailBody, Filled) {
    let report = Report { brand: Some(brand.into()), ..sample.report() };
    let photos = |photo_wanted: &Photo| {
        let is_logo = photo_wanted.key.starts_with("brands/");
        if is_logo { held.map(|picture| picture.bytes.as_slice().into()) } else { Some(photo()) }
    };
    let recipient = &report.recipients[0];
    let options = MailOptions::default();
    let body = renderer().mail(&report, &recipient.locale, Language::En, &options, &photos).unwrap();
    let filled = body.fill(&recipient.name, &link);
    (body, filled)
}

#[test]
fn a_branchs_mail_carries_its_name_colours_and_logo() {
    let picture = logo(1200, 300);
    for sample in Sample::ALL {
        let (body, filled) = branded(sample, with_logo(Sample::brand(), &picture), Some(&picture));
        assert_well_formed(&filled.html);
        let first = &body.images[0];
        assert_eq!((first.content_type, &first.bytes[..]), ("image/png", &picture.bytes[..]));
        let shown = format!(
            "<img class=\"logo\" src=\"cid:{}\" width=\"224\" height=\"56\" alt=\"Northwind &lt;Watch&gt;\"",
            first.cid
        );
        assert!(filled.html.contains(&shown), "{}", filled.html);
        for own in ["class=\"strip\"", "#8a1538", "#ff9db5", ".logo{"] {
            assert!(filled.html.contains(own), "{own}");
        }
        assert!(
            !filled.html.contains("#1f4e79") && !filled.html.contains("Daybreak") && !filled.text.contains("Daybreak")
        );
        assert!(filled.text.trim_end().ends_with("Northwind <Watch>"), "{}", filled.text);
        assert!(filled.html.len() <= super::super::assembly::HTML_LIMIT);
    }
}

#[test]
fn a_logo_that_is_not_there_or_not_what_was_frozen_leaves_the_name() {
    let (picture, other) = (logo(1200, 300), logo(600, 300));
    for held in [None, Some(&other)] {
        let (body, filled) = branded(Sample::Ordinary, with_logo(Sample::brand(), &picture), held);
        assert!(!filled.html.contains("class=\"logo\"") && !filled.html.contains(".logo{"));
        assert!(filled.html.contains(">Northwind &lt;Watch&gt;</td>"), "{}", filled.html);
        assert!(body.images.iter().all(|image| !image.cid.starts_with("logo")));
    }
}

#[test]
fn what_a_brand_does_not_say_is_the_houses() {
    let only_color = BranchBrand { color: Some("#8a1538".parse().unwrap()), ..BranchBrand::default() };
    let (_, filled) = branded(Sample::Quiet, only_color, None);
    assert!(filled.html.contains("Daybreak") && filled.html.contains("#8a1538"));
    let only_name = BranchBrand { name: Some("Northwind".into()), ..BranchBrand::default() };
    let (_, filled) = branded(Sample::Quiet, only_name, None);
    assert!(filled.html.contains("Northwind") && filled.html.contains("#1f4e79") && !filled.html.contains("strip"));
    // A colour that nobody could read, whoever wrote it into the report, is made readable.
    let faint = BranchBrand { color: Some("#ffee00".parse().unwrap()), ..BranchBrand::default() };
    let (light, _) = faint.colors().unwrap();
    assert!(light.contrast(Color::WHITE) >= Color::READABLE);
    let (_, filled) = branded(Sample::Quiet, faint, None);
    assert!(!filled.html.contains("#ffee00") && filled.html.contains(&light.to_string()));
}

#[test]
fn the_html_of_a_branded_mail_stays_as_it_is() {
    let picture = logo(900, 300);
    let (_, filled) = branded(Sample::Quiet, with_logo(Sample::brand(), &picture), Some(&picture));
    insta::assert_snapshot!("branded_en_html", filled.html);
    let (_, filled) = branded(Sample::Correction, Sample::brand(), None);
    insta::assert_snapshot!("branded_en_text", format!("{}\n\n{}", filled.subject, filled.text));
}

/// Writes branded mails to look at: `MAIL_SAMPLES=DIR cargo test -- --ignored branded_samples_to_look_at`.
#[test]
#[ignore = "writes files; for people who want to see the mails"]
fn branded_samples_to_look_at() {
    use base64::Engine as _;
    let Some(folder) = option_env!("MAIL_SAMPLES") else { return };
    let folder = std::path::PathBuf::from(folder);
    let colored = |light: &str, dark: Option<&str>| BranchBrand {
        color: Some(light.parse().unwrap()),
        color_dark: dark.map(|dark| dark.parse().unwrap()),
        ..Sample::brand()
    };
    let (wide, tall, usual) = (logo(3_000, 260), logo(120, 460), logo(900, 260));
    for (name, brand, picture) in [
        ("garish-wide", colored("#d4006a", Some("#39ff14")), Some(&wide)),
        ("dark-tall", colored("#111111", None), Some(&tall)),
        ("usual", colored("#8a1538", None), Some(&usual)),
        ("name-only", colored("#00695c", None), None),
    ] {
        let brand = picture.map_or(brand.clone(), |picture| with_logo(brand, picture));
        let (body, filled) = branded(Sample::Ordinary, brand, picture);
        let mut shown = filled.html.clone();
        for image in &body.images {
            let data = base64::engine::general_purpose::STANDARD.encode(&image.bytes);
            shown = shown.replace(&format!("cid:{}", image.cid), &format!("data:{};base64,{data}", image.content_type));
        }
        std::fs::write(folder.join(format!("branded-{name}.html")), shown).unwrap();
    }
}
