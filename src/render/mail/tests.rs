//! What whole mails are, whatever the report.

use std::sync::Arc;

use super::*;
use crate::compose::Sample;
use crate::model::{Language, LinkTarget};
use crate::render::{MailBody, MailOptions, PdfDelivery, Renderer, Templates};

fn renderer() -> Renderer {
    Renderer::new(Templates::embedded(), Brand::default()).unwrap()
}

fn photo() -> Arc<[u8]> {
    let picture = image::RgbImage::from_fn(1280, 720, |x, y| {
        image::Rgb([u8::try_from(x / 6).unwrap_or(255), u8::try_from(y / 4).unwrap_or(255), 90])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner().into()
}

fn link(target: &LinkTarget) -> String {
    format!("https://reports.example.com/{}/{:0<60}", target.path_prefix(), target.subject().unwrap_or(target.kind()))
}

fn mail(sample: Sample, language: Language, locale: &str, options: MailOptions) -> MailBody {
    let photo = photo();
    renderer().mail(&sample.report(), locale, language, &options, &|_| Some(Arc::clone(&photo))).unwrap()
}

#[test]
#[ignore = "writes samples to look at into a folder"]
fn samples_to_look_at() {
    let folder = std::path::Path::new(option_env!("MAIL_SAMPLES").unwrap_or("/tmp/mailout"));
    for sample in Sample::ALL {
        for language in Language::ALL {
            let options = MailOptions { pdf: PdfDelivery::Attached, test: sample == Sample::Correction };
            let report = sample.report();
            let recipient = report.recipients.iter().find(|one| one.language == language).unwrap();
            let body = mail(sample, language, &recipient.locale, options);
            let filled = body.fill(&recipient.name, &link);
            let mut html = filled.html;
            for image in &body.images {
                use base64::Engine as _;
                let data = base64::engine::general_purpose::STANDARD.encode(&image.bytes);
                html =
                    html.replace(&format!("cid:{}", image.cid), &format!("data:{};base64,{data}", image.content_type));
            }
            let name = format!("{}-{language}", sample.name());
            std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
            std::fs::write(folder.join(format!("{name}.txt")), format!("{}\n\n{}", filled.subject, filled.text))
                .unwrap();
        }
    }
}
