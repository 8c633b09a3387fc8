//! States of runs, reports and deliveries: closed sets, written as lower-case words in rows, JSON and logs.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// A word in a row that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what}: {word:?}")]
pub struct UnknownState {
    what: &'static str,
    word: String,
}

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "&'static str", try_from = "String")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word that stands in rows and JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl From<$name> for &'static str {
            fn from(state: $name) -> Self {
                state.as_str()
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($word),*] })
            }
        }

        impl TryFrom<String> for $name {
            type Error = UnknownState;
            fn try_from(word: String) -> Result<Self, UnknownState> {
                word.parse()
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownState;
            fn from_str(word: &str) -> Result<Self, UnknownState> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    other => Err(UnknownState { what: stringify!($name), word: other.to_owned() }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )*};
}

states! {
    /// Who asked for a run.
    Trigger {
        /// Its schedule.
        Schedule = "schedule",
        /// A person, with `run` or the portal.
        Manual = "manual",
        /// A person who regenerates a past night.
        Regenerate = "regenerate",
    }
    /// How far a run is.
    RunState {
        /// Some of its reports are not final.
        Running = "running",
        /// All its reports are built or skipped, and nothing failed.
        Done = "done",
        /// All its reports are final, and at least one of them or of their mails failed.
        Failed = "failed",
    }
    /// How far a report is.
    ReportState {
        /// Intended; its build task is queued.
        Planned = "planned",
        /// Frozen: artifacts are archived, deliveries stand.
        Built = "built",
        /// A quiet night of a job with `skip_quiet`: no mail was wanted.
        Skipped = "skipped",
        /// Given up; the row says why.
        Failed = "failed",
        /// Its feed is incomplete, and its job wants it held: released by the rest of the feed, or by a person.
        Held = "held",
    }
    /// How far a delivery is (issue "Production" lists the whole set).
    DeliveryState {
        /// Intended; its task is queued.
        Pending = "pending",
        /// An attempt is under way.
        Sending = "sending",
        /// The server took the message.
        Sent = "sent",
        /// A try failed for now; another is queued.
        Deferred = "deferred",
        /// Refused for good, or tried for too long.
        Failed = "failed",
        /// Taken, and returned later.
        Bounced = "bounced",
        /// The address is on the suppression list; nothing was sent.
        Suppressed = "suppressed",
        /// The connection died after the final dot: sent or not, nobody knows; never resent silently.
        Unknown = "unknown",
    }
    /// Work that comes round by itself, whatever the jobs say (issue "Production", engine).
    Chore {
        /// What should have happened by now and has not: lost tasks, jobs past their deadline, final failures.
        Watch = "watch",
        /// Returned mail is read.
        Bounces = "bounces",
        /// What is over age is deleted.
        Sweep = "sweep",
        /// What is kept of reports since a later version is noted of older ones, too.
        Backlog = "backlog",
    }
    /// What a returned mail says about its address.
    BounceKind {
        /// The address does not exist any more, or never did: another mail would come back, too.
        Hard = "hard",
        /// Not this mail, or not now: a full mailbox, a refused content, a server out of order.
        Soft = "soft",
        /// The mail arrived, and its reader reported it as unwanted.
        Complaint = "complaint",
    }
    /// Why nothing is mailed to an address.
    SuppressionReason {
        /// A mail came back for good.
        HardBounce = "hard-bounce",
        /// Its server refused the address for good, before any mail was taken.
        Refused = "refused",
        /// A reader reported a mail as unwanted.
        Complaint = "complaint",
        /// Too many mails in a row came back.
        SoftBounces = "soft-bounces",
        /// Somebody asked for it, with `suppressions add`.
        Manual = "manual",
    }
    /// What a program's key may do.
    KeyRight {
        /// Send feeds and bring media.
        Feed = "feed",
        /// Read what the JSON API shows.
        Read = "read",
        /// Change what the JSON API lets a person change.
        Write = "write",
    }
    /// What a user of the portal is.
    Role {
        /// Of a client's team: sees and shares what happened in their branches.
        Branch = "branch",
        /// An operator, or loss prevention: looks at every report, regenerates and corrects.
        Staff = "staff",
        /// Runs the installation: jobs, accounts, keys, the audit log, and all that staff may.
        Operations = "operations",
    }
    /// Why a person is mailed that is no report.
    LetterKind {
        /// A one-time link and code.
        SignIn = "sign-in",
        /// Incidents that somebody shared.
        Share = "share",
        /// Somebody asks for access.
        AccessAsked = "access-asked",
        /// What became of a request for access.
        AccessAnswered = "access-answered",
        /// A fresh link in place of one that has ended.
        FreshLink = "fresh-link",
        /// A new user's first sign-in.
        Welcome = "welcome",
        /// What readers said of their reports, for staff.
        Feedback = "feedback",
    }
    /// How far a letter is.
    LetterState {
        /// Intended; its task is queued.
        Pending = "pending",
        /// An attempt is under way.
        Sending = "sending",
        /// The server took it.
        Sent = "sent",
        /// Refused for good, or of no use any more.
        Failed = "failed",
        /// The connection died after the final dot: sent or not, nobody knows; never resent silently.
        Unknown = "unknown",
    }
    /// What somebody said an incident turned out to be; the frozen report stays as it is.
    Disposition {
        /// Nothing was taken.
        NotATheft = "not-a-theft",
        /// Something else than what the report calls it.
        InvalidTheft = "invalid-theft",
        /// The footage ends before it shows enough.
        CutShort = "cut-short",
        /// The footage shows enough of the time, and does not show what happened.
        Inconclusive = "inconclusive",
        /// What was said last is taken back: the incident counts again.
        Restored = "restored",
    }
    /// What somebody looked at.
    ViewKind {
        /// A page.
        Page = "page",
        /// Footage.
        Clip = "clip",
        /// A photo.
        Photo = "photo",
        /// A report as PDF.
        Pdf = "pdf",
        /// A list that was saved as CSV or PDF.
        Export = "export",
    }
    /// How one attempt ended.
    AttemptOutcome {
        /// Accepted by the server (or written to the outbox).
        Accepted = "accepted",
        /// Refused for now (4xx, network fault): worth another try.
        Transient = "transient",
        /// Refused for good (5xx, impossible message).
        Permanent = "permanent",
        /// Nobody knows whether it was accepted.
        Unknown = "unknown",
    }
}

impl DeliveryState {
    /// Whether nothing more will happen by itself.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Sending | Self::Deferred)
    }
}

impl SuppressionReason {
    /// The reason in words, as it stands in a delivery's record.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::HardBounce => "a mail to it came back for good",
            Self::Refused => "its server refused it for good",
            Self::Complaint => "its reader reported a mail as unwanted",
            Self::SoftBounces => "too many mails to it came back",
            Self::Manual => "somebody asked for it",
        }
    }
}

impl Chore {
    /// How long after its beginning it is due again.
    #[must_use]
    pub const fn every(self) -> Duration {
        match self {
            Self::Watch | Self::Backlog => Duration::from_mins(1),
            Self::Bounces => Duration::from_mins(2),
            Self::Sweep => Duration::from_hours(24),
        }
    }

    /// One that was begun so long ago and is not finished has lost its worker.
    #[must_use]
    pub const fn lost_after(self) -> Duration {
        match self {
            // Somebody must notice that all workers are dead.
            Self::Watch => Duration::from_mins(3),
            Self::Bounces | Self::Sweep | Self::Backlog => Duration::from_mins(30),
        }
    }
}

impl Role {
    /// Whether the user is one of ours, and sees every client's branches.
    #[must_use]
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Staff | Self::Operations)
    }
}

impl ReportState {
    /// Whether nothing more will happen by itself.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Planned | Self::Held)
    }
}
