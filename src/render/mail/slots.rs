//! Slots: what differs between recipients of one mail stands in it as U+FDD0 key U+FDD1 until it is filled.
//!
//! Noncharacters cannot come from events, because [`crate::model::clean`] drops them.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::LinkTarget;

const OPEN: char = '\u{FDD0}';
const CLOSE: char = '\u{FDD1}';

/// Key of the greeting's slot.
pub(super) const GREETING: &str = "g";
/// Key of the recipient's name, which stands in the greeting only.
pub(super) const NAME: &str = "n";
/// Key of the place where the incidents go.
pub(super) const INCIDENTS: &str = "I";
/// Key of the place where the interactions go.
pub(super) const INTERACTIONS: &str = "L";
/// Bytes that are reserved for each filled link: an address of about 90 characters and some more.
const LINK_ROOM: usize = 104;
/// Bytes that are reserved for the greeting's name, escaped.
const NAME_ROOM: usize = 320;

/// A slot of that key.
pub(super) fn slot(key: &str) -> String {
    format!("{OPEN}{key}{CLOSE}")
}

/// The links of one mail while it is put together.
#[derive(Debug, Default)]
pub(super) struct Links {
    known: RefCell<(Vec<LinkTarget>, HashMap<LinkTarget, usize>)>,
}

impl Links {
    /// The slot of a link.
    pub(super) fn slot(&self, target: &LinkTarget) -> String {
        let mut known = self.known.borrow_mut();
        let (targets, places) = &mut *known;
        let at = *places.entry(target.clone()).or_insert_with(|| {
            targets.push(target.clone());
            targets.len() - 1
        });
        slot(&at.to_string())
    }

    /// Numbers the link slots of finished texts anew in the order in which they stand; the targets in that order.
    pub(super) fn settle(self, texts: [&mut String; 2]) -> Vec<LinkTarget> {
        let (targets, _) = self.known.into_inner();
        let mut used = Vec::new();
        let mut places: HashMap<usize, usize> = HashMap::new();
        for text in texts {
            *text = replace(text, |key| {
                let Some(old) = key.parse::<usize>().ok().filter(|old| *old < targets.len()) else { return slot(key) };
                let new = *places.entry(old).or_insert_with(|| {
                    used.push(targets[old].clone());
                    used.len() - 1
                });
                slot(&new.to_string())
            });
        }
        used
    }
}

/// Puts something in the place of each slot.
pub(super) fn replace(text: &str, mut with: impl FnMut(&str) -> String) -> String {
    let mut filled = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while let Some(open) = rest.find(OPEN) {
        filled.push_str(&rest[..open]);
        let after = &rest[open + OPEN.len_utf8()..];
        // A slot that does not close is none; its mark is dropped.
        rest = match after.find(CLOSE) {
            Some(close) => {
                filled.push_str(&with(&after[..close]));
                &after[close + CLOSE.len_utf8()..]
            }
            None => after,
        };
    }
    filled.push_str(rest);
    filled
}

/// How many bytes a text will have once its slots are filled, at most as far as links keep to their room.
pub(super) fn filled_size(text: &str) -> usize {
    let mut size = text.len();
    let mut rest = text;
    while let Some(open) = rest.find(OPEN) {
        let after = &rest[open + OPEN.len_utf8()..];
        let Some(close) = after.find(CLOSE) else { break };
        size += match &after[..close] {
            GREETING | NAME => NAME_ROOM,
            INCIDENTS | INTERACTIONS => 0,
            _ => LINK_ROOM,
        };
        rest = &after[close + CLOSE.len_utf8()..];
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ClipRef;

    #[test]
    fn only_links_that_stand_in_the_mail_are_its_links() {
        let links = Links::default();
        let unused = links.slot(&LinkTarget::Clip(ClipRef::new("never shown").unwrap()));
        let (report, pdf) = (links.slot(&LinkTarget::Report), links.slot(&LinkTarget::Pdf));
        assert_ne!(unused, report);
        let (mut html, mut text) = (format!("{pdf} {} {report} {pdf}", slot(GREETING)), report.clone());
        assert_eq!(links.settle([&mut html, &mut text]), [LinkTarget::Pdf, LinkTarget::Report]);
        assert_eq!(replace(&html, |key| format!("<{key}>")), "<0> <g> <1> <0>");
        assert_eq!(replace(&text, |key| format!("<{key}>")), "<1>");
    }

    #[test]
    fn a_broken_slot_is_no_slot() {
        assert_eq!(replace("a\u{FDD0}b", |_| "!".to_owned()), "ab");
    }
}
