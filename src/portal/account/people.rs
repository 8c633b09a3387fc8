//! People: users become what the list of an account says of them, and the form in which one of them is changed.
//!
//! It must not decide who may change anybody.

use serde::Serialize;

use super::head::{Choice, query};
use crate::access::Principal;
use crate::db::sites::Branch;
use crate::db::users::User;
use crate::model::NightDate;
use crate::portal::shown;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// So many of somebody's branches are named in the list.
const NAMED: usize = 3;

/// A user in the list.
#[derive(Serialize)]
pub(super) struct Person {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    /// The first of their branches, and how many more they have.
    branches: String,
    more: usize,
    /// Where their role and branches are changed.
    change: String,
    since: String,
    /// What can be done with them.
    verbs: &'static [&'static str],
    disabled: bool,
    /// Nobody shuts themself out.
    this: bool,
}

/// Somebody whose role and branches are being changed.
#[derive(Serialize)]
pub(super) struct Changing {
    id: String,
    name: String,
    role: &'static str,
    branches: Vec<Choice>,
}

impl Changing {
    pub(super) fn of(user: &User, branches: Vec<Choice>) -> Self {
        Self { id: user.id.to_string(), name: shown::line(&user.name, 120), role: user.role.as_str(), branches }
    }
}

impl Person {
    /// A user as `viewer` sees them on the page of a branch, one of `all`.
    pub(super) fn of(user: User, viewer: &Viewer, (branch, all): (&Branch, &[Branch]), l10n: &L10n) -> Self {
        // Branches that are not the viewer's are not theirs to know.
        let own: Vec<&Branch> = all.iter().filter(|one| user.branches.contains(&one.branch)).collect();
        let named: Vec<String> = own.iter().take(NAMED).map(|one| shown::line(&one.name, 80)).collect();
        let id = user.id.to_string();
        Self {
            name: shown::line(&user.name, 120),
            role: user.role.as_str(),
            branches: named.join(", "),
            more: own.len().saturating_sub(NAMED),
            change: format!("?{}#change", query(&branch.branch, &[("user", &id)])),
            since: l10n.date(NightDate::new(user.created_at.date_naive())),
            verbs: if user.disabled_at.is_some() { &["enable"] } else { &["invite", "reset", "disable"] },
            disabled: user.disabled_at.is_some(),
            this: matches!(&viewer.principal, Principal::User(me) if me.id == user.id),
            email: user.email,
            id,
        }
    }

    /// About how many bytes they take on the page.
    pub(super) fn weight(&self) -> usize {
        let texts = [&self.name, &self.name, &self.name, &self.name, &self.name, &self.email, &self.branches];
        let verbs = 260 * self.verbs.len();
        700 + verbs + self.change.len() + texts.into_iter().map(|text| shown::written_out(text)).sum::<usize>()
    }
}

/// About how many bytes the forms take that name every branch.
pub(super) fn adding(all: &[Branch]) -> usize {
    let ticks = all.iter().map(|one| 110 + one.branch.as_str().len() + shown::written_out(&one.name));
    2 * ticks.sum::<usize>()
}
