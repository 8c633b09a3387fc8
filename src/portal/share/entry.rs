//! Entry: addresses are let in to see a location, their time is set, and they are taken off; pages and programs alike.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::order::{Wrong, wrong_with};
use crate::access::share::Addresses;
use crate::audit::{self, Change};
use crate::db::shares;
use crate::db::sites::Location;
use crate::db::whitelist::{self, Listed};
use crate::db::{DbError, Tx};
use crate::model::WhitelistId;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

/// Lets addresses in, or says what is wrong with them; whoever is in already stays as long as the longer of both.
pub(in crate::portal) async fn let_in(
    state: &PortalState,
    viewer: &Viewer,
    site: &Location,
    (addresses, note): (&str, &str),
    expires_at: Option<DateTime<Utc>>,
) -> Result<Result<Vec<String>, Vec<Wrong>>, Fault> {
    let addresses = Addresses::parse(addresses, &state.db.domain_rules(&site.branch).await?);
    let now = state.clock.now();
    let mut wrong = wrong_with(&addresses, note);
    if expires_at.is_some_and(|end| end <= now) {
        wrong.push(Wrong::End);
    }
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    let mut tx = state.db.begin().await?;
    let mut entries = Vec::with_capacity(addresses.good.len());
    for address in &addresses.good {
        let listed = Listed {
            id: state.random.id()?.into(),
            address: address.as_str().to_owned(),
            location: site.location.clone(),
            since: now,
            expires_at,
            granted_by: viewer.actor().to_string(),
            note: note.trim().to_owned(),
            revoked_at: None,
            whole: true,
        };
        let id = whitelist::insert(&mut tx, &listed).await?;
        entries.push(json!({ "address": address.as_str(), "entry": format!("whitelist:{id}") }));
    }
    let detail = json!({"addresses": addresses.good.len(), "entries": entries, "expires_at": expires_at});
    record(&mut tx, viewer, ("whitelist.add", format!("location:{}", site.location)), site, detail, now).await?;
    tx.commit().await?;
    Ok(Ok(addresses.good.iter().map(|address| address.as_str().to_owned()).collect()))
}

/// Takes an entry off; false where it is off already.
pub(in crate::portal) async fn take_off(
    state: &PortalState,
    viewer: &Viewer,
    site: &Location,
    id: WhitelistId,
) -> Result<bool, Fault> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let off = whitelist::revoke(&mut tx, id, &viewer.actor().to_string(), now).await?;
    if off {
        let links = shares::revoke_links(&mut tx, id, &viewer.actor().to_string(), now).await?;
        let entry = ("whitelist.revoke", format!("whitelist:{id}"));
        record(&mut tx, viewer, entry, site, json!({ "links": links }), now).await?;
    }
    tx.commit().await?;
    Ok(off)
}

/// Moves the end of an entry, and of its links that still work; false where it is off, or has ended with its links.
pub(in crate::portal) async fn end_at(
    state: &PortalState,
    viewer: &Viewer,
    site: &Location,
    (id, expires_at): (WhitelistId, DateTime<Utc>),
) -> Result<bool, Fault> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let moved = whitelist::end_at(&mut tx, id, expires_at, now).await?;
    if moved {
        let links = shares::end_links(&mut tx, id, expires_at, now).await?;
        let detail = json!({"expires_at": expires_at, "links": links});
        let entry = ("whitelist.end", format!("whitelist:{id}"));
        record(&mut tx, viewer, entry, site, detail, now).await?;
    }
    tx.commit().await?;
    Ok(moved)
}

async fn record(
    tx: &mut Tx,
    viewer: &Viewer,
    (action, object): (&'static str, String),
    site: &Location,
    detail: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let (actor, branch, origin) = (viewer.actor(), Some(&site.branch), viewer.origin.address.as_str());
    audit::record(tx, Change { actor, action, object, branch, detail, origin }, now).await
}
