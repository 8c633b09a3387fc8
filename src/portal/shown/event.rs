//! Events: incidents and interactions become entries of one list, in order of time.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::whole;
use super::{Recording, Sale, line, recording, sale, web_url};
use crate::compose::{CasePlace, Escalation, Incident, Interaction, Report};
use crate::model::ClipRef;
use crate::render::l10n::L10n;

/// An incident, or an interaction of any level.
#[derive(Serialize)]
pub(in crate::portal) struct Event {
    /// Fragment of its own within the page: `e` and its place in the report, from 1.
    pub(in crate::portal) anchor: String,
    pub(super) escalated: bool,
    pub(in crate::portal) incident: bool,
    pub(in crate::portal) level: Option<i32>,
    pub(in crate::portal) time: String,
    pub(in crate::portal) at: DateTime<Utc>,
    pub(in crate::portal) kind: String,
    pub(in crate::portal) camera: Option<String>,
    operator: Option<String>,
    reported_by: Option<String>,
    case: Option<String>,
    /// The case's other incidents that night.
    case_tonight: Option<String>,
    description: Option<String>,
    notes: Option<String>,
    actions: Vec<String>,
    photo: Option<String>,
    photo_missing: bool,
    recordings: Vec<Recording>,
    timeline: Option<String>,
    sale: Option<Sale>,
    /// What its reader has said about it, as they are shown it.
    pub(in crate::portal) said: Vec<String>,
    /// Where they can say more.
    pub(in crate::portal) say: Option<String>,
    /// What its readers have said about it, as staff are shown it.
    pub(in crate::portal) remarks: Vec<Remark>,
    /// What a search looks through, in lower case.
    #[serde(skip)]
    pub(super) haystack: String,
}

/// What a reader said about an event, for staff.
#[derive(Serialize)]
pub(in crate::portal) struct Remark {
    /// Who said what, and when.
    pub(in crate::portal) text: String,
    /// Where it is handled.
    pub(in crate::portal) href: String,
    /// Whether it is.
    pub(in crate::portal) handled: bool,
}

/// How the page that shows events addresses what belongs to them.
pub(in crate::portal) struct Paths<'a> {
    /// Address of the page itself, without a slash at its end.
    base: &'a str,
    /// Whether it shows one incident only, whose clips are numbered by themselves.
    single: bool,
}

/// All events of a report whose page is `base`, escalated ones first, each part in order of time.
pub(in crate::portal) fn events(report: &Report, base: &str, l10n: &L10n) -> Vec<Event> {
    let desk = Desk { report, paths: Paths { base, single: false }, l10n };
    let escalated = report.escalations.iter().enumerate().map(|(at, escalation)| desk.escalation(at, escalation));
    let first = report.escalations.len();
    let normal = report.interactions.iter().enumerate().map(|(at, handled)| desk.interaction(first + at, handled));
    escalated.chain(normal).collect()
}

impl Event {
    /// An incident, or an interaction of level 2 and above.
    pub(in crate::portal) fn is_escalated(&self) -> bool {
        self.escalated
    }

    /// The cameras that saw it: its own, then those of its recordings; one may come twice.
    pub(in crate::portal) fn cameras(&self) -> impl Iterator<Item = &str> {
        self.camera.as_deref().into_iter().chain(self.recordings.iter().filter_map(Recording::camera))
    }

    /// The first of them, by which it is sorted and drawn.
    pub(in crate::portal) fn seen_by(&self) -> Option<&str> {
        self.cameras().next()
    }

    /// What follows the address of its report's page, to come to it on whichever leaf it stands.
    pub(in crate::portal) fn place(&self) -> String {
        // The first stands on the page as it opens.
        if self.anchor == "e1" { "#e1".to_owned() } else { format!("?page={0}#{0}", self.anchor) }
    }

    /// About how many bytes it takes on a page.
    pub(in crate::portal) fn weight(&self) -> usize {
        let texts = [&self.camera, &self.operator, &self.reported_by, &self.case, &self.case_tonight];
        let long = [&self.description, &self.notes, &self.timeline];
        let written = texts.into_iter().chain(long).flatten().chain(&self.actions).chain(&self.said);
        let text: usize = written.map(|text| written_out(text) + 60).sum();
        let sale = self.sale.as_ref().map_or(0, Sale::weight);
        let remarks: usize = self.remarks.iter().map(|one| written_out(&one.text) + 250).sum();
        750 + written_out(&self.kind) + text + remarks + self.recordings.len() * 750 + sale
    }

    /// The incident of `escalation` for its own page at `base`.
    pub(in crate::portal) fn shared(escalation: &Escalation, report: &Report, base: &str, l10n: &L10n) -> Self {
        Desk { report, paths: Paths { base, single: true }, l10n }.escalation(0, escalation)
    }
}

/// The clips of an escalation in the order in which its page numbers them.
pub(in crate::portal) fn clips_of(escalation: &Escalation) -> Vec<&ClipRef> {
    let mut clips: Vec<&ClipRef> = escalation.incident.iter().flat_map(|incident| &incident.clips).collect();
    let handled = escalation.interaction.as_ref().and_then(|interaction| interaction.clip.as_ref());
    clips.extend(handled.filter(|clip| !clips.contains(clip)).into_iter().collect::<Vec<_>>());
    clips
}

struct Desk<'a> {
    report: &'a Report,
    paths: Paths<'a>,
    l10n: &'a L10n,
}

impl Desk<'_> {
    fn escalation(&self, at: usize, escalation: &Escalation) -> Event {
        let mut event = match (&escalation.interaction, &escalation.incident) {
            (Some(handled), _) => self.interaction(at, handled),
            (None, _) => self.empty(at, escalation.at),
        };
        event.escalated = true;
        if let Some(incident) = &escalation.incident {
            self.add_incident(&mut event, at, incident);
        }
        event.recordings = self.recordings(&clips_of(escalation), escalation.at);
        event.haystack = haystack(&event);
        event
    }

    fn interaction(&self, at: usize, handled: &Interaction) -> Event {
        let mut event = self.empty(at, handled.started_at);
        event.escalated = handled.level >= 2;
        event.level = Some(handled.level);
        event.kind = line(&handled.kind, 80);
        event.camera = handled.camera.as_deref().map(|camera| line(camera, 80));
        event.operator = handled.operator.as_deref().map(|operator| line(operator, 80));
        event.notes = Some(whole(&handled.notes)).filter(|notes| !notes.is_empty());
        event.actions = handled.actions.iter().map(|action| line(action, 200)).collect();
        event.recordings = self.recordings(&handled.clip.iter().collect::<Vec<_>>(), handled.started_at);
        event.timeline = handled.timeline_url.as_deref().and_then(web_url).map(String::from);
        event.haystack = haystack(&event);
        event
    }

    fn empty(&self, number: usize, at: DateTime<Utc>) -> Event {
        Event {
            anchor: format!("e{}", number + 1),
            escalated: false,
            incident: false,
            level: None,
            time: self.l10n.time_with_seconds(at, self.report.site.timezone),
            at,
            kind: String::new(),
            camera: None,
            operator: None,
            reported_by: None,
            case: None,
            case_tonight: None,
            description: None,
            notes: None,
            actions: Vec::new(),
            photo: None,
            photo_missing: false,
            recordings: Vec::new(),
            timeline: None,
            sale: None,
            said: Vec::new(),
            say: None,
            remarks: Vec::new(),
            haystack: String::new(),
        }
    }

    fn add_incident(&self, event: &mut Event, number: usize, incident: &Incident) {
        event.incident = true;
        event.at = incident.occurred_at;
        event.time = self.l10n.time_with_seconds(incident.occurred_at, self.report.site.timezone);
        event.kind = line(&incident.kind, 80);
        event.reported_by = incident.reported_by.as_deref().map(|reporter| line(reporter, 80));
        event.description = Some(whole(&incident.description)).filter(|text| !text.is_empty());
        event.case = incident.case.as_ref().map(|case| self.case(case));
        event.case_tonight = incident.case.as_ref().and_then(|case| self.case_tonight(case));
        event.photo_missing = incident.photo_missing;
        event.photo = incident.photo.as_ref().map(|_| {
            let base = self.paths.base;
            if self.paths.single { format!("{base}/photo") } else { format!("{base}/photo/{number}") }
        });
        if let Some(url) = incident.timeline_url.as_deref().and_then(web_url) {
            event.timeline = Some(url.into());
        }
        let transaction = incident.transaction.as_ref().and_then(|wanted| self.report.transaction(wanted));
        event.sale = transaction.map(|transaction| sale(transaction, self.report, self.l10n));
    }

    fn case(&self, case: &CasePlace) -> String {
        // The number is an identifier: it is not grouped, so it goes in as a text.
        let args = [("number", case.number.to_string().into()), ("instance", case.instance.into())];
        self.l10n.message("page-case", &args)
    }

    /// "02:10:31 (Theft), 04:00:12 (Theft)": the case's other incidents in this report.
    fn case_tonight(&self, case: &CasePlace) -> Option<String> {
        let others = (self.report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref()))
            .filter_map(|incident| incident.case.as_ref().map(|place| (incident, place)))
            .filter(|(_, place)| place.case == case.case && place.instance != case.instance)
            .map(|(other, _)| {
                let time = self.l10n.time_with_seconds(other.occurred_at, self.report.site.timezone);
                format!("{time} ({})", line(&other.kind, 40))
            });
        let list: Vec<String> = others.collect();
        (!list.is_empty()).then(|| self.l10n.message("page-case-tonight", &[("list", list.join(", ").into())]))
    }

    fn recordings(&self, clips: &[&ClipRef], at: DateTime<Utc>) -> Vec<Recording> {
        let numbered = clips.iter().enumerate().filter_map(|(own, wanted)| {
            let among_all = self.report.clips.binary_search_by(|known| known.clip.cmp(wanted)).ok()?;
            let number = if self.paths.single { own } else { among_all };
            Some((&self.report.clips[among_all], format!("{}/clip/{number}", self.paths.base)))
        });
        numbered.map(|(clip, path)| recording(clip, path, Some(at), self.report, self.l10n)).collect()
    }
}

/// The length of a text in HTML, where some letters take several.
pub(in crate::portal) fn written_out(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| b"<>&\"'/".contains(byte)).count() * 5
}

fn haystack(event: &Event) -> String {
    let texts = [&event.operator, &event.reported_by, &event.case, &event.description, &event.notes];
    let mut text = event.kind.to_lowercase();
    let sold = event.sale.iter().flat_map(Sale::words);
    let said = texts.into_iter().flatten().chain(&event.actions).map(String::as_str);
    for part in event.cameras().chain(said).chain(sold) {
        text.push('\n');
        text.push_str(&part.to_lowercase());
    }
    text
}
