//! Assembly: the frame with as many events as there is room for, incidents first; what does not fit is counted and
//! linked, never silently cut.

use std::cell::RefCell;

use serde::Serialize;
use tera::Value;

use super::event::{self, Events};
use super::slots::{self, INCIDENTS, INTERACTIONS, Links, NAME, filled_size, slot};
use super::{Desk, InlineImage, MailBody, MailOptions, frame, shown, summary};
use crate::compose::Report;
use crate::model::LinkTarget;
use crate::render::{RenderError, brand};

/// Bytes of HTML after filling: Gmail clips a mail near 102 KB, and what it counts includes its own rewriting.
pub(super) const HTML_LIMIT: usize = 90_000;
/// Bytes of the text part after filling.
pub(super) const TEXT_LIMIT: usize = 200_000;
/// Kept free for the tables' heads and the lines that count what was left out.
const SPARE: usize = 2_000;
/// Interactions may claim one part in so many of the room before incidents get their whole cards.
const INTERACTIONS_PART: usize = 4;

/// Puts a mail together.
pub(in crate::render) fn compose(
    desk: &Desk<'_>,
    report: &Report,
    options: MailOptions,
) -> Result<MailBody, RenderError> {
    let links = Links::default();
    let chart = summary::picture(report)?.map(|png| InlineImage {
        cid: event::content_id(report, "nights"),
        content_type: "image/png",
        file_name: "nights.png".to_owned(),
        bytes: png.into(),
    });
    let logo = brand::logo(report, desk.photos).map(|(_, bytes)| InlineImage {
        cid: event::content_id(report, "logo"),
        content_type: "image/png",
        file_name: "logo.png".to_owned(),
        bytes,
    });
    let cid = |image: &Option<InlineImage>| image.as_ref().map(|image| image.cid.clone());
    let (chart_cid, logo_cid) = (cid(&chart), cid(&logo));
    let pictures = frame::Pictures { chart: chart_cid.as_deref(), logo: logo_cid.as_deref() };
    let frame = frame::view(desk, report, options, &links, pictures);
    let images = RefCell::new(logo.into_iter().chain(chart).collect());
    let events = Events { desk, report, links: &links, images };

    let subject = shown::line(&desk.render("mail/subject.subject", &frame)?, 160);
    let mut html = place(&desk.render("mail/report.html", &frame)?, HTML_LIMIT, |room| html_events(&events, room))?;
    let text = place(&desk.render("mail/report.txt", &frame)?, TEXT_LIMIT, |room| text_events(&events, room))?;
    let mut text = tidy(&text);
    let bytes = filled_size(&html);
    if bytes > HTML_LIMIT {
        return Err(RenderError::TooLarge { bytes, limit: HTML_LIMIT });
    }
    let images = events.images.into_inner();
    let greetings = [desk.say("greeting", &[("name", slot(NAME).into())]), desk.say("greeting-nobody", &[])];
    let language_tag = desk.l10n.tag().to_owned();
    Ok(MailBody { subject, links: links.settle([&mut html, &mut text]), html, text, images, language_tag, greetings })
}

/// Puts incidents and interactions into their places in a frame, with the room that the frame leaves.
fn place(
    frame: &str,
    limit: usize,
    events: impl FnOnce(usize) -> Result<(String, String), RenderError>,
) -> Result<String, RenderError> {
    let (incidents, interactions) = events(limit.saturating_sub(filled_size(frame) + SPARE))?;
    Ok(slots::replace(frame, |key| match key {
        INCIDENTS => incidents.clone(),
        INTERACTIONS => interactions.clone(),
        other => slot(other),
    }))
}

/// Parts of one kind, rendered in order until there is no use for more.
#[derive(Default)]
struct Parts {
    parts: Vec<String>,
    sizes: Vec<usize>,
}

impl Parts {
    /// Renders parts until they need more than `room`; the one that did is not kept.
    fn render(room: usize, parts: impl IntoIterator<Item = Result<String, RenderError>>) -> Result<Self, RenderError> {
        let (mut made, mut used) = (Self::default(), 0);
        for part in parts {
            let part = part?;
            let size = filled_size(&part);
            used += size;
            if used > room {
                break;
            }
            made.parts.push(part);
            made.sizes.push(size);
        }
        Ok(made)
    }

    fn size(&self) -> usize {
        self.sizes.iter().sum()
    }

    /// How many of them fit into `room`.
    fn fitting(&self, room: usize) -> usize {
        let mut left = room;
        self.sizes.iter().take_while(|size| left.checked_sub(**size).map(|rest| left = rest).is_some()).count()
    }
}

/// A table of rows, and how many others there are.
#[derive(Serialize)]
struct Table {
    rows: Value,
    shown: usize,
    /// How many before these were told at length.
    before: usize,
    /// How many are told nowhere in the mail.
    more: usize,
    total: usize,
    zone: String,
    report_link: String,
}

/// The incidents and the interactions in HTML.
///
/// Every incident gets a brief line as long as there is room; in order of time they get their whole card, up to the
/// part of the room that is kept for interactions; interactions fill what remains.
fn html_events(events: &Events<'_>, room: usize) -> Result<(String, String), RenderError> {
    let (desk, report) = (events.desk, events.report);
    let rows = report.interactions.iter();
    let rows = rows.map(|row| desk.render("mail/interaction.html", &events.interaction(row, event::ROW)));
    let rows = Parts::render(room, rows)?;
    let kept = if rows.parts.len() < report.interactions.len() { room } else { rows.size() };
    let kept = kept.min(room / INTERACTIONS_PART);

    let briefs = report.escalations.iter();
    let briefs = briefs.map(|one| desk.render("mail/brief.html", &events.escalation(one, event::BRIEF, false)));
    let briefs = Parts::render(room - kept, briefs)?;
    let mut left = room - kept - briefs.size();
    let mut cards = String::new();
    let mut whole = 0;
    for (escalation, brief) in report.escalations.iter().zip(&briefs.sizes) {
        let images = events.images.borrow().len();
        let card = desk.render("mail/incident.html", &events.escalation(escalation, event::CARD, true))?;
        let gain = filled_size(&card).saturating_sub(*brief);
        if gain > left {
            events.images.borrow_mut().truncate(images); // its photo is not shown
            break;
        }
        left -= gain;
        cards.push_str(&card);
        whole += 1;
    }
    let total = report.escalations.len();
    if whole < total {
        let table = table(events, &briefs.parts[whole..], whole, total);
        cards.push_str(&desk.render("mail/briefs.html", &table)?);
    }
    if report.interactions.is_empty() {
        return Ok((cards, String::new()));
    }
    let fitting = rows.fitting(kept + left);
    let table = table(events, &rows.parts[..fitting], 0, report.interactions.len());
    Ok((cards, desk.render("mail/interactions.html", &table)?))
}

fn table(events: &Events<'_>, rows: &[String], before: usize, total: usize) -> Table {
    Table {
        rows: Value::safe_string(&rows.concat()),
        shown: rows.len(),
        before,
        more: total - before - rows.len(),
        total,
        zone: frame::zone_line(events.desk, events.report),
        report_link: events.links.slot(&LinkTarget::Report),
    }
}

/// The incidents and the interactions in the text part: all of them at length, unless that is beyond all measure.
fn text_events(events: &Events<'_>, room: usize) -> Result<(String, String), RenderError> {
    let (desk, report) = (events.desk, events.report);
    let incidents = report.escalations.iter();
    let incidents = incidents.map(|one| desk.render("mail/incident.txt", &events.escalation(one, event::TEXT, false)));
    let incidents = Parts::render(room - room / INTERACTIONS_PART, incidents)?;
    let rows = report.interactions.iter();
    let rows = rows.map(|row| desk.render("mail/interaction.txt", &events.interaction(row, event::TEXT)));
    let rows = Parts::render(room - incidents.size(), rows)?;
    let listed = |parts: &Parts, total: usize, key: &str| {
        let more = total - parts.parts.len();
        let mut text = parts.parts.concat();
        if more > 0 {
            let link = events.links.slot(&LinkTarget::Report);
            text.extend(["\n", &desk.say(key, &[("count", more.into())]), " ", &link, "\n"]);
        }
        text
    };
    Ok((
        listed(&incidents, report.escalations.len(), "more-incidents"),
        listed(&rows, report.interactions.len(), "more-interactions"),
    ))
}

/// No trailing spaces, no more than one empty line in a row: templates may be written freely.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
        if !(empty && line.is_empty()) {
            tidied.push_str(line);
            tidied.push('\n');
        }
        empty = line.is_empty();
    }
    tidied.truncate(tidied.trim_end().len());
    tidied.push('\n');
    tidied
}
