//! Produce: a site's night becomes everything that is archived of it, without touching any state.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{Pipeline, ReadError};
use crate::archive::{Archive, ArchiveError, Key, KeyError};
use crate::collect::{self, CollectError, LookError};
use crate::compose::{self, Build, Photo, Regeneration, Report};
use crate::db::Enqueue;
use crate::db::reports::ReportRow;
use crate::deliver::MessageError;
use crate::meter::Stage;
use crate::model::{ContactRef, Language, LocationRef, NightDate, ReportId};
use crate::render::pdf::{PdfError, PdfInput};
use crate::render::{MailBody, MailOptions, PdfDelivery, RenderError, Renderer};

/// Why a report could not be produced.
#[derive(Debug, thiserror::Error)]
pub enum ProduceError {
    /// The rows of the night.
    #[error("cannot collect the night")]
    Collect(#[from] CollectError),
    /// Clips and photos that were absent.
    #[error("cannot look for the night's media")]
    Look(#[from] LookError),
    /// A photo.
    #[error("cannot read a photo")]
    Media(#[from] ArchiveError),
    /// An object key of the feed that is none.
    #[error("an object key of the feed is not usable")]
    Key(#[from] KeyError),
    /// The revision before.
    #[error("cannot read the revision before")]
    Previous(#[source] ReadError),
    /// The mail.
    #[error("cannot render the mail")]
    Mail(#[from] RenderError),
    /// The PDF.
    #[error("cannot render the PDF")]
    Pdf(#[from] PdfError),
    /// `report.json`.
    #[error("cannot write report.json")]
    Json(#[from] serde_json::Error),
    /// The rendering's thread.
    #[error("the rendering was interrupted")]
    Thread(#[from] tokio::task::JoinError),
}

impl ProduceError {
    /// Whether another try may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Collect(error) => error.is_retryable(),
            Self::Media(error) | Self::Look(LookError::Archive(error)) => error.is_retryable(),
            Self::Look(LookError::Db(error)) => error.is_retryable(),
            Self::Previous(error) => error.is_retryable(),
            Self::Thread(_) => true,
            Self::Key(_) | Self::Mail(_) | Self::Pdf(_) | Self::Json(_) => false,
        }
    }
}

/// A site's night as its contacts would get it now.
#[derive(Debug)]
pub struct Preview {
    /// The composed report.
    pub report: Arc<Report>,
    /// `report.json`.
    pub json: Bytes,
    /// Each contact's mail.
    pub mails: Vec<PreviewMail>,
}

/// One contact's mail as it would be.
#[derive(Debug)]
pub struct PreviewMail {
    /// The contact.
    pub contact: ContactRef,
    /// Subject.
    pub subject: String,
    /// HTML part.
    pub html: String,
    /// Text part.
    pub text: String,
    /// File name and bytes of the PDF, if there is one.
    pub pdf: Option<(String, Bytes)>,
    /// The whole message, or why there can be none.
    pub message: Result<Vec<u8>, MessageError>,
}

/// A locale's mail and PDF, which the contacts of that locale share.
#[derive(Debug, Clone)]
pub(super) struct Edition {
    pub(super) language: Language,
    pub(super) body: Arc<MailBody>,
    /// File name and bytes.
    pub(super) pdf: Option<(String, Bytes)>,
    /// Whether the PDF travels with the mail.
    pub(super) attached: bool,
}

/// A report and its editions by locale.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) report: Arc<Report>,
    pub(super) json: Bytes,
    pub(super) data_sha256: String,
    pub(super) editions: BTreeMap<String, Edition>,
}

/// What is to be produced.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) location: LocationRef,
    pub(super) night: NightDate,
    pub(super) revision: i32,
    pub(super) correction: Option<(String, String)>,
    pub(super) attach_pdf: bool,
    pub(super) late_since: Option<DateTime<Utc>>,
    pub(super) test: bool,
}

impl Order {
    /// What a planned report wants.
    pub(super) fn of(row: &ReportRow) -> Self {
        Self {
            location: row.location.clone(),
            night: row.night,
            revision: row.revision,
            correction: row.reason.clone().map(|reason| (reason, row.requested_by.clone().unwrap_or_default())),
            attach_pdf: row.attach_pdf,
            late_since: row.late_since,
            test: false,
        }
    }
}

type Photos = HashMap<String, Arc<[u8]>>;

impl<Q: Enqueue> Pipeline<Q> {
    /// Collects, composes and renders.
    pub(super) async fn produce(&self, order: &Order) -> Result<Product, ProduceError> {
        let report = self.compose(order).await?;
        self.editions(report, order).await
    }

    /// Collects and composes.
    pub(super) async fn compose(&self, order: &Order) -> Result<Report, ProduceError> {
        let night = self
            .meter
            .time(Stage::Collect, async {
                let mut night = collect::collect(&self.db, &order.location, order.night).await?;
                collect::look_again(&self.db, &self.archive, &mut night, self.clock.now()).await?;
                Ok::<_, ProduceError>(night)
            })
            .await?;
        let previous = match order.correction {
            Some(_) => self.previous(order).await?,
            None => None,
        };
        let correction = order.correction.as_ref().map(|(reason, by)| Regeneration {
            reason: reason.clone(),
            by: by.clone(),
            previous: previous.as_ref(),
        });
        let id = ReportId::of(&order.location, order.night, order.revision);
        let build = Build { id, revision: order.revision, built_at: self.clock.now(), correction };
        let mut report = self.meter.time(Stage::Compose, async { compose::compose(&night, &build) }).await;
        report.late_since = order.late_since;
        Ok(report)
    }

    /// Renders a composed report in each locale that a recipient needs.
    pub(super) async fn editions(&self, report: Report, order: &Order) -> Result<Product, ProduceError> {
        let photos = self.photos(&report).await?;
        let renderer = Arc::clone(&self.renderer);
        let most = self.settings.mail.max_attachment;
        let (attach_pdf, test) = (order.attach_pdf, order.test);
        let work = tokio::task::spawn_blocking(move || {
            let json = Bytes::from(serde_json::to_vec(&report)?);
            let data_sha256 = hex::encode(Sha256::digest(&json));
            let mut editions = BTreeMap::new();
            let press = Press { renderer: &renderer, report: &report, photos: &photos, data_sha256: &data_sha256 };
            for (locale, language) in locales(&report) {
                let edition = press.edition(language, &locale, attach_pdf.then_some(most), test)?;
                editions.insert(locale, edition);
            }
            Ok(Product { report: Arc::new(report), json, data_sha256, editions })
        });
        self.meter.time(Stage::Render, work).await?
    }

    /// The built revision before, if there is one.
    async fn previous(&self, order: &Order) -> Result<Option<Report>, ProduceError> {
        let revisions = self
            .db
            .revisions(&order.location, order.night)
            .await
            .map_err(|error| ProduceError::Previous(error.into()))?;
        let built = |row: &&ReportRow| row.revision < order.revision && row.object_key.is_some();
        match revisions.iter().rev().find(built) {
            Some(row) => self.frozen(row).await.map(Some).map_err(ProduceError::Previous),
            None => Ok(None),
        }
    }

    /// The bytes of the report's photos, and of its logo, by object key.
    async fn photos(&self, report: &Report) -> Result<Photos, ProduceError> {
        let mut photos = Photos::new();
        let named = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref()?.photo.as_ref());
        let logo = report.brand.as_ref().and_then(|brand| brand.logo.as_ref()).map(|logo| &logo.key);
        for key in named.map(|photo| &photo.key).chain(logo) {
            if photos.contains_key(key) {
                continue;
            }
            if let Some(bytes) = fetch(&self.archive, key).await? {
                photos.insert(key.clone(), bytes);
            }
        }
        Ok(photos)
    }
}

async fn fetch(archive: &Archive, key: &str) -> Result<Option<Arc<[u8]>>, ProduceError> {
    let bytes = archive.get(&Key::external(key)?).await?;
    Ok(bytes.map(|bytes| Arc::from(&bytes[..])))
}

/// The locales in which a report is rendered: its recipients', or the site's where nobody is notified, because the
/// night is kept in a readable form all the same.
fn locales(report: &Report) -> BTreeMap<String, Language> {
    let mut locales: BTreeMap<String, Language> =
        report.recipients.iter().map(|recipient| (recipient.locale.clone(), recipient.language)).collect();
    if locales.is_empty() {
        let own = report.site.locale.as_deref();
        locales.insert(own.unwrap_or(Language::En.tag()).to_owned(), Language::of_locale(own));
    }
    locales
}

/// What one report is rendered from.
struct Press<'a> {
    renderer: &'a Renderer,
    report: &'a Report,
    photos: &'a Photos,
    data_sha256: &'a str,
}

impl Press<'_> {
    /// One locale's mail and PDF. The PDF first: whether it is attached or linked is said in the mail.
    fn edition(
        &self,
        language: Language,
        locale: &str,
        most: Option<u64>,
        test: bool,
    ) -> Result<Edition, ProduceError> {
        let photos = |photo: &Photo| self.photos.get(&photo.key).cloned();
        let pdf = if self.report.has_pdf() {
            let words = self.renderer.pdf_words(language, locale)?;
            let input = PdfInput {
                report: self.report,
                brand: &self.renderer.brand_of(self.report),
                words: &words,
                photos: &photos,
                data_sha256: self.data_sha256,
            };
            let name = format!("{}-{}.pdf", file_stem(self.report), self.report.night);
            Some((name, Bytes::from(crate::render::pdf::render(&input)?)))
        } else {
            None
        };
        let attached = pdf.as_ref().is_some_and(|(_, bytes)| most.is_some_and(|most| bytes.len() as u64 <= most));
        let delivery = match (&pdf, attached) {
            (None, _) => PdfDelivery::None,
            (Some(_), true) => PdfDelivery::Attached,
            (Some(_), false) => PdfDelivery::Linked,
        };
        let options = MailOptions { pdf: delivery, test };
        let body = self.renderer.mail(self.report, locale, language, &options, &photos)?;
        Ok(Edition { language, body: Arc::new(body), pdf, attached })
    }
}

/// A file name for a person: the site's ref in plain characters.
fn file_stem(report: &Report) -> String {
    let stem: String = report
        .site
        .location
        .as_str()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .take(60)
        .collect();
    stem.trim_matches('-').to_owned()
}
