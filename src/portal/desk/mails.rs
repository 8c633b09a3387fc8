//! `/desk/mails`: "what did they get?": every mail to an address, or the one that a Message-ID or an id names.

use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::words::{self, Mail, Suppressed};
use crate::access::policy::{Action, Place};
use crate::db::bounces::BounceFilter;
use crate::db::deliveries::DeliveryFilter;
use crate::model::{DeliveryId, EmailAddress};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// So many mails are listed.
const MOST: i64 = 100;

#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct Page {
    q: String,
    asked: bool,
    /// Whether it is an address that was asked for.
    address: bool,
    mails: Vec<Mail>,
    full: bool,
    tests: Vec<Other>,
    letters: Vec<Other>,
    bounces: Vec<Returned>,
    suppressed: Option<Suppressed>,
}

/// A mail that is no report.
#[derive(Serialize)]
struct Other {
    at: String,
    subject: String,
    /// Kind of a letter; site of a test mail.
    what: String,
    state: Option<String>,
    /// How often it was tried, where it is tried again.
    tries: Option<i32>,
    reply: Option<String>,
}

/// A mail that came back.
#[derive(Serialize)]
pub(super) struct Returned {
    pub(super) at: String,
    pub(super) kind: &'static str,
    pub(super) status: Option<String>,
    pub(super) diagnostic: String,
    pub(super) mail: String,
}

pub(super) async fn mails(
    State(state): State<PortalState>,
    Query(wish): Query<Wish>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    viewer.may(Action::LookUp, Place::INSTALLATION)?;
    let l10n = viewer.l10n(&state)?;
    let q = line(wish.q.trim().trim_start_matches('<').trim_end_matches('>'), 320);
    if let Ok(id) = q.parse::<DeliveryId>()
        && state.db.delivery(id).await?.is_some()
    {
        return Ok(Redirect::to(&format!("/desk/mails/{id}")).into_response());
    }
    let mut page = Page {
        asked: !q.is_empty(),
        address: words::is_address(&q),
        mails: Vec::new(),
        full: false,
        tests: Vec::new(),
        letters: Vec::new(),
        bounces: Vec::new(),
        suppressed: None,
        q,
    };
    if page.asked {
        fill(&state, &mut page, &l10n).await?;
    }
    Ok(Html(state.view.page("desk/mails.html", &l10n, &viewer, &page)?).into_response())
}

async fn fill(state: &PortalState, page: &mut Page, l10n: &L10n) -> Result<(), Fault> {
    let mut listed = state.db.delivery_by_message(&page.q).await?;
    if page.address {
        let filter = DeliveryFilter { email: Some(page.q.clone()), limit: MOST, ..DeliveryFilter::default() };
        listed.extend(state.db.deliveries(&filter).await?);
        page.full = i64::try_from(listed.len()).unwrap_or(i64::MAX) >= MOST;
        others(state, page, l10n).await?;
    }
    for one in &listed {
        let zone = words::zone_of(state, &one.location).await?;
        page.mails.push(Mail::of(one, zone, l10n));
    }
    Ok(())
}

/// What else concerns an address. These belong to no one site, so their times are UTC.
async fn others(state: &PortalState, page: &mut Page, l10n: &L10n) -> Result<(), Fault> {
    let address = EmailAddress::normalized(&page.q);
    let utc = |at| l10n.date_time(at, Tz::UTC);
    let tests = state.db.test_mails_to(&address).await?;
    page.tests = (tests.iter().rev().take(20))
        .map(|test| Other {
            at: utc(test.at),
            subject: line(&test.subject, 200),
            what: format!("{} · {}", line(test.location.as_str(), 128), l10n.date(test.night)),
            state: None,
            tries: None,
            reply: test.reply.as_deref().map(|reply| line(reply, 300)),
        })
        .collect();
    let letters = state.db.letters_to(&address, 20).await?;
    page.letters = (letters.iter())
        .map(|letter| Other {
            at: utc(letter.created_at),
            subject: line(&letter.subject, 200),
            what: line(&letter.kind, 40),
            state: Some(letter.state.as_str().to_owned()),
            tries: Some(letter.attempts),
            reply: letter.reply.as_deref().map(|reply| line(reply, 300)),
        })
        .collect();
    let filter = BounceFilter { address: Some(address.clone()), limit: 20, ..BounceFilter::default() };
    page.bounces = state.db.bounces(&filter).await?.iter().map(|bounce| Returned::of(bounce, Tz::UTC, l10n)).collect();
    page.suppressed = state.db.suppression(&address).await?.map(|row| Suppressed::of(&row, Tz::UTC, l10n));
    Ok(())
}

impl Returned {
    pub(super) fn of(bounce: &crate::db::bounces::Bounce, zone: Tz, l10n: &L10n) -> Self {
        Self {
            at: l10n.date_time(bounce.received_at, zone),
            kind: bounce.kind.as_str(),
            status: bounce.status.as_deref().map(|status| line(status, 20)),
            diagnostic: line(&bounce.diagnostic, 400),
            mail: format!("/desk/mails/{}", bounce.delivery),
        }
    }
}
