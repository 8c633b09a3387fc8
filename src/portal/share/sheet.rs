//! Sheet: what was shared becomes a page, night by night; one that is too long becomes leaves.

use std::ops::Range;

use serde::Serialize;
use url::form_urlencoded;

use super::piece::{Piece, pieces};
use super::thread::{self, Before, Comment};
use crate::access::share::Opened;
use crate::db::shares::Item;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::hosted::{Leaf, Leaves};
use crate::portal::shown::{self, Event, Filter, Heading, line};
use crate::render::l10n::L10n;

/// About how many bytes stand around an incident: its form and the heading of its night.
const AROUND: usize = 900;

#[derive(Serialize)]
pub(super) struct Sheet<'a> {
    base: &'a str,
    heading: Option<Heading>,
    by: String,
    at: String,
    until: String,
    note: String,
    /// The ways to the nights, where there are several.
    ways: Vec<Way>,
    /// Those of this leaf.
    nights: Vec<Night>,
    leaf: Option<Leaf>,
    /// How many incidents retention has taken away.
    gone: usize,
    may_comment: bool,
    longest: usize,
}

/// The way to a night.
#[derive(Serialize)]
struct Way {
    href: String,
    title: String,
    count: usize,
}

/// A night, or a day.
#[derive(Serialize)]
struct Night {
    anchor: String,
    title: String,
    parts: Vec<Part>,
}

/// One incident.
#[derive(Serialize)]
struct Part {
    number: i32,
    event: Event,
    comments: Vec<Comment>,
    unshown: Option<String>,
    history: Vec<Before>,
}

impl<'a> Sheet<'a> {
    /// What a link opened, as its page at `base` shows it; `query` says which leaf.
    pub(super) async fn of(
        state: &PortalState,
        opened: &Opened,
        (base, query): (&'a str, Option<&str>),
        longest: usize,
        l10n: &L10n,
    ) -> Result<Self, Fault> {
        let Opened { share, recipient } = opened;
        let items: Vec<Item> = state.db.share_items(share.id).await?;
        let pieces = pieces(state, &items).await?;
        let mut events = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            let own = format!("{base}/{}", piece.number);
            let mut event = Event::shared(piece.escalation()?, &piece.report, &own, l10n);
            event.anchor = format!("e{}", piece.number);
            events.push(event);
        }
        let (range, leaf) = open(&pieces, &events, query);
        let newest = pieces.first().map(|piece| &piece.report);
        let zone = newest.map_or(chrono_tz::Tz::UTC, |report| report.site.timezone);
        Ok(Self {
            base,
            heading: newest.map(|report| shown::heading(report, recipient.expires_at, l10n)),
            by: line(&share.by_name, 80),
            at: l10n.date_time(share.created_at, zone),
            until: l10n.date_time(recipient.expires_at, zone),
            note: crate::model::clean(&share.note),
            ways: ways(&pieces, leaf.is_some(), l10n),
            nights: nights(state, &recipient.address, (&pieces[range.clone()], events.drain(range)), l10n).await?,
            leaf,
            gone: items.len() - pieces.len(),
            may_comment: share.may_comment,
            longest,
        })
    }
}

/// Which incidents stand on the leaf that is asked for: by its number, or by that of an incident (`item`).
fn open(pieces: &[Piece], events: &[Event], query: Option<&str>) -> (Range<usize>, Option<Leaf>) {
    let leaves = Leaves::cut(events.iter().map(|event| event.weight() + AROUND));
    let asked = |name: &str| {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        pairs.filter(|(known, _)| known == name).map(|(_, value)| value.into_owned()).last()
    };
    let item = asked("item").and_then(|item| item.parse::<i32>().ok());
    let page = match item.and_then(|item| pieces.iter().position(|piece| piece.number == item)) {
        Some(at) => leaves.of(at).to_string(),
        None => asked("page").unwrap_or_default(),
    };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("page", &page).finish();
    leaves.open(&Filter::parse(Some(&query)))
}

/// The ways to the nights of pieces; they lead over other leaves where there are any.
fn ways(pieces: &[Piece], over: bool, l10n: &L10n) -> Vec<Way> {
    let nights = pieces.chunk_by(|one, next| one.when == next.when);
    let ways: Vec<Way> = nights
        .filter_map(|night| {
            let first = night.first()?;
            let anchor = first.when.anchor();
            let href = if over { format!("?item={}#{anchor}", first.number) } else { format!("#{anchor}") };
            Some(Way { href, title: first.when.words(l10n), count: night.len() })
        })
        .collect();
    if ways.len() > 1 { ways } else { Vec::new() }
}

/// The incidents of a leaf, with what was said of each, as far as `address` was given it.
async fn nights(
    state: &PortalState,
    address: &str,
    (pieces, events): (&[Piece], impl Iterator<Item = Event>),
    l10n: &L10n,
) -> Result<Vec<Night>, Fault> {
    let mut nights: Vec<Night> = Vec::new();
    for (piece, event) in pieces.iter().zip(events) {
        let zone = piece.report.site.timezone;
        let comments = thread::comments(state, &piece.incident, (zone, l10n)).await?;
        let part = Part {
            number: piece.number,
            event,
            unshown: thread::unshown(state, &piece.incident, comments.len(), l10n).await?,
            comments,
            history: thread::history(state, Some(address), piece.escalation()?, (zone, l10n)).await?,
        };
        let anchor = piece.when.anchor();
        match nights.last_mut().filter(|night| night.anchor == anchor) {
            Some(night) => night.parts.push(part),
            None => nights.push(Night { anchor, title: piece.when.words(l10n), parts: vec![part] }),
        }
    }
    Ok(nights)
}
