//! Stages: each one alone, repeated, becomes a line of the second table.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use daybreak::app::App;
use daybreak::archive::{Archive, Key};
use daybreak::collect::{Night, collect};
use daybreak::compose::{Build, Photo, Report, Sample, compose};
use daybreak::model::{Language, NightDate, ReportId};
use daybreak::render::pdf::{self, PdfInput};
use daybreak::render::{MailOptions, PdfDelivery, Renderer};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::failure::{Failure, Step};
use crate::feed::NIGHT;
use crate::{gauge, installation, shown};

/// Objects that are put for each figure.
const OBJECTS: u32 = 640;
/// Their size, near that of a quiet site's report.
const OBJECT: usize = 20_000;
/// How often the installation's nights are collected.
const ROUNDS: usize = 5;
/// What stands for a report's hash.
const HASH: &str = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";

/// A line of the table.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) figure: String,
}

fn figure(what: impl Into<String>, figure: impl Into<String>) -> Figure {
    Figure { what: what.into(), figure: figure.into() }
}

fn milliseconds(time: f64) -> String {
    format!("{time:.2} ms")
}

/// Measures every stage on the installation in `folder`.
pub(crate) async fn measure(folder: &Path) -> Result<Vec<Figure>, Failure> {
    let app = installation::connect(folder).await?;
    let mut figures = rows(&app).await?;
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/media/cooler-aisle.jpg");
    let photo: Arc<[u8]> = std::fs::read(photo).step("read a sample's photo")?.into();
    let press = Press { renderer: &app.pipeline.renderer, photo: &photo };
    figures.extend(press.mails()?);
    figures.extend(press.pdfs()?);
    for (round, at_once) in (0_u8..).zip([1, 8, 32]) {
        let puts = puts(&app.pipeline.archive, round, at_once).await?;
        figures.push(figure(format!("put: objects of 20 KB, {at_once} at once"), format!("{} a second", shown(puts))));
    }
    app.close().await;
    Ok(figures)
}

/// Collect and compose, one night after another.
async fn rows(app: &App) -> Result<Vec<Figure>, Failure> {
    let night: NightDate = NIGHT.parse().step("read the night's date")?;
    let sites = app.pipeline.db.locations().await.step("list the sites")?;
    let (mut times, mut nights): (Vec<_>, Vec<Night>) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for site in &sites {
            let began = Instant::now();
            let collected = collect(&app.pipeline.db, &site.location, night).await.step("collect a night")?;
            times.push(began.elapsed());
            if round == 0 {
                nights.push(collected);
            }
        }
    }
    let built_at = app.pipeline.clock.now();
    let mut next = nights.iter().cycle();
    let composing = gauge::median_ms(|| {
        let collected = next.next().ok_or_else(|| Failure::new("the installation has no sites"))?;
        let id = ReportId::of(&collected.site.location, night, 1);
        std::hint::black_box(compose(collected, &Build { id, revision: 1, built_at, correction: None }));
        Ok(())
    })?;
    Ok(vec![
        figure("collect: rows → night", milliseconds(gauge::middle(times))),
        figure("compose: night → report", milliseconds(composing)),
    ])
}

/// Renders samples.
struct Press<'a> {
    renderer: &'a Renderer,
    photo: &'a Arc<[u8]>,
}

impl Press<'_> {
    fn mail_ms(&self, report: &Report, with_photos: bool) -> Result<f64, Failure> {
        let options = MailOptions { pdf: PdfDelivery::Attached, test: false };
        let photos = |_: &Photo| with_photos.then(|| Arc::clone(self.photo));
        gauge::median_ms(|| {
            let body = self.renderer.mail(report, "en-US", Language::En, &options, &photos);
            std::hint::black_box(body.step("render a mail")?);
            Ok(())
        })
    }

    fn mails(&self) -> Result<Vec<Figure>, Failure> {
        // A photo without a hash is made small each time; one with a hash is made small once.
        let new = Sample::Ordinary.report();
        let mut known = new.clone();
        for escalation in &mut known.escalations {
            if let Some(photo) = escalation.incident.as_mut().and_then(|incident| incident.photo.as_mut()) {
                photo.sha256 = Some(HASH.to_owned());
            }
        }
        // A mail whose nights were all quiet has no chart. The same figures are zero in both, so that the chart and
        // its captions are the whole difference.
        let mut quiet = new.clone();
        (quiet.summary.normal, quiet.summary.escalated, quiet.summary.incidents) = (0, 0, 0);
        for past in &mut quiet.summary.past {
            (past.interactions, past.incidents) = (0, 0);
        }
        let mut charted = quiet.clone();
        if let Some(past) = charted.summary.past.last_mut() {
            (past.interactions, past.incidents) = (9, 2);
        }
        let chart = self.mail_ms(&charted, false)? - self.mail_ms(&quiet, false)?;
        Ok(vec![
            figure("mail, ordinary sample, its 2 photos new", milliseconds(self.mail_ms(&new, true)?)),
            figure("mail, ordinary sample, its photos made small before", milliseconds(self.mail_ms(&known, true)?)),
            figure("mail, ordinary sample, no photo to be had", milliseconds(self.mail_ms(&new, false)?)),
            figure("chart and its captions (a mail with less one without)", milliseconds(chart.max(0.0))),
        ])
    }

    fn pdf(&self, report: &Report) -> Result<Vec<u8>, Failure> {
        let words = self.renderer.pdf_words(Language::En, "en-US").step("find the PDF's words")?;
        let photos = |_: &Photo| Some(Arc::clone(self.photo));
        let input =
            PdfInput { report, brand: self.renderer.brand(), words: &words, photos: &photos, data_sha256: HASH };
        pdf::render(&input).step("render a PDF")
    }

    fn pdfs(&self) -> Result<Vec<Figure>, Failure> {
        let processors = std::thread::available_parallelism().step("count the processors")?.get();
        let processors = u32::try_from(processors).step("count the processors")?;
        let mut figures = Vec::new();
        for sample in [Sample::Ordinary, Sample::Busy] {
            let report = sample.report();
            let pdf = self.pdf(&report)?;
            let work = || {
                std::hint::black_box(self.pdf(&report)?);
                Ok(())
            };
            let name = sample.name();
            figures.push(figure(format!("PDF, {name} sample"), milliseconds(gauge::median_ms(work)?)));
            let Some(pages) = gauge::pages(&pdf)? else {
                figures.push(figure(format!("PDF pages, {name} sample"), "not counted: pdfinfo is not installed"));
                continue;
            };
            let pages = f64::from(pages);
            let alone = gauge::a_second(1, work)? * pages;
            let together = gauge::a_second(processors, work)? * pages;
            figures.push(figure(
                format!("PDF pages, {name} sample of {pages} pages"),
                format!("{} a second on one processor, {} on {processors}", shown(alone), shown(together)),
            ));
        }
        Ok(figures)
    }
}

/// Puts a second, so many at once.
async fn puts(archive: &Archive, round: u8, at_once: u32) -> Result<f64, Failure> {
    let bytes = Bytes::from(vec![0x5e; OBJECT]);
    let each = OBJECTS / at_once;
    let began = Instant::now();
    let mut working = JoinSet::new();
    for worker in 0..at_once {
        let (archive, bytes) = (archive.clone(), bytes.clone());
        working.spawn(async move {
            for number in 0..each {
                let key = Key::media(&format!("{round:08x}{worker:028x}{number:028x}"), "application/octet-stream");
                archive.put(&key, bytes.clone()).await.step("put an object")?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(done) = working.join_next().await {
        done.step("put objects")??;
    }
    Ok(f64::from(each * at_once) / began.elapsed().as_secs_f64())
}
