//! `/desk/mails/{id}/withdraw`: a mail's links, and the wish that they lead nowhere any more.

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::mail;
use crate::access::policy::Action;
use crate::audit::Change;
use crate::db::links::LinkRecord;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// How a mail's links stand.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Links {
    /// `working`, `ended` or `withdrawn`.
    state: &'static str,
    /// Until when, or since when.
    at: String,
}

impl Links {
    /// Of the links that a mail holds, if it holds any.
    pub(super) fn of(links: &[LinkRecord], now: DateTime<Utc>, zone: chrono_tz::Tz, l10n: &L10n) -> Option<Self> {
        standing(links, now).map(|(state, at)| Self { state, at: l10n.date_time(at, zone) })
    }

    /// Whether there is anything to withdraw: links that have ended, too, for who signs in sees what they were mailed.
    pub(super) fn stand(&self) -> bool {
        self.state != "withdrawn"
    }
}

/// Whether a mail's links are `working`, `ended` or `withdrawn`, and until when, or since; none where it holds none.
pub(in crate::portal) fn standing(links: &[LinkRecord], now: DateTime<Utc>) -> Option<(&'static str, DateTime<Utc>)> {
    let stands = |link: &&LinkRecord| link.revoked_at.is_none();
    Some(match links.iter().filter(stands).map(|link| link.expires_at).max() {
        Some(until) if until > now => ("working", until),
        Some(until) => ("ended", until),
        None => ("withdrawn", links.iter().filter_map(|link| link.revoked_at).max()?),
    })
}

#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    reason: String,
}

pub(super) async fn withdraw(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
    Posted(wish): Posted<Wish>,
) -> Result<Response, Fault> {
    let opened = mail::open(&state, &viewer, &id, Action::Correct).await?;
    let (delivery, reason) = (&opened.delivery, line(&wish.reason, 400));
    if reason.is_empty() {
        return Ok(mail::back(delivery.id, "why"));
    }
    let revoked = take_back(&state, &viewer, &opened, &reason).await?;
    Ok(mail::back(delivery.id, if revoked > 0 { "withdrawn" } else { "withdrawn-before" }))
}

/// Has a mail's links lead nowhere any more; returns how many of them led somewhere.
pub(in crate::portal) async fn take_back(
    state: &PortalState,
    viewer: &Viewer,
    opened: &mail::Opened,
    reason: &str,
) -> Result<u64, Fault> {
    let delivery = &opened.delivery;
    let change = Change {
        actor: viewer.actor(),
        action: "delivery.withdraw",
        object: format!("delivery:{}", delivery.id),
        branch: opened.site.as_ref().map(|site| &site.branch),
        detail: json!({ "contact": delivery.contact, "reason": reason }),
        origin: &viewer.origin.address,
    };
    Ok(crate::access::withdraw(&state.db, delivery.id, change, state.clock.now()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    #[test]
    fn links_work_until_the_last_of_them_ends_and_stand_until_all_are_withdrawn() {
        let l10n = L10n::new(Language::En, "en-US").unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let link = |until: &str, revoked: Option<&str>| LinkRecord {
            kind: "clip".into(),
            subject: None,
            expires_at: at(until),
            revoked_at: revoked.map(at),
        };
        let now = at("2026-03-20T00:00:00Z");
        let of = |links: &[LinkRecord]| {
            Links::of(links, now, chrono_tz::UTC, &l10n).map(|links| (links.state, links.stand()))
        };
        let (early, late) = ("2026-03-19T00:00:00Z", "2026-04-19T00:00:00Z");
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[link(early, None), link(late, None)]), Some(("working", true)));
        assert_eq!(of(&[link(early, None), link(late, Some(early))]), Some(("ended", true)));
        assert_eq!(of(&[link(late, Some(early))]), Some(("withdrawn", false)));
    }
}
