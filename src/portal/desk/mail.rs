//! `/desk/mails/{id}`: one mail: what it is, each try with what the server said, and the wish to send it once more.

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::letter;
use super::mails::Returned;
use super::withdraw::Links;
use super::words::{self, Mail, Said, Suppressed};
use crate::access::policy::{Action, Place};
use crate::audit::Change;
use crate::db::attempts::Attempt;
use crate::db::bounces::BounceFilter;
use crate::db::deliveries::{Delivery, ListedDelivery};
use crate::db::reports::ReportRow;
use crate::db::sites::Location;
use crate::model::{DeliveryId, DeliveryState, EmailAddress};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::headers;
use crate::portal::posted::Posted;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// A mail that somebody of ours may look at.
pub(in crate::portal) struct Opened {
    pub(super) delivery: Delivery,
    pub(super) row: ReportRow,
    pub(super) site: Option<Location>,
}

impl Opened {
    /// Whether it may have arrived: only who says so sends it again.
    pub(in crate::portal) fn may_have_arrived(&self) -> bool {
        matches!(self.delivery.state, DeliveryState::Sent | DeliveryState::Unknown)
    }
}

/// The mail of that id, if the viewer may do this with it.
pub(in crate::portal) async fn open(
    state: &PortalState,
    viewer: &Viewer,
    id: &str,
    action: Action,
) -> Result<Opened, Fault> {
    let id: DeliveryId = id.parse().map_err(|_| Fault::NoSuchPage)?;
    let delivery = state.db.delivery(id).await?.ok_or(Fault::NoSuchPage)?;
    let row = state.db.report(delivery.report).await?.ok_or(Fault::NoSuchPage)?;
    let site = state.db.location(&row.location).await?;
    viewer.may(action, site.as_ref().map_or(Place::INSTALLATION, |site| Place::of(&site.branch)))?;
    Ok(Opened { delivery, row, site })
}

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "what a page shows or not, each by itself")]
struct Page {
    mail: Mail,
    said: Option<String>,
    message_id: String,
    sha256: String,
    size: String,
    language: String,
    report: String,
    night: String,
    next_at: Option<String>,
    links: Option<Links>,
    attempts: Vec<Try>,
    bounces: Vec<Returned>,
    suppressed: Option<Suppressed>,
    /// The mail's header, line by line, or why its bytes are not there.
    head: Vec<(String, String)>,
    gone: Option<String>,
    attachments: Vec<String>,
    /// Whether it can be sent once more, and whether it was sent already.
    resend: bool,
    sent: bool,
    unknown: bool,
    may_correct: bool,
    may_withdraw: bool,
}

#[derive(Serialize)]
struct Try {
    number: i32,
    began: String,
    took: Option<String>,
    outcome: Option<String>,
    server: String,
    reply: Option<String>,
}

impl Try {
    fn of(attempt: &Attempt, zone: chrono_tz::Tz, l10n: &L10n) -> Self {
        Self {
            number: attempt.number,
            began: format!(
                "{}, {}",
                l10n.date(crate::model::NightDate::new(attempt.started_at.with_timezone(&zone).date_naive())),
                l10n.time_with_seconds(attempt.started_at, zone)
            ),
            took: attempt.duration_ms.map(|took| l10n.integer(took)),
            outcome: attempt.outcome.as_deref().map(|outcome| line(outcome, 40)),
            server: line(&attempt.server, 200),
            reply: attempt.reply.as_deref().map(|reply| line(reply, 600)),
        }
    }
}

pub(super) async fn mail(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    Query(said): Query<Said>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let opened = open(&state, &viewer, &id, Action::LookUp).await?;
    let l10n = viewer.l10n(&state)?;
    let Opened { delivery, row, site } = &opened;
    let zone = words::zone_of(&state, &row.location).await?;
    let filter = BounceFilter { delivery: Some(delivery.id), limit: 20, ..BounceFilter::default() };
    let bounces = state.db.bounces(&filter).await?;
    let suppressed = state.db.suppression(&EmailAddress::normalized(&delivery.email)).await?;
    let place = site.as_ref().map_or(Place::INSTALLATION, |site| Place::of(&site.branch));
    let (read, gone) = match letter::read(&state, delivery).await {
        Ok(read) => (read, None),
        Err(gone) => (letter::Read::default(), Some(gone)),
    };
    let sent = delivery.state == DeliveryState::Sent;
    let links = Links::of(&state.db.links_of(delivery.id).await?, state.clock.now(), zone, &l10n);
    let may_correct = viewer.may(Action::Correct, place).is_ok();
    let page = Page {
        said: said.of(&["resent", "left", "why", "withdrawn", "withdrawn-before"]),
        message_id: line(&delivery.message_id, 300),
        sha256: line(&delivery.sha256, 64),
        size: l10n.integer(delivery.size),
        language: line(&delivery.language, 20),
        report: format!("/desk/reports/{}", row.id),
        night: words::night_path(&row.location, row.night),
        next_at: delivery.next_at.map(|at| l10n.date_time(at, zone)),
        attempts: state.db.attempts(delivery.id).await?.iter().map(|one| Try::of(one, zone, &l10n)).collect(),
        bounces: bounces.iter().map(|bounce| Returned::of(bounce, zone, &l10n)).collect(),
        suppressed: suppressed.map(|row| Suppressed::of(&row, zone, &l10n)),
        head: read.head,
        attachments: read.attachments,
        resend: gone.is_none() && can_resend(delivery),
        gone,
        sent,
        unknown: delivery.state == DeliveryState::Unknown,
        may_withdraw: may_correct && links.as_ref().is_some_and(Links::stand),
        links,
        may_correct,
        mail: Mail::of(
            &ListedDelivery {
                delivery: delivery.clone(),
                location: row.location.clone(),
                night: row.night,
                revision: row.revision,
            },
            zone,
            &l10n,
        ),
    };
    let html = state.view.page("desk/mail.html", &l10n, &viewer, &page)?;
    Ok(([(header::CONTENT_SECURITY_POLICY, headers::framing(&state.media_origin))], Html(html)).into_response())
}

/// Final, with a message: what is on its way is left alone.
fn can_resend(delivery: &Delivery) -> bool {
    use DeliveryState::{Bounced, Failed, Sent, Suppressed as Stopped, Unknown};
    !delivery.artifact.is_empty() && matches!(delivery.state, Failed | Bounced | Stopped | Unknown | Sent)
}

#[derive(Serialize)]
struct Confirm {
    mail: Mail,
    sent: bool,
    unknown: bool,
}

/// Asks once more before a mail goes out that may have arrived.
pub(super) async fn confirm(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let opened = open(&state, &viewer, &id, Action::Correct).await?;
    if !can_resend(&opened.delivery) {
        return Err(Fault::NoSuchPage);
    }
    ask(&state, &viewer, opened).await
}

async fn ask(state: &PortalState, viewer: &Viewer, opened: Opened) -> Result<Html<String>, Fault> {
    let l10n = viewer.l10n(state)?;
    let Opened { delivery, row, .. } = opened;
    let zone = words::zone_of(state, &row.location).await?;
    let page = Confirm {
        sent: delivery.state == DeliveryState::Sent,
        unknown: delivery.state == DeliveryState::Unknown,
        mail: Mail::of(
            &ListedDelivery { delivery, location: row.location, night: row.night, revision: row.revision },
            zone,
            &l10n,
        ),
    };
    state.view.page("desk/resend.html", &l10n, viewer, &page).map(Html)
}

#[derive(Deserialize)]
pub(super) struct Wish {
    /// `yes`: also where it may have arrived.
    #[serde(default)]
    again: String,
}

pub(super) async fn resend(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
    Posted(wish): Posted<Wish>,
) -> Result<Response, Fault> {
    let opened = open(&state, &viewer, &id, Action::Correct).await?;
    if can_resend(&opened.delivery) && opened.may_have_arrived() && wish.again != "yes" {
        return Ok(ask(&state, &viewer, opened).await?.into_response());
    }
    let resent = send_again(&state, &viewer, &opened).await?;
    Ok(back(opened.delivery.id, if resent { "resent" } else { "left" }))
}

/// Sends a mail once more; false where it is on its way, or has no message.
pub(in crate::portal) async fn send_again(
    state: &PortalState,
    viewer: &Viewer,
    opened: &Opened,
) -> Result<bool, Fault> {
    let delivery = &opened.delivery;
    if !can_resend(delivery) {
        return Ok(false);
    }
    let change = Change {
        actor: viewer.actor(),
        action: "delivery.resend",
        object: format!("delivery:{}", delivery.id),
        branch: opened.site.as_ref().map(|site| &site.branch),
        detail: json!({ "state": delivery.state.as_str(), "contact": delivery.contact }),
        origin: &viewer.origin.address,
    };
    let reopened = state.pipeline.resend(&[delivery.id], opened.may_have_arrived(), Some(change)).await?;
    state.pipeline.queue.wake();
    Ok(!reopened.is_empty())
}

pub(super) fn back(id: DeliveryId, said: &str) -> Response {
    Redirect::to(&words::path(&format!("/desk/mails/{id}"), &[("said", said)])).into_response()
}
