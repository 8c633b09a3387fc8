//! `/r/{token}/feedback`: a reader tells staff something about an event; it stands on the interaction from then on.
//!
//! The GET shows a form and changes nothing. The POST writes once, however often it is sent, and leads back to the event.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Serialize;
use url::form_urlencoded;

use super::about::{About, about, about_at};
use super::telling::{Written, write};
use crate::audit::Actor;
use crate::compose::Report;
use crate::db::deliveries::Delivery;
use crate::db::feedback::Feedback;
use crate::model::{LinkTarget, clean};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen::{self, Frozen};
use crate::portal::shown::{self, Event, Heading, line};
use crate::portal::viewer::Viewer;
use crate::portal::visitor::{Visitor, admit};
use crate::render::l10n::L10n;

/// What may be said, in the order of the form; `hosted-kind-WORD` says it in words.
const KINDS: [&str; 4] = ["ours", "call", "wrong", "other"];
/// The longest words, in characters.
const LONGEST: usize = 2_000;
/// The longest telephone number, in characters.
const LONGEST_PHONE: usize = 40;

/// The form, with what was wrong in it.
#[derive(Serialize)]
struct Page<'a> {
    heading: Heading,
    base: &'a str,
    /// Back to the event.
    back: String,
    event: String,
    time: String,
    kind: String,
    camera: Option<String>,
    kinds: [&'static str; 4],
    longest: usize,
    said: Vec<String>,
    form: &'a Form,
    /// Message keys.
    faults: Vec<&'static str>,
}

/// What was filled in.
#[derive(Debug, Default, Serialize)]
pub(super) struct Form {
    pub(super) event: String,
    pub(super) kind: String,
    pub(super) text: String,
    pub(super) phone: String,
}

impl Form {
    fn parse(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "event" => form.event = value.into_owned(),
                "kind" => form.kind = value.into_owned(),
                // Browsers send CR LF.
                "text" => value.replace("\r\n", "\n").trim().clone_into(&mut form.text),
                "phone" => value.trim().clone_into(&mut form.phone),
                _ => {}
            }
        }
        form
    }

    pub(super) fn faults(&self) -> Vec<&'static str> {
        let mut faults = Vec::new();
        if !KINDS.contains(&self.kind.as_str()) {
            faults.push("hosted-fault-kind");
        }
        if self.kind == "other" && self.text.is_empty() {
            faults.push("hosted-fault-empty");
        }
        if self.text.chars().count() > LONGEST {
            faults.push("hosted-fault-long");
        }
        let odd = |c: char| !(c.is_ascii_digit() || " +-()/.".contains(c));
        let digits = self.phone.chars().filter(char::is_ascii_digit).count();
        if !self.phone.is_empty()
            && (self.phone.chars().count() > LONGEST_PHONE || self.phone.contains(odd) || digits < 3)
        {
            faults.push("hosted-fault-phone");
        }
        faults
    }
}

/// A reader before a report.
struct Desk {
    visitor: Visitor,
    delivery: Delivery,
    frozen: Frozen,
    l10n: std::sync::Arc<L10n>,
    base: String,
}

/// `GET`: the form.
pub(in crate::portal) async fn ask(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let desk = desk(&state, &token).await?;
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    let form = Form { event: form.event, ..Form::default() };
    desk.page(&state, &form, Vec::new(), StatusCode::OK).await
}

/// `POST`: writes it down, and leads back.
pub(in crate::portal) async fn say(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    viewer: Viewer,
    body: Bytes,
) -> Result<Response, Fault> {
    let desk = desk(&state, &token).await?;
    let form = Form::parse(&body);
    let (number, about) = about(&desk.frozen.report, &form.event).ok_or(Fault::NoSuchPage)?;
    let by = (Actor::Link(desk.delivery.id), viewer.origin.address.as_str());
    match write(&state, (&desk.frozen, &desk.delivery), (&form, &about), by).await? {
        Written::Wrong(faults) => desk.page(&state, &form, faults, StatusCode::UNPROCESSABLE_ENTITY).await,
        Written::TooMuch => desk.page(&state, &form, vec!["hosted-fault-much"], StatusCode::TOO_MANY_REQUESTS).await,
        Written::Down => {
            let event = desk.events().into_iter().nth(number).ok_or(Fault::NoSuchPage)?;
            Ok(Redirect::to(&desk.back(&event)).into_response())
        }
    }
}

async fn desk(state: &PortalState, token: &str) -> Result<Desk, Fault> {
    let visitor = admit(state, token, |target| *target == LinkTarget::Report).await?;
    let delivery = visitor.delivery.clone().ok_or(Fault::NoSuchLink)?;
    let frozen = frozen::report(state, visitor.access.report).await?;
    let l10n = visitor.l10n(state, &frozen.report)?;
    Ok(Desk { visitor, delivery, frozen, l10n, base: format!("/r/{token}") })
}

impl Desk {
    fn events(&self) -> Vec<Event> {
        shown::events(&self.frozen.report, &self.base, &self.l10n)
    }

    /// The event on the report's page, on the leaf that shows it.
    fn back(&self, event: &Event) -> String {
        format!("{}{}", self.base, event.place())
    }

    async fn page(
        &self,
        state: &PortalState,
        form: &Form,
        faults: Vec<&'static str>,
        status: StatusCode,
    ) -> Result<Response, Fault> {
        let report = &self.frozen.report;
        let (number, about) = about(report, &form.event).ok_or(Fault::NoSuchPage)?;
        let event = self.events().into_iter().nth(number).ok_or(Fault::NoSuchPage)?;
        let known = state.db.feedback_of_night(&self.frozen.row.location, self.frozen.row.night).await?;
        let page = Page {
            heading: shown::heading(report, self.visitor.access.expires_at, &self.l10n),
            base: &self.base,
            back: self.back(&event),
            event: event.anchor.clone(),
            time: event.time.clone(),
            kind: event.kind.clone(),
            camera: event.seen_by().map(str::to_owned),
            kinds: KINDS,
            longest: LONGEST,
            said: about.said(&known, &self.delivery, report, &self.l10n),
            form,
            faults,
        };
        let html = state.view.render("hosted/feedback.html", &self.l10n, &page)?;
        Ok((status, Html(html)).into_response())
    }
}

impl About<'_> {
    /// What this reader said about it, on whichever revision, as they are shown it.
    fn said(&self, known: &[Feedback], reader: &Delivery, report: &Report, l10n: &L10n) -> Vec<String> {
        let own = known.iter().filter(|said| said.email == reader.email);
        let about = own.filter(|said| said.subject == self.what && said.of == self.of);
        about.map(|said| words(said, report, l10n)).collect()
    }
}

/// Notes on each event what this reader said about it, and where they can say more.
pub(in crate::portal) async fn said(
    state: &PortalState,
    visitor: &Visitor,
    (frozen, base): (&Frozen, &str),
    events: &mut [Event],
    l10n: &L10n,
) -> Result<(), Fault> {
    let Some(reader) = &visitor.delivery else { return Ok(()) };
    let known = state.db.feedback_of_night(&frozen.row.location, frozen.row.night).await?;
    for (number, event) in events.iter_mut().enumerate() {
        let Some(about) = about_at(&frozen.report, number) else { continue };
        event.say = Some(format!("{base}/feedback?event={}", event.anchor));
        event.said = about.said(&known, reader, &frozen.report, l10n);
    }
    Ok(())
}

/// "29 March 2026 at 08:12: It was one of us. “The cleaner.” 0171 …", and what staff say.
fn words(said: &Feedback, report: &Report, l10n: &L10n) -> String {
    let at = l10n.date_time(said.at, report.site.timezone);
    let kind = l10n.message(&format!("hosted-kind-{}", said.kind), &[]);
    let mut text = l10n.message("hosted-said", &[("at", at.into()), ("kind", kind.into())]);
    if !said.words.is_empty() {
        text = format!("{text}\n{}", clean(&said.words).trim());
    }
    if let Some(phone) = &said.phone {
        text =
            format!("{text}\n{}", l10n.message("hosted-said-phone", &[("phone", line(phone, LONGEST_PHONE).into())]));
    }
    if let Some(at) = said.handled_at {
        let at = l10n.date_time(at, report.site.timezone);
        text = format!("{text}\n{}", l10n.message("hosted-said-seen", &[("at", at.into())]));
    }
    if let Some(reply) = &said.reply {
        let reply = clean(reply).trim().to_owned();
        text = format!("{text}\n{}", l10n.message("hosted-said-reply", &[("reply", reply.into())]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Sample;
    use crate::portal::hosted::place;

    #[test]
    fn a_form_says_what_is_wrong_in_it() {
        let faults = |body: &str| Form::parse(body.as_bytes()).faults();
        assert_eq!(faults("event=e1&kind=ours&text=&phone="), [""; 0]);
        assert_eq!(faults("event=e1&kind=call&phone=%2B49+(0)171%2F12-34.5"), [""; 0]);
        assert_eq!(faults("event=e1"), ["hosted-fault-kind"]);
        assert_eq!(faults("kind=other&text=++%0d%0a"), ["hosted-fault-empty"]);
        assert_eq!(faults("kind=ours&phone=javascript%3A1"), ["hosted-fault-phone"]);
        assert_eq!(faults("kind=ours&phone=12"), ["hosted-fault-phone"]);
        assert_eq!(faults(&format!("kind=ours&text={}", "%C5%BC".repeat(2_001))), ["hosted-fault-long"]);
        assert_eq!(faults(&format!("kind=ours&text={}", "%C5%BC".repeat(2_000))), [""; 0]);
    }

    #[test]
    fn an_anchor_names_the_event_that_the_page_shows_under_it() {
        let report = Sample::Ordinary.report();
        let l10n = L10n::new(crate::model::Language::En, "en-GB").unwrap();
        for (number, event) in shown::events(&report, "/r/x", &l10n).iter().enumerate() {
            let (found, about) = about(&report, &event.anchor).unwrap();
            assert_eq!((found, about.what == "incident"), (number, event.incident), "{}", event.anchor);
            assert_eq!(place(&report, about.what, about.of), Some(number));
        }
        for wrong in ["", "e", "e0", "e-1", "x1", "e10", "e99999999999999999999"] {
            assert!(about(&report, wrong).is_none(), "{wrong}");
        }
    }
}
