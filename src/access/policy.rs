//! Policy: may this principal do this here? Asked in this one place, denied by default.
//!
//! A route opens for an [`Action`] ([`opens`], before anything is read), and its handler asks again about the very thing
//! ([`may`], once it knows whose that is). Whoever may not see a thing is told that there is no such thing.

use super::Principal;
use crate::model::{BranchRef, KeyRight, Role};

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See what a location's reports and incidents say.
    ReadLocation,
    /// Save a location's lists.
    Export,
    /// See who looked at a location.
    ReadViews,
    /// Say what an incident turned out to be, or comment on it.
    Judge,
    /// Share incidents, and see and end one's shares.
    Share,
    /// See and change who may see a location, and answer who asks.
    ManageWhitelist,
    /// See and change a branch's contacts, brand and users.
    ManageAccount,
    /// Read any night in any revision, look up any mail.
    LookUp,
    /// Regenerate, correct, resend.
    Correct,
    /// See jobs, runs, queue, workers, health.
    Operate,
    /// Run, pause and resume jobs; lift suppressions.
    RunJobs,
    /// Make users, give roles and keys.
    ManageUsers,
    /// Read the audit log.
    ReadAudit,
    /// Read and change one's own password, second factor and sessions.
    ManageSelf,
}

impl Action {
    /// Every one of them.
    pub const ALL: [Self; 14] = [
        Self::ReadLocation,
        Self::Export,
        Self::ReadViews,
        Self::Judge,
        Self::Share,
        Self::ManageWhitelist,
        Self::ManageAccount,
        Self::LookUp,
        Self::Correct,
        Self::Operate,
        Self::RunJobs,
        Self::ManageUsers,
        Self::ReadAudit,
        Self::ManageSelf,
    ];
}

/// Whose a thing is, and whether it was given to who asks.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The branch that it belongs to; none for what belongs to the installation.
    pub branch: Option<&'a BranchRef>,
    /// Whether it was given to this very principal's address: mailed, shared or whitelisted, and not taken back.
    pub given: bool,
}

impl<'a> Place<'a> {
    /// Something of a branch.
    #[must_use]
    pub const fn of(branch: &'a BranchRef) -> Self {
        Self { branch: Some(branch), given: false }
    }

    /// Something of a branch that was, or was not, given to who asks.
    #[must_use]
    pub const fn given(branch: &'a BranchRef, given: bool) -> Self {
        Self { branch: Some(branch), given }
    }

    /// The installation itself.
    pub const INSTALLATION: Place<'static> = Place { branch: None, given: false };
}

/// Whether a principal may do this at all, somewhere.
#[must_use]
pub fn opens(principal: &Principal, action: Action) -> bool {
    use Action::{
        Correct, Export, Judge, LookUp, ManageAccount, ManageSelf, ManageUsers, ManageWhitelist, Operate, ReadAudit,
        ReadLocation, ReadViews, RunJobs, Share,
    };
    match principal {
        Principal::Nobody => false,
        // A link of a mail opens what it is for; more needs a sign-in.
        Principal::Link { .. } => matches!(action, ReadLocation | Share),
        Principal::Customer { .. } => matches!(action, ReadLocation | Export | Share | ManageSelf),
        // What a key may do was said when it was made; people and keys are no program's business.
        Principal::Key(key) => match action {
            ReadLocation | Export | ReadViews | LookUp | Operate | ReadAudit => key.rights.contains(&KeyRight::Read),
            Judge | Share | ManageWhitelist | ManageAccount | Correct | RunJobs => {
                key.rights.contains(&KeyRight::Write)
            }
            ManageUsers | ManageSelf => false,
        },
        Principal::User(user) => match user.role {
            Role::Branch => matches!(
                action,
                ReadLocation | Export | ReadViews | Judge | Share | ManageWhitelist | ManageAccount | ManageSelf
            ),
            Role::Staff => matches!(
                action,
                ReadLocation
                    | Export
                    | ReadViews
                    | Judge
                    | Share
                    | ManageWhitelist
                    | ManageAccount
                    | LookUp
                    | Correct
                    | ManageSelf
            ),
            Role::Operations => matches!(
                action,
                ReadLocation
                    | Export
                    | ReadViews
                    | Judge
                    | Share
                    | ManageWhitelist
                    | ManageAccount
                    | LookUp
                    | Correct
                    | Operate
                    | RunJobs
                    | ManageUsers
                    | ReadAudit
                    | ManageSelf
            ),
        },
    }
}

/// Whether a principal may do this here.
#[must_use]
pub fn may(principal: &Principal, action: Action, place: Place<'_>) -> bool {
    if !opens(principal, action) {
        return false;
    }
    match principal {
        Principal::Nobody => false,
        Principal::Link { .. } | Principal::Customer { .. } => action == Action::ManageSelf || place.given,
        Principal::User(user) if user.role.is_ours() => true,
        Principal::Key(key) if key.branches.is_none() => true,
        Principal::Key(_) => place.branch.is_some_and(|branch| principal.has_branch(branch)),
        Principal::User(_) => {
            action == Action::ManageSelf || place.branch.is_some_and(|branch| principal.has_branch(branch))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::user;

    #[test]
    fn nobody_may_do_anything_and_only_operations_may_do_everything() {
        let north: BranchRef = "north".parse().unwrap();
        for action in Action::ALL {
            assert!(!may(&Principal::Nobody, action, Place::given(&north, true)), "{action:?}");
            assert!(may(&user(Role::Operations, &[]), action, Place::of(&north)), "{action:?}");
        }
        let staff = user(Role::Staff, &["north"]);
        for action in [Action::RunJobs, Action::ManageUsers, Action::ReadAudit, Action::Operate] {
            assert!(!may(&staff, action, Place::INSTALLATION), "{action:?}");
        }
    }

    #[test]
    fn a_branch_user_sees_their_branches_only() {
        let (north, south): (BranchRef, BranchRef) = ("north".parse().unwrap(), "south".parse().unwrap());
        let user = user(Role::Branch, &["north"]);
        for action in Action::ALL.into_iter().filter(|action| opens(&user, *action)) {
            assert!(may(&user, action, Place::of(&north)), "{action:?}");
            let own = action == Action::ManageSelf;
            assert_eq!(may(&user, action, Place::of(&south)), own, "{action:?}");
            assert_eq!(may(&user, action, Place::given(&south, true)), own, "{action:?}");
            assert_eq!(may(&user, action, Place::INSTALLATION), own, "{action:?}");
        }
    }

    #[test]
    fn a_key_may_do_what_its_rights_say_in_its_branches() {
        let key = |rights: &[KeyRight], branches: Option<&[&str]>| {
            Principal::Key(crate::db::api_keys::ApiKey {
                id: uuid::Uuid::nil().into(),
                name: "recorder".into(),
                prefix: "dbk_12345678".into(),
                rights: rights.to_vec(),
                branches: branches.map(|branches| branches.iter().map(|branch| branch.parse().unwrap()).collect()),
                created_at: chrono::DateTime::UNIX_EPOCH,
                created_by: "tests".into(),
                expires_at: None,
                last_used_at: None,
                revoked_at: None,
                revoked_by: None,
                successor: None,
            })
        };
        let (north, south): (BranchRef, BranchRef) = ("north".parse().unwrap(), "south".parse().unwrap());
        for action in Action::ALL {
            let feeds = key(&[KeyRight::Feed], None);
            assert!(!may(&feeds, action, Place::of(&north)), "{action:?}");
            let of_north = key(&[KeyRight::Read, KeyRight::Write], Some(&["north"]));
            let expected = !matches!(action, Action::ManageUsers | Action::ManageSelf);
            assert_eq!(may(&of_north, action, Place::of(&north)), expected, "{action:?}");
            assert!(!may(&of_north, action, Place::given(&south, true)), "{action:?}");
            assert!(!may(&of_north, action, Place::INSTALLATION), "{action:?}");
            let all = key(&[KeyRight::Read], None);
            let reads = opens(&all, action);
            assert_eq!(may(&all, action, Place::INSTALLATION), reads, "{action:?}");
            assert!(!reads || !matches!(action, Action::Correct | Action::RunJobs | Action::Judge), "{action:?}");
        }
    }

    #[test]
    fn a_customer_sees_what_was_given_to_them_only() {
        let north: BranchRef = "north".parse().unwrap();
        let customer = Principal::Customer { address: "dana@example.com".into() };
        assert!(may(&customer, Action::ReadLocation, Place::given(&north, true)));
        assert!(!may(&customer, Action::ReadLocation, Place::of(&north)));
        assert!(!may(&customer, Action::ReadViews, Place::given(&north, true)));
        let link = Principal::Link { delivery: uuid::Uuid::nil().into(), address: "dana@example.com".into() };
        assert!(may(&link, Action::Share, Place::given(&north, true)));
        assert!(!may(&link, Action::Export, Place::given(&north, true)));
    }
}
