//! Events: incidents and interactions as the templates show them, in HTML and in text.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::slots::Links;
use super::{Desk, InlineImage, shown};
use crate::compose::{Clip, Escalation, Footage, Incident, Interaction, Photo, Report};
use crate::model::{ClipRef, LinkTarget};

/// How long texts may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lengths {
    pub(super) description: usize,
    pub(super) notes: usize,
}

/// In the HTML of an escalated event.
pub(super) const CARD: Lengths = Lengths { description: 600, notes: 400 };
/// In the HTML of an escalated event for which there is little room.
pub(super) const BRIEF: Lengths = Lengths { description: 140, notes: 0 };
/// In the HTML of an interaction.
pub(super) const ROW: Lengths = Lengths { description: 0, notes: 320 };
/// In the text part.
pub(super) const TEXT: Lengths = Lengths { description: 12_000, notes: 12_000 };

/// Photos in one mail, and their bytes together: more would make the mail slow to open on a phone.
const MOST_PHOTOS: usize = 10;
const MOST_PHOTO_BYTES: usize = 600_000;
const MOST_ACTIONS: usize = 8;
const MOST_CLIPS: usize = 8;

/// What events are shown with: the report that they belong to, and what the mail gathers from them.
pub(super) struct Events<'a> {
    pub(super) desk: &'a Desk<'a>,
    pub(super) report: &'a Report,
    pub(super) links: &'a Links,
    pub(super) images: RefCell<Vec<InlineImage>>,
}

/// An escalated event.
#[derive(Debug, Serialize)]
pub(super) struct EscalationView {
    time: String,
    kind: String,
    level: Option<i32>,
    case: Option<String>,
    photo: PhotoView,
    description: String,
    cut: bool,
    reported_by: Option<String>,
    share: Option<String>,
    transaction: Option<String>,
    timeline: Option<String>,
    clips: Vec<ClipView>,
    more_clips: usize,
    report: String,
    anchor: String,
    interaction: Option<InteractionView>,
}

/// A picture's place.
#[derive(Debug, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
enum PhotoView {
    None,
    Inline { cid: String, width: u32, height: u32 },
    Elsewhere,
    Missing,
}

/// A recording's place.
#[derive(Debug, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
enum ClipView {
    Play { href: String, camera: Option<String> },
    External { href: Option<String>, place: String, password: Option<String> },
    Missing,
}

/// A handled event.
#[derive(Debug, Serialize)]
pub(super) struct InteractionView {
    time: String,
    kind: String,
    camera: Option<String>,
    operator: Option<String>,
    notes: String,
    cut: bool,
    actions: Vec<String>,
    more_actions: usize,
    timeline: Option<String>,
    clip: Option<ClipView>,
    report: String,
    anchor: String,
}

impl Events<'_> {
    fn time(&self, at: DateTime<Utc>) -> String {
        self.desk.l10n.time(at, self.report.site.timezone)
    }

    /// An escalated event; its photo is taken into the mail where `with_photo` and there is room for it.
    pub(super) fn escalation(&self, escalation: &Escalation, lengths: Lengths, with_photo: bool) -> EscalationView {
        let incident = escalation.incident.as_ref();
        let interaction = escalation.interaction.as_ref();
        let (description, cut) = incident
            .map_or_else(Default::default, |incident| shown::paragraphs(&incident.description, lengths.description));
        let kind = incident.map_or_else(|| interaction.map_or("", |i| i.kind.as_str()), |incident| &incident.kind);
        let mut clips: Vec<&ClipRef> = incident.map_or_else(Vec::new, |incident| incident.clips.iter().collect());
        clips.extend(interaction.and_then(|i| i.clip.as_ref()).filter(|clip| !clips.contains(clip)));
        let timeline = incident
            .and_then(|incident| incident.timeline_url.as_deref())
            .or_else(|| interaction.and_then(|i| i.timeline_url.as_deref()));
        EscalationView {
            time: self.time(escalation.at),
            kind: shown::line(kind, 60),
            level: interaction.map(|interaction| interaction.level),
            case: incident.and_then(|incident| self.case(incident)),
            photo: incident.map_or(PhotoView::None, |incident| self.photo(incident, with_photo)),
            description,
            cut,
            reported_by: incident.and_then(|i| i.reported_by.as_deref()).map(|by| shown::line(by, 60)),
            share: incident.map(|incident| self.links.slot(&LinkTarget::Incident(incident.incident.clone()))),
            transaction: incident.and_then(|incident| self.transaction(incident)),
            timeline: timeline.and_then(shown::web_url),
            more_clips: clips.len().saturating_sub(MOST_CLIPS),
            clips: clips.into_iter().take(MOST_CLIPS).map(|clip| self.clip(clip)).collect(),
            report: self.links.slot(&LinkTarget::Report),
            anchor: incident.map_or_else(
                || interaction.map_or_else(String::new, |i| anchor("i", i.interaction.as_str())),
                |incident| anchor("x", incident.incident.as_str()),
            ),
            interaction: interaction.map(|interaction| self.interaction(interaction, lengths)),
        }
    }

    /// "Case 1042, 3rd time".
    fn case(&self, incident: &Incident) -> Option<String> {
        let place = incident.case.as_ref()?;
        // A case's number is a name: it is not grouped like an amount.
        let args = [("number", place.number.to_string().into()), ("instance", place.instance.into())];
        Some(self.desk.say("case", &args))
    }

    /// An interaction.
    pub(super) fn interaction(&self, interaction: &Interaction, lengths: Lengths) -> InteractionView {
        let (notes, cut) = shown::paragraphs(&interaction.notes, lengths.notes);
        let actions = interaction.actions.iter().map(|action| shown::line(action, 80)).filter(|a| !a.is_empty());
        InteractionView {
            time: self.time(interaction.started_at),
            kind: shown::line(&interaction.kind, 60),
            camera: interaction.camera.as_deref().map(|camera| shown::line(camera, 60)),
            operator: interaction.operator.as_deref().map(|operator| shown::line(operator, 40)),
            notes,
            cut,
            actions: actions.take(MOST_ACTIONS).collect(),
            more_actions: interaction.actions.len().saturating_sub(MOST_ACTIONS),
            timeline: interaction.timeline_url.as_deref().and_then(shown::web_url),
            clip: interaction.clip.as_ref().map(|clip| self.clip(clip)),
            report: self.links.slot(&LinkTarget::Report),
            anchor: anchor("i", interaction.interaction.as_str()),
        }
    }

    fn clip(&self, of: &ClipRef) -> ClipView {
        match self.report.clip(of) {
            None | Some(Clip { footage: Footage::Missing, .. }) => ClipView::Missing,
            Some(Clip { footage: Footage::Archive { .. }, camera, .. }) => ClipView::Play {
                href: self.links.slot(&LinkTarget::Clip(of.clone())),
                camera: camera.as_deref().map(|camera| shown::line(camera, 60)),
            },
            Some(Clip { footage: Footage::External { url, password }, .. }) => {
                let href = shown::web_url(url);
                let place = match &href {
                    Some(href) => url::Url::parse(href).ok().and_then(|url| url.host_str().map(str::to_owned)),
                    None => Some(shown::line(url, 120)), // no link is made of it, but it may tell a person something
                };
                let password = password.as_deref().map(|password| shown::line(password, 80));
                ClipView::External { href, place: place.unwrap_or_default(), password }
            }
        }
    }

    fn photo(&self, incident: &Incident, wanted: bool) -> PhotoView {
        match &incident.photo {
            None if incident.photo_missing => PhotoView::Missing,
            None => PhotoView::None,
            Some(_) if !wanted => PhotoView::Elsewhere,
            Some(photo) => self.inline(photo),
        }
    }

    fn inline(&self, photo: &Photo) -> PhotoView {
        let mut images = self.images.borrow_mut();
        let bytes = images.iter().map(|image| image.bytes.len()).sum::<usize>();
        let number = images.iter().filter(|image| image.content_type == "image/jpeg").count() + 1;
        if number > MOST_PHOTOS || bytes > MOST_PHOTO_BYTES {
            return PhotoView::Elsewhere;
        }
        let Some(original) = (self.desk.photos)(photo) else { return PhotoView::Missing };
        let Some(small) = self.desk.thumbnails.of(photo, &original) else { return PhotoView::Missing };
        let cid = content_id(self.report, &format!("photo{number}"));
        images.push(InlineImage {
            cid: cid.clone(),
            content_type: "image/jpeg",
            file_name: format!("photo-{number}.jpg"),
            bytes: Arc::clone(&small.bytes),
        });
        PhotoView::Inline { cid, width: small.width, height: small.height }
    }

    /// "Till 1: $10.45 paid, $5.37 not paid".
    fn transaction(&self, incident: &Incident) -> Option<String> {
        let transaction = self.report.transaction(incident.transaction.as_ref()?)?;
        let money = |amount| self.desk.l10n.money(amount, &transaction.currency);
        let args = [
            ("terminal", shown::line(&transaction.terminal, 40).into()),
            ("paid", money(&transaction.paid_total).into()),
            ("unpaid", money(&transaction.unpaid_total).into()),
        ];
        Some(self.desk.say("transaction-line", &args))
    }
}

/// A Content-ID that no other mail has.
pub(super) fn content_id(report: &Report, name: &str) -> String {
    format!("{name}.{}@daybreak", report.id)
}

/// Where the browser version shows an event: a fragment with everything but plain characters encoded.
fn anchor(prefix: &str, of: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(of.as_bytes()).collect();
    format!("{prefix}-{}", encoded.replace('+', "%20"))
}
