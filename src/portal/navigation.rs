//! Navigation: what a signed-in person may open becomes the links on top of each page, and which of them they are in.
//!
//! It asks the policy what opens; it must not decide it.

use serde::Serialize;

use crate::access::Principal;
use crate::access::policy::{self, Action};

/// What the navigation leads to, and what one must be allowed to do there, in its order.
const ROOMS: [(&str, Action); 8] = [
    ("locations", Action::ReadLocation),
    ("shares", Action::Share),
    ("whitelist", Action::ManageWhitelist),
    ("requests", Action::ManageWhitelist),
    ("account", Action::ManageAccount),
    ("desk", Action::LookUp),
    ("operations", Action::Operate),
    ("audit", Action::ReadAudit),
];

/// A link of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Link {
    /// Its path without the slash; its message is `nav-{name}`.
    name: &'static str,
    /// Whether the page that is shown belongs to it.
    here: bool,
}

/// The links of who may open them, on the page at `path`.
pub(super) fn links(principal: &Principal, path: &str) -> Vec<Link> {
    let room = room_of(path);
    let open = ROOMS.into_iter().filter(|(_, action)| policy::opens(principal, *action));
    open.map(|(name, _)| Link { name, here: name == room }).collect()
}

/// The room that a page belongs to: the first segment of its path, and for incidents the locations.
pub(super) fn room_of(path: &str) -> &str {
    match path.trim_start_matches('/').split('/').next().unwrap_or_default() {
        "suspicious" | "incidents" => "locations",
        first => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::user;

    fn names(principal: &Principal) -> Vec<&'static str> {
        links(principal, "/").into_iter().map(|link| link.name).collect()
    }

    #[test]
    fn everybody_is_led_to_what_opens_for_them() {
        assert_eq!(names(&Principal::Nobody), Vec::<&str>::new());
        let customer = Principal::Customer { address: "dana@example.com".into() };
        assert_eq!(names(&customer), ["locations", "shares"]);
        let branch = ["locations", "shares", "whitelist", "requests", "account"];
        assert_eq!(names(&user(crate::model::Role::Branch, &["north"])), branch);
        let staff = [branch.as_slice(), &["desk"]].concat();
        assert_eq!(names(&user(crate::model::Role::Staff, &[])), staff);
        let operations = [staff.as_slice(), &["operations", "audit"]].concat();
        assert_eq!(names(&user(crate::model::Role::Operations, &[])), operations);
    }

    #[test]
    fn a_page_belongs_to_one_room() {
        for (path, room) in [
            ("/locations/kiosk/incidents", "locations"),
            ("/suspicious", "locations"),
            ("/incidents/kh-1/share", "locations"),
            ("/desk/reports/1", "desk"),
            ("/me", "me"),
            ("/", ""),
        ] {
            assert_eq!(room_of(path), room, "{path}");
        }
        let customer = Principal::Customer { address: "dana@example.com".into() };
        let here: Vec<_> = links(&customer, "/suspicious").into_iter().filter(|link| link.here).collect();
        assert_eq!(here, [Link { name: "locations", here: true }]);
    }
}
