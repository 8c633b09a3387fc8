//! Vocabulary: typed ids, nights, addresses, money, languages and states.
//!
//! It turns raw strings and instants into values that cannot be confused with one another.
//! It must not import anything else of ours, read a clock, or touch a database.

mod address;
mod brand;
mod causes;
mod color;
mod ids;
mod language;
mod link;
mod money;
mod night;
mod states;
mod text;

pub use address::{AddressError, EmailAddress};
pub use brand::{BranchBrand, Logo};
pub use causes::chain;
pub use color::{Color, ColorError};
pub use ids::{
    ApiKeyId, BranchRef, CameraRef, CaseRef, ClipRef, ContactRef, DeliveryId, IncidentRef, InteractionRef, JobName,
    LetterId, LocationRef, RefError, ReportId, RunId, ShareId, TransactionRef, UserId, WhitelistId, alert_id,
    feedback_id, feedback_letter_id, wish_letter_id,
};
pub use language::Language;
pub use link::LinkTarget;
pub use money::{Currency, CurrencyError, Money};
pub use night::{NightDate, NightHours, NightHoursError, Window, instant_of};
pub use states::{
    AttemptOutcome, BounceKind, Chore, DeliveryState, Disposition, KeyRight, LetterKind, LetterState, ReportState,
    Role, RunState, SuppressionReason, Trigger, UnknownState, ViewKind,
};
pub use text::clean;
