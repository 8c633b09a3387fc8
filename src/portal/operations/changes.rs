//! What operations set right: jobs run now, rest and are woken, held reports go, addresses are mailed again. Each is
//! entered in the audit log in the transaction of the change.

use axum::extract::State;
use axum::response::Redirect;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::policy::{Action, Place};
use crate::audit::{self, Change};
use crate::config::Job;
use crate::db::suppressions::{self, Suppression};
use crate::model::{EmailAddress, ReportId, SuppressionReason};
use crate::portal::PortalState;
use crate::portal::desk::{path, signature};
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::schedule;

#[derive(Deserialize)]
pub(super) struct OfJob {
    job: String,
    #[serde(default)]
    reason: String,
}

fn wanted(state: &PortalState, viewer: &Viewer, of: &OfJob) -> Result<Job, Fault> {
    viewer.may(Action::RunJobs, Place::INSTALLATION)?;
    state.jobs.now().iter().find(|job| job.name.as_str() == of.job).cloned().ok_or(Fault::NoSuchPage)
}

fn change<'a>(viewer: &'a Viewer, action: &'static str, object: String, detail: Value) -> Change<'a> {
    Change { actor: viewer.actor(), action, object, branch: None, detail, origin: &viewer.origin.address }
}

fn back(job: &Job, said: &str) -> Redirect {
    Redirect::to(&path("/operations/job", &[("name", job.name.as_str()), ("said", said)]))
}

/// Runs a job's last nights now; pressed twice it runs once.
pub(super) async fn run(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(of): Posted<OfJob>,
) -> Result<Redirect, Fault> {
    let job = wanted(&state, &viewer, &of)?;
    let change = change(&viewer, "job.run", format!("job:{}", job.name), json!({}));
    let planned = schedule::run_now(&state.pipeline, &job, None, &signature(&viewer), change).await?;
    state.pipeline.queue.wake();
    state.board.changed().await;
    Ok(match planned {
        None => back(&job, "run-empty"),
        Some(planned) if planned.new => back(&job, "run"),
        Some(_) => back(&job, "run-twice"),
    })
}

/// No occurrence of the job is fired any more, by any process.
pub(super) async fn pause(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(of): Posted<OfJob>,
) -> Result<Redirect, Fault> {
    let job = wanted(&state, &viewer, &of)?;
    let (by, reason) = (signature(&viewer), line(&of.reason, 400));
    let change = change(&viewer, "job.pause", format!("job:{}", job.name), json!({ "reason": reason }));
    let paused = schedule::pause(&state.pipeline, &job.name, &by, &reason, change).await?;
    state.board.changed().await;
    Ok(back(&job, if paused { "paused" } else { "paused-before" }))
}

/// Its occurrences are fired again; what it missed is caught up by its own rule.
pub(super) async fn resume(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(of): Posted<OfJob>,
) -> Result<Redirect, Fault> {
    let job = wanted(&state, &viewer, &of)?;
    let change = change(&viewer, "job.resume", format!("job:{}", job.name), json!({}));
    let resumed = schedule::resume(&state.pipeline, &job.name, &signature(&viewer), change).await?;
    state.board.changed().await;
    Ok(back(&job, if resumed { "resumed" } else { "not-paused" }))
}

#[derive(Deserialize)]
pub(super) struct Held {
    #[serde(default)]
    report: Vec<ReportId>,
    /// Whether it was asked for in the list of all.
    #[serde(default)]
    list: String,
}

/// Held reports go out with what there is.
pub(super) async fn release(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(held): Posted<Held>,
) -> Result<Redirect, Fault> {
    viewer.may(Action::RunJobs, Place::INSTALLATION)?;
    let object = match held.report.as_slice() {
        [one] => format!("report:{one}"),
        _ => "reports".to_owned(),
    };
    let change = change(&viewer, "report.release", object, json!({ "reports": held.report }));
    let released = state.pipeline.release_by(&held.report, Some(change)).await?;
    state.pipeline.queue.wake();
    state.board.changed().await;
    let said = if released.is_empty() { "not-held" } else { "released" };
    Ok(Redirect::to(&match held.list.as_str() {
        "" => path("/operations", &[("said", said)]),
        _ => path("/operations/list", &[("what", "held"), ("said", said)]),
    }))
}

#[derive(Deserialize)]
pub(super) struct Lift {
    address: String,
    #[serde(default)]
    reason: String,
}

/// An address is mailed again from the next night on.
pub(super) async fn lift(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(lift): Posted<Lift>,
) -> Result<Redirect, Fault> {
    viewer.may(Action::RunJobs, Place::INSTALLATION)?;
    let address = EmailAddress::normalized(&lift.address);
    let lifted = mail_again(&state, &viewer, &address, &line(&lift.reason, 400)).await?;
    let said = if lifted { "lifted" } else { "not-suppressed" };
    Ok(Redirect::to(&path("/operations", &[("said", said)])))
}

/// Who wants something, and why.
fn on_behalf(viewer: &Viewer, reason: &str) -> String {
    if reason.is_empty() { signature(viewer) } else { format!("{}: {reason}", signature(viewer)) }
}

/// Lifts the suppression of an address in its one form; false where there is none.
pub(in crate::portal) async fn mail_again(
    state: &PortalState,
    viewer: &Viewer,
    address: &str,
    reason: &str,
) -> Result<bool, Fault> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let lifted = suppressions::lift(&mut tx, address, Some(&on_behalf(viewer, reason)), now).await?;
    if lifted {
        let change = change(viewer, "suppression.lift", format!("address:{address}"), json!({ "reason": reason }));
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    state.board.changed().await;
    Ok(lifted)
}

/// Suppresses an address in its one form, from now on; none where it is suppressed already.
pub(in crate::portal) async fn mail_no_more(
    state: &PortalState,
    viewer: &Viewer,
    address: &str,
    reason: &str,
) -> Result<Option<Suppression>, Fault> {
    let now = state.clock.now();
    let suppression = Suppression {
        address: address.to_owned(),
        since: now,
        reason: SuppressionReason::Manual,
        detail: on_behalf(viewer, reason),
        delivery: None,
        lifted_at: None,
        lifted_for: None,
    };
    let mut tx = state.db.begin().await?;
    if !suppressions::insert(&mut tx, &suppression).await? {
        return Ok(None);
    }
    let detail = json!({ "reason": suppression.reason, "said": reason });
    audit::record(&mut tx, change(viewer, "suppression.add", format!("address:{address}"), detail), now).await?;
    tx.commit().await?;
    state.board.changed().await;
    Ok(Some(suppression))
}
