//! The report: everything a night's mail, PDF and page say, frozen. Serialized it is `report.json`.
//!
//! Texts stand here as the producer wrote them; whoever shows them cleans and escapes them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::{
    BranchRef, CaseRef, ClipRef, ContactRef, Currency, EmailAddress, IncidentRef, InteractionRef, Language,
    LocationRef, NightDate, NightHours, ReportId, TransactionRef, Window,
};

/// Version of the JSON form; a reader refuses a newer one.
pub const SCHEMA: u32 = 1;

/// One location's night in one revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of this form, [`SCHEMA`].
    pub schema: u32,
    /// Its id, from location, night and revision.
    pub id: ReportId,
    /// 1 for the first, n + 1 for each regeneration.
    pub revision: i32,
    /// When it was frozen.
    pub built_at: DateTime<Utc>,
    /// The night.
    pub night: NightDate,
    /// When the night began and ended.
    pub window: Window,
    /// The site.
    pub site: Site,
    /// What is known to be missing; empty for a complete report.
    pub missing: Vec<Missing>,
    /// What was processed.
    pub summary: Summary,
    /// Each escalated event in order of time: incidents, and interactions of level 2 and above without one.
    pub escalations: Vec<Escalation>,
    /// Each normal interaction (level 1) in order of time.
    pub interactions: Vec<Interaction>,
    /// The transactions of the incidents first, then those of the night that no incident names, in order of time.
    pub transactions: Vec<Transaction>,
    /// The clips that the events above name, by ref.
    pub clips: Vec<Clip>,
    /// Set on a revision after the first.
    pub correction: Option<Correction>,
    /// Who is notified, in order of ref.
    pub recipients: Vec<Recipient>,
}

impl Report {
    /// Nothing was escalated and no interaction took place.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.escalations.is_empty() && self.interactions.is_empty()
    }

    /// Whether a PDF transaction report belongs to it: there are incidents or transactions.
    #[must_use]
    pub fn has_pdf(&self) -> bool {
        self.transactions.len() + self.summary.incidents as usize > 0
    }

    /// The clip of that ref, if an event of this report names it.
    #[must_use]
    pub fn clip(&self, clip: &ClipRef) -> Option<&Clip> {
        self.clips.binary_search_by(|known| known.clip.cmp(clip)).ok().map(|at| &self.clips[at])
    }

    /// The transaction of that ref.
    #[must_use]
    pub fn transaction(&self, transaction: &TransactionRef) -> Option<&Transaction> {
        self.transactions.iter().find(|known| known.transaction == *transaction)
    }
}

/// The site as it stood that night.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Its ref.
    pub location: LocationRef,
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: Option<String>,
    /// Its branch.
    pub branch: BranchRef,
    /// The branch's name.
    pub branch_name: String,
    /// Its time zone.
    pub timezone: Tz,
    /// Its night's wall-clock times.
    pub hours: NightHours,
    /// Its locale (BCP 47), the contacts' default.
    pub locale: Option<String>,
    /// The names of its cameras, in order of ref: what was watched.
    pub cameras: Vec<String>,
}

/// Something that the night's data should have and does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Missing {
    /// The producer has not said that it has sent everything up to the window's end.
    Feed {
        /// How far it has sent, if it ever said.
        complete_until: Option<DateTime<Utc>>,
    },
    /// No record of what was processed that night.
    Activity,
    /// A clip is named but its recording is not in the archive.
    Clip {
        /// Which clip.
        clip: ClipRef,
    },
    /// An incident's photo is not in the archive, or is no readable picture.
    Photo {
        /// Whose photo.
        incident: IncidentRef,
    },
}

/// What was processed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Detections, filtered and reviewed, where the feed says.
    pub activity: Option<Activity>,
    /// Interactions of level 1.
    pub normal: u32,
    /// Interactions of level 2 and above.
    pub escalated: u32,
    /// Incidents.
    pub incidents: u32,
    /// Interactions by type, most frequent first, then by name.
    pub types: Vec<TypeCount>,
    /// The site's last seven nights, oldest first, without this one; a night without any record is absent.
    pub past: Vec<PastNight>,
}

impl Summary {
    /// All interactions.
    #[must_use]
    pub const fn interactions(&self) -> u32 {
        self.normal + self.escalated
    }
}

/// Counts of one kind of interaction by level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeCount {
    /// The producer's word for the type.
    pub kind: String,
    /// Level 1.
    pub normal: u32,
    /// Level 2 and above.
    pub escalated: u32,
}

/// What the machines and operators went through in a night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// What the cameras noticed.
    pub detections: i64,
    /// What was filtered out by machine.
    pub filtered: i64,
    /// What a person reviewed.
    pub reviewed: i64,
}

/// One of the site's nights before, for comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastNight {
    /// Which night.
    pub night: NightDate,
    /// Detections, filtered and reviewed.
    pub activity: Option<Activity>,
    /// Interactions of any level.
    pub interactions: u32,
    /// Incidents.
    pub incidents: u32,
}

/// An escalated event: an incident, the interaction behind it, or such an interaction alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Escalation {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The incident.
    pub incident: Option<Incident>,
    /// The escalated interaction.
    pub interaction: Option<Interaction>,
}

/// A handled event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// Its ref.
    pub interaction: InteractionRef,
    /// 1 = normal, 2 and above = escalated.
    pub level: i32,
    /// The producer's word for the type.
    pub kind: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The camera's name.
    pub camera: Option<String>,
    /// Who handled it.
    pub operator: Option<String>,
    /// The operator's notes.
    pub notes: String,
    /// What was done.
    pub actions: Vec<String>,
    /// Its clip; look it up in [`Report::clips`].
    pub clip: Option<ClipRef>,
    /// The same second in the customer's own application.
    pub timeline_url: Option<String>,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Its ref.
    pub incident: IncidentRef,
    /// When it occurred.
    pub occurred_at: DateTime<Utc>,
    /// The producer's word for the type.
    pub kind: String,
    /// What happened.
    pub description: String,
    /// Who reported it.
    pub reported_by: Option<String>,
    /// The case of the offender.
    pub case: Option<CasePlace>,
    /// Its photo, unless it is listed in [`Report::missing`].
    pub photo: Option<Photo>,
    /// Whether a photo was named that could not be had.
    pub photo_missing: bool,
    /// Its clips in the producer's order; look them up in [`Report::clips`].
    pub clips: Vec<ClipRef>,
    /// Its transaction; look it up in [`Report::transactions`].
    pub transaction: Option<TransactionRef>,
    /// The same second in the customer's own application.
    pub timeline_url: Option<String>,
}

/// An incident's place in its case: "case 1042, 3rd time".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePlace {
    /// The producer's ref of the offender.
    pub case: CaseRef,
    /// Our number of the case.
    pub number: i64,
    /// 1 for the case's first incident, in order of time.
    pub instance: i64,
}

/// A picture in the archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Photo {
    /// Object key.
    pub key: String,
    /// SHA-256 of the bytes, in lower-case hex, where the archive knows it.
    pub sha256: Option<String>,
}

/// A recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clip {
    /// Its ref.
    pub clip: ClipRef,
    /// When it begins.
    pub recorded_at: DateTime<Utc>,
    /// How long it is, in milliseconds.
    pub duration_ms: Option<i64>,
    /// The camera's name.
    pub camera: Option<String>,
    /// Where its bytes are.
    pub footage: Footage,
}

/// Where a clip's bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Footage {
    /// In the archive.
    Archive {
        /// Object key.
        key: String,
        /// SHA-256 of the bytes, in lower-case hex, where the archive knows it.
        sha256: Option<String>,
        /// Content type.
        content_type: String,
    },
    /// Only with its producer.
    External {
        /// Where it can be viewed.
        url: String,
        /// The password it asks for.
        password: Option<String>,
    },
    /// Named by the feed, and nowhere to be had.
    Missing,
}

/// A sale at a terminal, with what was paid and what was not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// Its ref.
    pub transaction: TransactionRef,
    /// The terminal.
    pub terminal: String,
    /// When it took place.
    pub at: DateTime<Utc>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Its lines in the producer's order.
    pub lines: Vec<Line>,
    /// Sum of the paid lines.
    #[serde(with = "rust_decimal::serde::str")]
    pub paid_total: Decimal,
    /// Sum of the unpaid lines: what was taken.
    #[serde(with = "rust_decimal::serde::str")]
    pub unpaid_total: Decimal,
    /// Sum of all lines.
    #[serde(with = "rust_decimal::serde::str")]
    pub total: Decimal,
    /// What was paid, and how.
    pub payment: Option<Payment>,
}

/// A line of a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Stock keeping unit.
    pub sku: String,
    /// The item.
    pub description: String,
    /// How many (or how much).
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity: Decimal,
    /// Price of one.
    #[serde(with = "rust_decimal::serde::str")]
    pub unit_price: Decimal,
    /// Quantity × unit price, exact.
    #[serde(with = "rust_decimal::serde::str")]
    pub total: Decimal,
    /// Whether it was paid.
    pub paid: bool,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// `card`, `cash`, …: the producer's word.
    pub method: String,
    /// The amount.
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    /// The card's last four digits.
    pub last4: Option<String>,
}

/// Why a revision was made, and what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The reason given.
    pub reason: String,
    /// Who asked for it.
    pub by: String,
    /// What changed against the revision before.
    pub changes: Vec<Change>,
}

/// One difference between two revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Of what.
    pub subject: Subject,
    /// Its ref.
    pub of: String,
    /// How.
    pub how: How,
    /// The fields that were edited, by name.
    pub fields: Vec<String>,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An incident.
    Incident,
    /// An interaction.
    Interaction,
    /// A transaction.
    Transaction,
    /// The counts of what was processed.
    Activity,
    /// What is missing.
    Completeness,
}

/// How something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It was edited.
    Edited,
}

/// A contact who is notified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The contact's ref.
    pub contact: ContactRef,
    /// The contact's name.
    pub name: String,
    /// The contact's address as recorded; whether mail can reach it is found at delivery.
    pub email: String,
    /// Language of the mail.
    pub language: Language,
    /// Locale of dates, numbers and money (BCP 47): the contact's, else the site's, else the language's.
    pub locale: String,
}

impl Recipient {
    /// The address, if it can be one.
    ///
    /// # Errors
    /// [`crate::model::AddressError`] when no mail can reach it.
    pub fn address(&self) -> Result<EmailAddress, crate::model::AddressError> {
        EmailAddress::new(self.email.as_str())
    }
}
