//! `/desk/reports/{id}/send`: a built revision goes to all of its recipients, to some, or as a test to whoever asks.

use std::collections::HashMap;

use axum::extract::{Path, Query, RawQuery, State};
use axum::response::{Html, Redirect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::difference::{Difference, between};
use super::report::{Opened, Top, open, top};
use super::words::{self, Said};
use crate::access::policy::Action;
use crate::audit::{self, Change};
use crate::db::deliveries::{Delivery, DeliveryFilter};
use crate::db::reports::ReportRow;
use crate::model::{ContactRef, DeliveryId, DeliveryState, EmailAddress};
use crate::pipeline::CirculateError;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::hosted::{Leaf, Leaves, Turn};
use crate::portal::posted::Posted;
use crate::portal::shown::{line, written_out};
use crate::portal::viewer::{Viewer, address_in};

/// What the page says of the difference, in bytes; the page of the difference says all.
const ABRIDGED: usize = 18_000;

#[derive(Serialize)]
struct Page {
    top: Top,
    said: Option<String>,
    /// What the readers' last revision did not say.
    difference: Option<Difference>,
    /// Those of the leaf that was asked for.
    readers: Vec<ReaderRow>,
    leaf: Option<Leaf>,
    /// How many of them have not had it.
    left: usize,
    /// A newer revision is the one to send.
    superseded: Option<i32>,
    /// Where a test goes.
    own: Option<String>,
}

#[derive(Serialize)]
struct ReaderRow {
    contact: String,
    name: String,
    address: String,
    /// The state of the mail of this revision, and its page, where they have one.
    state: Option<&'static str>,
    mail: Option<String>,
    suppressed: bool,
}

const KNOWN: [&str; 7] = ["sent", "nobody", "meanwhile", "superseded", "test-sent", "test-failed", "test-waits"];

pub(super) async fn ask(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    Query(said): Query<Said>,
    RawQuery(query): RawQuery,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let opened = open(&state, &viewer, &id, Action::Correct).await?;
    let l10n = viewer.l10n(&state)?;
    let row = &opened.row;
    if row.object_key.is_none() {
        return Err(Fault::NoSuchPage);
    }
    let revisions = state.db.revisions(&row.location, row.night).await?;
    let latest = revisions.iter().rfind(|known| known.object_key.is_some()).map(|known| known.revision);
    let mut sent_before = None;
    for known in revisions.iter().rev().filter(|known| known.revision < row.revision && known.object_key.is_some()) {
        if state.db.mails_of(&[known.id]).await?.iter().any(|(_, word, _)| word == "sent") {
            sent_before = Some(known.revision);
            break;
        }
    }
    let difference = between(&state, row, sent_before, &Turn::first(&[], "changes"), &l10n).await?;
    let all = readers(&state, row).await?;
    let left = all.iter().filter(|reader| reader.mail.is_none()).count();
    let weights = all.iter().map(|one| 450 + written_out(&one.name) + written_out(&one.email));
    let (range, leaf) = Leaves::beside(ABRIDGED, weights).turned(&Turn::of(query.as_deref(), &[], "readers"));
    let readers = all[range].iter().map(ReaderRow::of).collect();
    let page = Page {
        difference: difference.map(|difference| difference.abridged(ABRIDGED)),
        left,
        readers,
        leaf,
        superseded: latest.filter(|latest| *latest > row.revision),
        own: own_address(&viewer).map(|address| address.as_str().to_owned()),
        said: said.of(&KNOWN),
        top: top(&state, &viewer, &opened, &l10n).await?,
    };
    state.view.page("desk/send.html", &l10n, &viewer, &page).map(Html)
}

fn own_address(viewer: &Viewer) -> Option<EmailAddress> {
    viewer.principal.address().and_then(address_in)
}

impl ReaderRow {
    fn of(reader: &Reader) -> Self {
        Self {
            contact: reader.contact.to_string(),
            name: line(&reader.name, 100),
            address: line(&reader.email, 254),
            state: reader.mail.map(|(_, state)| state.as_str()),
            mail: reader.mail.map(|(id, _)| format!("/desk/mails/{id}")),
            suppressed: reader.suppressed,
        }
    }
}

/// A recipient of a revision, at the address that they have now.
pub(in crate::portal) struct Reader {
    pub(in crate::portal) contact: ContactRef,
    pub(in crate::portal) name: String,
    /// Where it was mailed, or would be.
    pub(in crate::portal) email: String,
    /// The mail of this revision, where they have one, and its state.
    pub(in crate::portal) mail: Option<(DeliveryId, DeliveryState)>,
    /// Whether nothing is mailed to that address.
    pub(in crate::portal) suppressed: bool,
}

/// The frozen recipients at the addresses that they have now.
pub(in crate::portal) async fn readers(state: &PortalState, row: &ReportRow) -> Result<Vec<Reader>, Fault> {
    let frozen = frozen::report(state, row.id).await?;
    let filter = DeliveryFilter { report: Some(row.id), limit: 5_000, ..DeliveryFilter::default() };
    let listed = state.db.deliveries(&filter).await?;
    let had: HashMap<&ContactRef, &Delivery> =
        listed.iter().map(|one| (&one.delivery.contact, &one.delivery)).collect();
    let mut readers = Vec::with_capacity(frozen.report.recipients.len());
    for recipient in &frozen.report.recipients {
        let mail = had.get(&recipient.contact);
        let corrected = state.db.contact_override(&recipient.contact).await?.and_then(|over| over.email);
        let email = match (mail, corrected) {
            (Some(mail), _) => mail.email.clone(),
            (None, Some(corrected)) => corrected,
            (None, None) => recipient.email.clone(),
        };
        readers.push(Reader {
            contact: recipient.contact.clone(),
            name: recipient.name.clone(),
            suppressed: state.db.suppression(&EmailAddress::normalized(&email)).await?.is_some(),
            email,
            mail: mail.map(|mail| (mail.id, mail.state)),
        });
    }
    Ok(readers)
}

#[derive(Deserialize)]
pub(super) struct Wish {
    /// `all`, or nothing for those who are named.
    #[serde(default)]
    to: String,
    #[serde(default)]
    contact: Vec<ContactRef>,
}

pub(super) async fn send(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
    Posted(wish): Posted<Wish>,
) -> Result<Redirect, Fault> {
    let opened = open(&state, &viewer, &id, Action::Correct).await?;
    let wanted = if wish.to == "all" { None } else { Some(wish.contact) };
    let said = match circulate(&state, &viewer, &opened, wanted).await? {
        Circulated::Sent(_) => "sent",
        Circulated::Nobody => "nobody",
        Circulated::Superseded => "superseded",
        Circulated::Meanwhile => "meanwhile",
    };
    Ok(back(opened.row.id, said))
}

/// What became of the wish to send a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::portal) enum Circulated {
    /// These mails are on their way.
    Sent(Vec<DeliveryId>),
    /// Whoever was named has had it.
    Nobody,
    /// A newer revision is the one to send.
    Superseded,
    /// Somebody else did the same at this moment.
    Meanwhile,
}

/// Sends a revision to its recipients who are named (all of them, where none is) and have not had it.
pub(in crate::portal) async fn circulate(
    state: &PortalState,
    viewer: &Viewer,
    opened: &Opened,
    wanted: Option<Vec<ContactRef>>,
) -> Result<Circulated, Fault> {
    let row = &opened.row;
    // One that is not built has nothing to send, and nobody to send it to.
    if row.object_key.is_none() {
        return Err(Fault::NoSuchPage);
    }
    let wanted = if let Some(named) = wanted {
        named
    } else {
        let frozen = frozen::report(state, row.id).await?;
        frozen.report.recipients.iter().map(|recipient| recipient.contact.clone()).collect()
    };
    let change = Change {
        actor: viewer.actor(),
        action: "report.send",
        object: format!("report:{}", row.id),
        branch: opened.site.as_ref().map(|site| &site.branch),
        detail: json!({
            "location": row.location, "night": row.night.to_string(), "revision": row.revision, "contacts": wanted,
        }),
        origin: &viewer.origin.address,
    };
    let circulated = match Box::pin(state.pipeline.circulate(row.id, &wanted, Some(change))).await {
        Ok(sent) if sent.is_empty() => Circulated::Nobody,
        Ok(sent) => Circulated::Sent(sent),
        Err(CirculateError::Superseded(_)) => Circulated::Superseded,
        Err(CirculateError::Meanwhile) => Circulated::Meanwhile,
        Err(CirculateError::NotBuilt) => return Err(Fault::NoSuchPage),
        Err(CirculateError::Db(error)) => return Err(error.into()),
        Err(error) => return Err(Fault::Send(Box::new(error))),
    };
    state.pipeline.queue.wake();
    Ok(circulated)
}

fn back(id: crate::model::ReportId, said: &str) -> Redirect {
    Redirect::to(&words::path(&format!("/desk/reports/{id}/send"), &[("said", said)]))
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Mails the revision, marked TEST, to whoever asks, and to nobody else.
pub(super) async fn test(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Redirect, Fault> {
    let opened = open(&state, &viewer, &id, Action::Correct).await?;
    let id = opened.row.id;
    let said = match try_out(&state, &viewer, opened).await? {
        Some(true) => "test-sent",
        Some(false) => "test-failed",
        None => "test-waits",
    };
    Ok(back(id, said))
}

/// Mails a revision, marked TEST, to whoever asks, and says whether it left; none where no server has said anything yet.
pub(in crate::portal) async fn try_out(
    state: &PortalState,
    viewer: &Viewer,
    opened: Opened,
) -> Result<Option<bool>, Fault> {
    let row = opened.row;
    let (Some(to), true) = (own_address(viewer), row.object_key.is_some()) else { return Err(Fault::NoSuchPage) };
    let change = Change {
        actor: viewer.actor(),
        action: "report.test",
        object: format!("report:{}", row.id),
        branch: opened.site.as_ref().map(|site| &site.branch),
        detail: json!({ "location": row.location, "night": row.night.to_string(), "revision": row.revision }),
        origin: &viewer.origin.address,
    };
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    let (pipeline, id, by) = (state.pipeline.clone(), row.id, words::signature(viewer));
    // On a task of its own: whoever closes the page meanwhile does not leave the mail half sent.
    let sending = tokio::spawn(async move { Box::pin(pipeline.send_test_of(&row, &to, Some(by))).await });
    Ok(match tokio::time::timeout(PATIENCE, sending).await {
        Ok(Ok(Ok(_))) => Some(true),
        Ok(Ok(Err(error))) => {
            tracing::warn!(error = &error as &dyn std::error::Error, report = %id, "a test mail did not leave");
            Some(false)
        }
        Ok(Err(_)) => Some(false),
        Err(_) => None,
    })
}

/// A page waits for a mail server for so long.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
