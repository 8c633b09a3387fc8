//! Thread: what was said about an incident, and the other incidents of its case, as far as one reader was given them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::piece::way_to;
use crate::access::{mint, share};
use crate::compose::{CasePlace, Escalation};
use crate::db::incident_comments::Comment as Said;
use crate::model::{EmailAddress, IncidentRef, LinkTarget, LocationRef};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::line;
use crate::render::l10n::L10n;

/// The most comments on a page.
pub(in crate::portal) const MOST: i64 = 100;
/// The most shares on an incident's page.
const MOST_SHARES: i64 = 20;

/// Something that was said.
#[derive(Debug, Serialize)]
pub(in crate::portal) struct Comment {
    name: String,
    at: String,
    text: String,
}

/// Another incident of the case.
#[derive(Debug, Serialize)]
pub(in crate::portal) struct Before {
    time: String,
    kind: String,
    href: String,
}

/// Another incident of the case, as rows tell of it.
pub(in crate::portal) struct Earlier {
    pub(in crate::portal) incident: IncidentRef,
    pub(in crate::portal) occurred_at: DateTime<Utc>,
    pub(in crate::portal) kind: String,
    pub(in crate::portal) href: String,
}

/// Something that the reader has shared.
#[derive(Debug, Serialize)]
pub(in crate::portal) struct Mine {
    href: String,
    at: String,
    seen: String,
}

/// What an address has shared of a location, newest first; `base` stands above the pages of these.
pub(in crate::portal) async fn mine(
    state: &PortalState,
    address: &str,
    location: &LocationRef,
    base: &str,
    (zone, l10n): (Tz, &L10n),
) -> Result<Vec<Mine>, Fault> {
    let mut mine = Vec::new();
    for made in state.db.shares_by_at(address, location, MOST_SHARES).await? {
        let (all, seen) =
            (state.db.share_recipients(made.id).await?.len(), share::looks(&state.db, made.id).await?.len());
        mine.push(Mine {
            href: format!("{base}/{}", made.id),
            at: l10n.date_time(made.created_at, zone),
            seen: l10n.message("share-seen", &[("seen", seen.into()), ("all", all.into())]),
        });
    }
    Ok(mine)
}

/// What was said about an incident lately, oldest first.
pub(in crate::portal) async fn comments(
    state: &PortalState,
    incident: &IncidentRef,
    (zone, l10n): (Tz, &L10n),
) -> Result<Vec<Comment>, Fault> {
    let shown = |said: Said| Comment { name: called(&said.name), at: l10n.date_time(said.at, zone), text: said.text };
    Ok(said(state, incident).await?.into_iter().map(shown).collect())
}

/// How many earlier comments there are than the `shown` newest, in words; none where these are all.
pub(in crate::portal) async fn unshown(
    state: &PortalState,
    incident: &IncidentRef,
    shown: usize,
    l10n: &L10n,
) -> Result<Option<String>, Fault> {
    let shown = i64::try_from(shown).unwrap_or(i64::MAX);
    if shown < MOST {
        return Ok(None);
    }
    let more = state.db.comment_count(incident).await? - shown;
    Ok((more > 0).then(|| l10n.message("share-comments-earlier", &[("count", more.into())])))
}

/// The same as rows, with the text as it is shown.
pub(in crate::portal) async fn said(state: &PortalState, incident: &IncidentRef) -> Result<Vec<Said>, Fault> {
    let shown = |said: Said| Said { text: crate::model::clean(&said.text).trim().to_owned(), ..said };
    Ok(state.db.comments_on(incident, MOST).await?.into_iter().map(shown).collect())
}

/// How other readers see who said something: who has no name is shown by a masked address.
pub(in crate::portal) fn called(name: &str) -> String {
    match EmailAddress::new(name) {
        Ok(address) => address.to_string(),
        Err(_) => line(name, 80),
    }
}

/// The case's other incidents that an address was mailed or shown, oldest first.
pub(in crate::portal) async fn history(
    state: &PortalState,
    address: Option<&str>,
    escalation: &Escalation,
    (zone, l10n): (Tz, &L10n),
) -> Result<Vec<Before>, Fault> {
    let Some(address) = address else { return Ok(Vec::new()) };
    let shown = |one: Earlier| Before {
        time: l10n.date_time(one.occurred_at, zone),
        kind: line(&one.kind, 80),
        href: one.href,
    };
    Ok(earlier(state, address, escalation).await?.into_iter().map(shown).collect())
}

/// The same as rows, each with the link that the address has for it.
pub(in crate::portal) async fn earlier(
    state: &PortalState,
    address: &str,
    escalation: &Escalation,
) -> Result<Vec<Earlier>, Fault> {
    let incident = escalation.incident.as_ref();
    let case: Option<&CasePlace> = incident.and_then(|incident| incident.case.as_ref());
    let (Some(case), Some(incident)) = (case, incident) else { return Ok(Vec::new()) };
    let (now, key) = (state.clock.now(), &state.pipeline.link_key);
    let mut known = BTreeSet::from([incident.incident.clone()]);
    let mut found = Vec::new();
    for mailed in state.db.case_mailed(address, &case.case, now).await? {
        let target = LinkTarget::Incident(mailed.incident.clone());
        let token = mint(key, mailed.delivery, &target);
        if token.hash().as_slice() == mailed.token_hash && known.insert(mailed.incident.clone()) {
            let (incident, href) = (mailed.incident, format!("/i/{token}"));
            found.push(Earlier { incident, occurred_at: mailed.occurred_at, kind: mailed.kind, href });
        }
    }
    for shared in state.db.case_shared(address, &case.case, now).await? {
        let token = share::token(key, shared.recipient.id);
        let (Some(occurred_at), Some(kind)) = (shared.occurred_at, shared.kind) else { continue };
        if token.hash().as_slice() == shared.recipient.token_hash && known.insert(shared.incident.clone()) {
            let href = format!("/s/{token}{}", way_to(shared.number));
            found.push(Earlier { incident: shared.incident, occurred_at, kind, href });
        }
    }
    found.sort_by_key(|one| one.occurred_at);
    Ok(found)
}
