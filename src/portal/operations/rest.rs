//! `/operations/list`: all of what waits, is held or failed, where the overview has room for the first only.

use axum::extract::{Query, State};
use axum::response::Html;
use serde::{Deserialize, Serialize};

use super::board::{LATELY, waiting};
use super::page::{KNOWN, may_change};
use super::shown::{self, Ill, IllMail, Waiting};
use crate::access::policy::{Action, Place};
use crate::portal::PortalState;
use crate::portal::desk::Said;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

/// So many stand on a page.
const ROWS: i64 = 50;

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Waiting,
    Held,
    Failed,
    Mails,
}

#[derive(Deserialize)]
pub(super) struct Wish {
    what: What,
    /// From 1.
    #[serde(default)]
    page: i64,
}

#[derive(Serialize)]
struct Page {
    what: What,
    said: Option<String>,
    may_change: bool,
    waiting: Vec<Waiting>,
    held: Vec<Ill>,
    failed: Vec<Ill>,
    mails: Vec<IllMail>,
    /// "51–100 of 732", in the reader's conventions.
    first: String,
    last: String,
    total: String,
    /// The numbers of the pages beside it.
    previous: Option<i64>,
    next: Option<i64>,
}

pub(super) async fn list(
    State(state): State<PortalState>,
    Query(wish): Query<Wish>,
    Query(said): Query<Said>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    viewer.may(Action::Operate, Place::INSTALLATION)?;
    let l10n = viewer.l10n(&state)?;
    let snapshot = state.board.now(&state).await?;
    let (db, counts, since) = (&state.db, &snapshot.counts, snapshot.at - LATELY);
    let total = match wish.what {
        What::Waiting => counts.waiting,
        What::Held => counts.held,
        What::Failed => counts.failed,
        What::Mails => counts.mails,
    };
    // From beyond the end one is on the last page: what is listed becomes less while it is read.
    let pages = ((total + ROWS - 1) / ROWS).max(1);
    let page = wish.page.clamp(1, pages);
    let skip = (page - 1) * ROWS;
    let mut shown = Page {
        what: wish.what,
        said: said.of(&KNOWN),
        may_change: may_change(&viewer),
        waiting: Vec::new(),
        held: Vec::new(),
        failed: Vec::new(),
        mails: Vec::new(),
        first: l10n.integer((skip + 1).min(total)),
        last: l10n.integer((skip + ROWS).min(total)),
        total: l10n.integer(total),
        previous: (page > 1).then_some(page - 1),
        next: (page < pages).then_some(page + 1),
    };
    let ill = |row| shown::ill(&snapshot, row, &l10n);
    match wish.what {
        What::Waiting => {
            let rows = waiting(db, ROWS, skip).await?;
            shown.waiting = rows.iter().map(|(row, known)| shown::waiting(&snapshot, row, *known, &l10n)).collect();
        }
        What::Held => shown.held = db.held_reports(ROWS, skip).await?.iter().map(ill).collect(),
        What::Failed => shown.failed = db.failed_reports(since, ROWS, skip).await?.iter().map(ill).collect(),
        What::Mails => {
            let rows = db.ill_deliveries(since, ROWS, skip).await?;
            shown.mails = rows.iter().map(|row| shown::ill_mail(&snapshot, row, &l10n)).collect();
        }
    }
    state.view.page("operations/list.html", &l10n, &viewer, &shown).map(Html)
}
