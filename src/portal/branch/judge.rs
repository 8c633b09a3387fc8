//! Judging: people say what incidents turned out to be, or take that back; and they comment. Each is kept beside the
//! frozen report, and in the audit log.

use axum::extract::{Path, State};
use axum::response::Redirect;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::detail::admitted;
use super::incidents::KNOWN;
use super::query::Query;
use super::site::admit;
use crate::access::{Action, Principal};
use crate::audit::{self, Change};
use crate::db::dispositions::{self, Judged};
use crate::db::incident_comments::{self, Comment};
use crate::db::incident_list::ListedIncident;
use crate::db::incidents::Incident;
use crate::db::sites::Location;
use crate::model::{Disposition, IncidentRef};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::viewer::Viewer;

/// At most so many incidents at once: two pages' worth.
const MOST: usize = 100;
/// Longer notes and comments are cut; the form says so.
const LONGEST: usize = 2_000;

#[derive(Debug, Deserialize)]
pub(super) struct Judgement {
    #[serde(default)]
    incident: Vec<String>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
    /// From which page: `recent`, `all`, or an incident's own.
    #[serde(default)]
    tab: String,
    /// Its query.
    #[serde(default)]
    query: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    text: String,
    /// The name that the form gave the comment.
    #[serde(default)]
    fresh: String,
}

pub(super) async fn judge(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(location): Path<String>,
    Posted(form): Posted<Judgement>,
) -> Result<Redirect, Fault> {
    let site = admit(&state, &viewer, &location, Action::Judge).await?;
    let reason: Disposition = form.reason.parse().map_err(|_| Fault::Form)?;
    let mut listed = Vec::new();
    for raw in form.incident.iter().take(MOST) {
        let incident: IncidentRef = raw.parse().map_err(|_| Fault::NoSuchPage)?;
        let found = state.db.listed_incident(&site.location.location, &incident).await?;
        listed.push(found.ok_or(Fault::NoSuchPage)?);
    }
    let taken = say(&state, &viewer, &site.location, &listed, (reason, &form.note)).await?;
    Ok(Redirect::to(&match (form.tab.as_str(), listed.first()) {
        ("one", Some(one)) => format!("{}?done=1#said", site.page_of(&one.known.incident.incident)),
        (tab, _) => {
            let query = Query::parse(Some(form.query.trim_start_matches('?')), &KNOWN);
            let query = query.with(&[("done", &taken.to_string()), ("page", query.get("page"))]);
            format!("{}{}{query}", site.base(), if tab == "recent" { "" } else { "/incidents" })
        }
    }))
}

/// Says what incidents of a site turned out to be; returns of how many that was something new. Whoever says it may.
pub(in crate::portal) async fn say(
    state: &PortalState,
    viewer: &Viewer,
    site: &Location,
    listed: &[ListedIncident],
    (reason, note): (Disposition, &str),
) -> Result<usize, Fault> {
    let (now, actor) = (state.clock.now(), viewer.actor());
    let note = brief(note);
    let mut tx = state.db.begin().await?;
    let mut changes = Vec::new();
    for one in listed {
        let incident = &one.known.incident;
        let judged = Judged {
            id: state.random.id()?,
            incident: incident.incident.clone(),
            location: incident.location.clone(),
            at: now,
            reason,
            actor: actor.to_string(),
            name: name(viewer),
            note: note.clone(),
        };
        if dispositions::insert(&mut tx, &judged, incident.occurred_at).await? {
            changes.push((incident.incident.clone(), one.disposition()));
        }
    }
    for (incident, before) in &changes {
        let change = Change {
            actor: actor.clone(),
            action: "incident.judge",
            object: format!("incident:{incident}"),
            branch: Some(&site.branch),
            detail: json!({ "was": before.map(Disposition::as_str), "is": reason.as_str(), "note": note }),
            origin: &viewer.origin.address,
        };
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    Ok(changes.len())
}

pub(super) async fn comment(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path((location, incident)): Path<(String, String)>,
    Posted(form): Posted<Said>,
) -> Result<Redirect, Fault> {
    let (site, listed) = admitted(&state, &viewer, (&location, &incident), Action::Judge).await?;
    let incident = &listed.known.incident;
    let to = format!("{}?done=1#comments", site.page_of(&incident.incident));
    if !form.text.trim().is_empty() {
        let id: Uuid = form.fresh.parse().map_err(|_| Fault::Form)?;
        remark(&state, &viewer, &site.location, incident, (id, &form.text)).await?;
    }
    Ok(Redirect::to(&to))
}

/// Adds a comment to an incident of a site; one with its id that stands already is left as it is. Returns what stands.
pub(in crate::portal) async fn remark(
    state: &PortalState,
    viewer: &Viewer,
    site: &Location,
    incident: &Incident,
    (id, text): (Uuid, &str),
) -> Result<Comment, Fault> {
    let now = state.clock.now();
    let comment = Comment {
        id,
        incident: incident.incident.clone(),
        location: incident.location.clone(),
        at: now,
        actor: viewer.actor().to_string(),
        name: name(viewer),
        text: brief(text),
    };
    let mut tx = state.db.begin().await?;
    if incident_comments::insert(&mut tx, &comment).await? {
        let change = Change {
            actor: viewer.actor(),
            action: "incident.comment",
            object: format!("incident:{}", incident.incident),
            branch: Some(&site.branch),
            detail: json!({ "comment": comment.id }),
            origin: &viewer.origin.address,
        };
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    Ok(comment)
}

/// A text as it is kept.
fn brief(raw: &str) -> String {
    raw.trim().chars().take(LONGEST).collect()
}

/// The name that stands with what somebody said.
fn name(viewer: &Viewer) -> String {
    match &viewer.principal {
        Principal::User(user) if !user.name.trim().is_empty() => user.name.clone(),
        Principal::Key(key) => key.name.clone(),
        other => other.address().unwrap_or_default().to_owned(),
    }
}
