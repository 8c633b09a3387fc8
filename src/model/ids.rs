//! Typed ids: producers' refs (text) and our own (UUIDv5 of their natural key, so that a replay
//! meets the same row).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

use super::NightDate;

/// Why a producer's ref was refused (`feed.md`: 1 to 128 characters).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefError {
    /// The empty string.
    #[error("a ref must not be empty")]
    Empty,
    /// More than 128 characters.
    #[error("a ref has at most 128 characters, this one has {0}")]
    TooLong(usize),
    /// A control character, which would break logs, keys and headers.
    #[error("a ref must not contain control characters")]
    Control,
}

fn check_ref(raw: &str) -> Result<(), RefError> {
    let length = raw.chars().count();
    match length {
        0 => Err(RefError::Empty),
        129.. => Err(RefError::TooLong(length)),
        _ if raw.chars().any(char::is_control) => Err(RefError::Control),
        _ => Ok(()),
    }
}

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
        #[serde(try_from = "String", into = "String")]
        #[sqlx(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps a ref.
            ///
            /// # Errors
            /// [`RefError`] when it is empty, over 128 characters, or has control characters.
            pub fn new(raw: impl Into<String>) -> Result<Self, RefError> {
                let raw = raw.into();
                check_ref(&raw)?;
                Ok(Self(raw))
            }

            /// The ref as the producer wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = RefError;
            fn try_from(raw: String) -> Result<Self, RefError> {
                Self::new(raw)
            }
        }

        impl std::str::FromStr for $name {
            type Err = RefError;
            fn from_str(raw: &str) -> Result<Self, RefError> {
                Self::new(raw)
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
                schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": 128 })
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

text_id! {
    /// A branch: the client's grouping of locations.
    BranchRef;
    /// A location: one monitored site.
    LocationRef;
    /// A camera of a location.
    CameraRef;
    /// A person at an address who may be notified.
    ContactRef;
    /// A handled event.
    InteractionRef;
    /// An escalated event.
    IncidentRef;
    /// The incidents of one repeat offender, by the producer's ref.
    CaseRef;
    /// A recording.
    ClipRef;
    /// A sale at a terminal.
    TransactionRef;
    /// The name of a `[[job]]` of `jobs.toml`.
    JobName;
}

/// Namespace of all UUIDv5 ids of Daybreak (RFC 9562 section 5.5). Fixed for ever: changing it would let
/// a replay meet a different row.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d0c_59b1_2f0e_5c8a_9b3d_4a1e_77f0_d417);

/// Joins the parts of a natural key unambiguously (a length before each part) and hashes them.
fn natural_key(parts: &[&str]) -> Uuid {
    let mut key = String::new();
    for part in parts {
        key.push_str(&part.len().to_string());
        key.push(':');
        key.push_str(part);
    }
    Uuid::new_v5(&NAMESPACE, key.as_bytes())
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id itself.
            #[must_use]
            pub fn as_uuid(&self) -> &Uuid {
                &self.0
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
                schemars::json_schema!({ "type": "string", "format": "uuid" })
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(raw: &str) -> Result<Self, uuid::Error> {
                raw.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

uuid_id! {
    /// One occurrence of a job.
    RunId;
    /// Location × night × revision.
    ReportId;
    /// Report × contact.
    DeliveryId;
    /// The key of a program.
    ApiKeyId;
    /// Somebody of a client's team or of ours, who signs in.
    UserId;
    /// A mail to one person that is no report.
    LetterId;
    /// An address that may see a location.
    WhitelistId;
    /// Incidents that somebody shared with others.
    ShareId;
}

impl ApiKeyId {
    /// The key whose text has that SHA-256.
    #[must_use]
    pub fn of(hash: &[u8; 32]) -> Self {
        Self(natural_key(&["api key", &hex::encode(hash)]))
    }
}

/// The id of an operators' alert: the number of its channel, and when it was wanted.
#[must_use]
pub fn alert_id(channel: &str, number: i64, at: DateTime<Utc>) -> Uuid {
    natural_key(&["alert", channel, &number.to_string(), &at.to_rfc3339()])
}

/// The id of a reader's feedback on an event: the mail whose link it came by, the event, and what is said.
#[must_use]
pub fn feedback_id(delivery: DeliveryId, subject: &str, of: &str, said: &[&str]) -> Uuid {
    let delivery = delivery.to_string();
    natural_key(&[&["feedback", &delivery, subject, of], said].concat())
}

/// The letter by which staff are told what readers said, up to and with this one.
#[must_use]
pub fn feedback_letter_id(newest: Uuid) -> LetterId {
    natural_key(&["feedback letter", &newest.to_string()]).into()
}

/// A letter by which staff are told who wants a fresh link, up to and with the wish of this link.
#[must_use]
pub fn wish_letter_id(newest: &[u8], to: &str) -> LetterId {
    natural_key(&["link wish letter", &hex::encode(newest), to]).into()
}

impl RunId {
    /// The run of `job` at an occurrence: the instant at which it was due on the wall clock of `zone`, or (with no
    /// zone) at which a person asked.
    #[must_use]
    pub fn of(job: &JobName, occurrence: DateTime<Utc>, zone: &str) -> Self {
        Self(natural_key(&["run", job.as_str(), &occurrence.to_rfc3339(), zone]))
    }
}

impl ReportId {
    /// The report of a location's night in one revision (the first is 1).
    #[must_use]
    pub fn of(location: &LocationRef, night: NightDate, revision: i32) -> Self {
        Self(natural_key(&["report", location.as_str(), &night.to_string(), &revision.to_string()]))
    }
}

impl DeliveryId {
    /// The delivery of a report to a contact.
    #[must_use]
    pub fn of(report: ReportId, contact: &ContactRef) -> Self {
        Self(natural_key(&["delivery", &report.to_string(), contact.as_str()]))
    }

    /// A delivery that staff asked for once more (a test to one address), named by its instant.
    #[must_use]
    pub fn of_test(report: ReportId, address: &str, at: DateTime<Utc>) -> Self {
        Self(natural_key(&["test", &report.to_string(), address, &at.to_rfc3339()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refs_are_one_to_128_characters() {
        assert_eq!(LocationRef::new(""), Err(RefError::Empty));
        assert_eq!(LocationRef::new("ż".repeat(128)).map(|r| r.as_str().len()), Ok(256));
        assert_eq!(LocationRef::new("a".repeat(129)), Err(RefError::TooLong(129)));
        assert_eq!(LocationRef::new("a\nb"), Err(RefError::Control));
    }

    #[test]
    fn a_natural_key_cannot_be_forged_by_moving_a_separator() {
        assert_ne!(natural_key(&["ab", "c"]), natural_key(&["a", "bc"]));
        assert_ne!(natural_key(&["a:1", "b"]), natural_key(&["a", "1:b"]));
    }

    #[test]
    fn the_same_report_has_the_same_id_for_ever() {
        let id = ReportId::of(
            &LocationRef::new("armatage").unwrap(),
            NightDate::new(chrono::NaiveDate::from_ymd_opt(2017, 3, 31).unwrap()),
            1,
        );
        assert_eq!(id.as_uuid().get_version_num(), 5);
        assert_eq!(id, ReportId::of(&LocationRef::new("armatage").unwrap(), "2017-03-31".parse().unwrap(), 1));
        assert_ne!(id, ReportId::of(&LocationRef::new("armatage").unwrap(), "2017-03-31".parse().unwrap(), 2));
    }
}
