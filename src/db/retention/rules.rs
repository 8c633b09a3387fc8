//! Rules: which rows of a location are over age, and what holds them, as one table of SQL conditions.
//!
//! A condition never looks at what an earlier step of the same sweep has removed, only at what stays whatever happens:
//! so a dry run, which removes nothing, finds what a sweep then removes. How long things are kept is decided elsewhere;
//! the one thing decided here is when a case is open (`CASE_IS_OPEN`).

use serde::Serialize;

/// When a case is open: its latest incident lies within `:open_since`. The one place where this is decided; `:case` is
/// the column that names the case. Not as an EXISTS, of which PostgreSQL makes one look at all incidents of half a year;
/// the latest of one case is an index's first entry.
const CASE_IS_OPEN: &str = "COALESCE((SELECT max(open_one.occurred_at) FROM incidents open_one \
     WHERE open_one.case_ref = :case) >= :open_since, FALSE)";

/// A link that still works, of a mail or of a share, leads to a report that names the object `:object`, or to what was
/// shared without a report and needs it.
const LINK_NEEDS: &str = "(EXISTS (SELECT 1 FROM report_uses used JOIN links live ON live.report = used.report \
     WHERE used.what = 'object' AND used.name = :object AND live.expires_at > :now AND live.revoked_at IS NULL) \
     OR EXISTS (SELECT 1 FROM report_uses used JOIN share_items shown ON shown.report = used.report \
     JOIN share_recipients live ON live.share = shown.share \
     WHERE used.what = 'object' AND used.name = :object AND live.expires_at > :now AND live.revoked_at IS NULL) \
     OR EXISTS (SELECT 1 FROM share_objects used JOIN share_recipients live ON live.share = used.share \
     WHERE used.object_key = :object AND live.expires_at > :now AND live.revoked_at IS NULL))";

/// What is removed, one kind of rows each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Interactions.
    Interactions,
    /// Incidents.
    Incidents,
    /// Transactions.
    Transactions,
    /// Activities.
    Activities,
    /// Where a clip's footage is: the row stays as long as events name it.
    Footage,
    /// Which photo an incident has.
    Photos,
    /// Rows of clips that nothing names any more.
    ClipRecords,
    /// The record of test mails.
    TestMails,
    /// Who asked for a new link.
    LinkRequests,
    /// Links that have expired.
    Links,
    /// What was shared by links that have all expired.
    Shares,
    /// Who asked to be let in.
    AccessRequests,
    /// Who was let in, and is not any more.
    Whitelist,
    /// Who looked at what.
    Views,
}

/// Which of the configured ages a rule goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// `[retention] events`
    Events,
    /// `[retention] clips`
    Clips,
    /// `[retention] artifacts`
    Artifacts,
    /// `[retention] sent`
    Sent,
    /// `[retention] access`
    Access,
}

/// A rule's table and condition. `:names` stand for the values of a [`Reach`](super::Reach).
pub(super) struct Text {
    pub(super) class: Class,
    pub(super) table: &'static str,
    /// The column that says which row, within the location.
    pub(super) key: &'static str,
    /// The column that says how old it is.
    pub(super) at: &'static str,
    /// Which rows belong to the location.
    pub(super) of: &'static str,
    /// What else must hold; `AND …`.
    pub(super) held: &'static str,
    /// None deletes the row; else what is set instead.
    pub(super) set: Option<&'static str>,
}

/// A rule of class events that deletes rows by their ref.
const fn event(table: &'static str, at: &'static str, held: &'static str) -> Text {
    Text { class: Class::Events, table, key: "ref", at, of: "location = :location", held, set: None }
}

impl Rule {
    /// All of them, in the order in which a sweep goes through them.
    pub const ALL: [Self; 14] = [
        Self::Incidents,
        Self::Interactions,
        Self::Transactions,
        Self::Activities,
        Self::Photos,
        Self::Footage,
        Self::ClipRecords,
        Self::TestMails,
        Self::LinkRequests,
        Self::Links,
        Self::Shares,
        Self::AccessRequests,
        Self::Whitelist,
        Self::Views,
    ];

    /// What people call it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Interactions => "interactions",
            Self::Incidents => "incidents",
            Self::Transactions => "transactions",
            Self::Activities => "activities",
            Self::Footage => "clips",
            Self::Photos => "photos",
            Self::ClipRecords => "clip records",
            Self::TestMails => "test mails",
            Self::LinkRequests => "link requests",
            Self::Links => "expired links",
            Self::Shares => "expired shares",
            Self::AccessRequests => "access requests",
            Self::Whitelist => "ended whitelist entries",
            Self::Views => "views",
        }
    }

    /// Which age it goes by.
    #[must_use]
    pub const fn class(self) -> Class {
        self.text().class
    }

    pub(super) const fn text(self) -> Text {
        match self {
            Self::Interactions => event(
                "interactions",
                "started_at",
                "AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.interaction = interactions.ref \
                 AND (i.occurred_at >= :cutoff OR :open(i.case_ref)))",
            ),
            Self::Incidents => event("incidents", "occurred_at", "AND NOT :open(incidents.case_ref)"),
            Self::Transactions => event(
                "transactions",
                "at",
                "AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.sale = transactions.ref \
                 AND (i.occurred_at >= :cutoff OR :open(i.case_ref)))",
            ),
            Self::Activities => Text { key: "night", ..event("activities", "night", "") },
            Self::Footage => Text {
                class: Class::Clips,
                set: Some("object_key = NULL, external_url = NULL, password = NULL, removed_at = :now"),
                ..event(
                    "clips",
                    "recorded_at",
                    "AND (object_key IS NOT NULL OR external_url IS NOT NULL) AND ref NOT IN (:held_clips) \
                     AND NOT :live(clips.object_key)",
                )
            },
            Self::Photos => Text {
                class: Class::Clips,
                set: Some("photo_key = NULL"),
                ..event(
                    "incidents",
                    "occurred_at",
                    "AND photo_key IS NOT NULL AND occurred_at >= :events_cutoff AND NOT :open(incidents.case_ref) AND NOT :live(incidents.photo_key)",
                )
            },
            Self::ClipRecords => event(
                "clips",
                "recorded_at",
                "AND recorded_at < :clips_cutoff AND ref NOT IN (:held_clips) AND ref NOT IN (:named_clips) \
                 AND NOT :live(clips.object_key)",
            ),
            Self::TestMails => Text { class: Class::Sent, key: "id", ..event("test_mails", "at", "") },
            Self::LinkRequests => Text {
                class: Class::Access,
                key: "token_hash",
                of: "token_hash IN (SELECT l.token_hash FROM links l JOIN reports r ON r.id = l.report \
                     WHERE r.location = :location)",
                ..event("link_requests", "asked_at", "")
            },
            // Their incidents and links go with them.
            Self::Shares => Text { class: Class::Access, key: "id", ..event("shares", "expires_at", "") },
            Self::AccessRequests => {
                Text { class: Class::Access, key: "id", ..event("access_requests", "asked_at", "") }
            }
            Self::Whitelist => {
                Text { class: Class::Access, key: "id", ..event("whitelist", "coalesce(revoked_at, expires_at)", "") }
            }
            Self::Views => Text { class: Class::Access, key: "id", ..event("views", "at", "") },
            Self::Links => Text {
                class: Class::Access,
                key: "token_hash",
                of: "report IN (SELECT r.id FROM reports r WHERE r.location = :location)",
                // Who asked for a new one is known by its link.
                ..event(
                    "links",
                    "expires_at",
                    "AND NOT EXISTS (SELECT 1 FROM link_requests a WHERE a.token_hash = links.token_hash \
                     AND a.asked_at >= :cutoff)",
                )
            },
        }
    }
}

/// A condition taken apart: SQL, and the values that stand between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Sql(String),
    Location,
    Cutoff,
    EventsCutoff,
    ClipsCutoff,
    OpenSince,
    Now,
    HeldClips,
    NamedClips,
}

const NAMES: [(&str, Piece); 8] = [
    (":location", Piece::Location),
    (":cutoff", Piece::Cutoff),
    (":events_cutoff", Piece::EventsCutoff),
    (":clips_cutoff", Piece::ClipsCutoff),
    (":open_since", Piece::OpenSince),
    (":now", Piece::Now),
    (":held_clips", Piece::HeldClips),
    (":named_clips", Piece::NamedClips),
];

/// Takes a condition apart; `:open(case)` and `:live(object)` become the two conditions above.
pub(super) fn pieces(written: &str) -> Vec<Piece> {
    let text = replaced(&replaced(written, ":open(", CASE_IS_OPEN, ":case"), ":live(", LINK_NEEDS, ":object");
    let mut pieces = Vec::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(':') {
        pieces.push(Piece::Sql(rest[..at].to_owned()));
        let name = &rest[at..];
        if let Some((known, piece)) = NAMES.iter().find(|(known, _)| name.starts_with(known)) {
            pieces.push(piece.clone());
            rest = &name[known.len()..];
        } else {
            pieces.push(Piece::Sql(":".into()));
            rest = &name[1..];
        }
    }
    pieces.push(Piece::Sql(rest.to_owned()));
    pieces
}

/// `call` with its argument becomes `condition` with the argument in place of `name`.
fn replaced(text: &str, call: &str, condition: &str, name: &str) -> String {
    let mut parts = text.split(call);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (argument, rest) = part.split_once(')').unwrap_or((part, ""));
        out.push_str(&condition.replace(name, argument));
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_a_condition_becomes_a_value() {
        for rule in Rule::ALL {
            let text = rule.text();
            for part in [text.of, text.held, text.set.unwrap_or_default()] {
                let sql: String = pieces(part)
                    .into_iter()
                    .filter_map(|piece| if let Piece::Sql(sql) = piece { Some(sql) } else { None })
                    .collect();
                assert!(!sql.contains(':'), "{}: {sql}", rule.as_str());
            }
        }
        assert_eq!(pieces("a < :cutoff"), [Piece::Sql("a < ".into()), Piece::Cutoff, Piece::Sql(String::new())]);
    }
}
