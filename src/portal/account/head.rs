//! What every page of an account begins with: which branch it is of, and the way to the others.

use serde::{Deserialize, Serialize};

use crate::access::policy::{self, Action, Place};
use crate::db::sites::Branch;
use crate::model::BranchRef;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown;
use crate::portal::viewer::Viewer;

/// What the pages' addresses say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    pub(super) branch: String,
    /// The last that the page before showed.
    #[serde(default)]
    pub(super) after: String,
    /// What was done.
    #[serde(default)]
    pub(super) done: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Head {
    /// Its ref.
    pub(super) branch: String,
    /// `branch=REF`, as it stands in addresses.
    pub(super) query: String,
    pub(super) name: String,
    pub(super) branches: Vec<Choice>,
    /// Which of the tabs it is.
    pub(super) tab: &'static str,
    /// Its message, where something was done.
    pub(super) say: Option<&'static str>,
    pub(super) wrong: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Choice {
    pub(super) branch: String,
    pub(super) name: String,
    pub(super) selected: bool,
}

/// The branches of whoever asks.
pub(super) async fn branches(state: &PortalState, viewer: &Viewer) -> Result<Vec<Branch>, Fault> {
    let may = |branch: &Branch| policy::may(&viewer.principal, Action::ManageAccount, Place::of(&branch.branch));
    Ok(state.db.branches().await?.into_iter().filter(may).collect())
}

/// The branch that a page or a form is of; one that is not theirs is not there.
pub(super) async fn branch(state: &PortalState, viewer: &Viewer, raw: &str) -> Result<Branch, Fault> {
    let mut branches = branches(state, viewer).await?.into_iter();
    let found = if raw.is_empty() { branches.next() } else { branches.find(|branch| branch.branch.as_str() == raw) };
    let found = found.ok_or(Fault::NoSuchPage)?;
    viewer.may(Action::ManageAccount, Place::of(&found.branch))?;
    Ok(found)
}

/// The head of a page.
pub(super) async fn head(
    state: &PortalState,
    viewer: &Viewer,
    branch: &Branch,
    tab: &'static str,
    say: Option<&'static str>,
    wrong: bool,
) -> Result<Head, Fault> {
    let choices = branches(state, viewer).await?.into_iter().map(|one| Choice {
        selected: one.branch == branch.branch,
        name: shown::line(&one.name, 120),
        branch: one.branch.into(),
    });
    Ok(Head {
        branch: branch.branch.to_string(),
        query: query(&branch.branch, &[]),
        name: shown::line(&branch.name, 120),
        branches: choices.collect(),
        tab,
        say,
        wrong,
    })
}

/// The address of a tab.
pub(super) fn tab_of(tab: &str, branch: &BranchRef, done: &str) -> String {
    format!("/account/{tab}?{}", query(branch, &[("done", done)]))
}

/// What stands behind the question mark.
pub(super) fn query(branch: &BranchRef, more: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("branch", branch.as_str())
        .extend_pairs(more)
        .finish()
}
