//! Principals: who somebody is, as far as they have shown it.

use crate::db::users::User;
use crate::model::{BranchRef, DeliveryId, Role};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Nobody that we know.
    Nobody,
    /// Who opened a link of a mail: the one contact to whom it was mailed.
    Link {
        /// The mail.
        delivery: DeliveryId,
        /// The contact's address, in its one form.
        address: String,
    },
    /// An end customer who proved an address, in its one form.
    Customer {
        /// The address.
        address: String,
    },
    /// Somebody of a client's team, or of ours.
    User(User),
}

impl Principal {
    /// The address by which others know them; none for nobody.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Nobody => None,
            Self::Link { address, .. } | Self::Customer { address } => Some(address),
            Self::User(user) => Some(&user.email),
        }
    }

    /// Their role, where they are a user.
    #[must_use]
    pub const fn role(&self) -> Option<Role> {
        match self {
            Self::User(user) => Some(user.role),
            _ => None,
        }
    }

    /// Whether they are one of ours.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.role().is_some_and(Role::is_ours)
    }

    /// Whether a branch is theirs.
    #[must_use]
    pub fn has_branch(&self, branch: &BranchRef) -> bool {
        match self {
            Self::User(user) => user.role.is_ours() || user.branches.contains(branch),
            _ => false,
        }
    }

    /// One word for how they came, as the access log writes it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Link { .. } => "link",
            Self::Customer { .. } => "customer",
            Self::User(user) => user.role.as_str(),
        }
    }
}
