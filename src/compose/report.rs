//! The report: everything a night's mail, PDF and page say, frozen. Serialized it is `report.json`.
//!
//! Texts stand here as the producer wrote them; whoever shows them cleans and escapes them.

mod correction;
mod event;
mod sale;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::model::{
    BranchBrand, BranchRef, ClipRef, ContactRef, EmailAddress, IncidentRef, Language, LocationRef, NightDate,
    NightHours, ReportId, TransactionRef, Window,
};

pub use correction::{Change, Correction, How, Subject};
pub use event::{CasePlace, Clip, Escalation, Footage, Incident, Interaction, Photo};
pub use sale::{Line, Payment, Transaction};

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
    /// When it was due, where it is built late because nothing ran then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_since: Option<DateTime<Utc>>,
    /// The night.
    pub night: NightDate,
    /// When the night began and ended.
    pub window: Window,
    /// The site.
    pub site: Site,
    /// Its branch's own brand, as it was then; none for the house's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Box<BranchBrand>>,
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
