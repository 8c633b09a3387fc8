//! The words: every label of the report in one language, and how that language writes dates, numbers and money.
//!
//! It must not contain a language itself; the messages stand in `templates/messages/*/pdf.ftl`.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::model::{Currency, NightDate};

/// A value that a message mentions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// A text.
    Text(&'a str),
    /// A number; it decides plural and ordinal forms.
    Number(i64),
}

/// How a language (and its locale) says things. Implementations must be pure: the same call, the same text.
pub trait Format {
    /// The message of that key with its arguments filled in.
    fn message(&self, key: &str, arguments: &[(&str, Value<'_>)]) -> String;
    /// The date of a night, in full: "Saturday, 28 March 2026".
    fn date(&self, night: NightDate) -> String;
    /// A wall-clock time with seconds.
    fn time(&self, at: DateTime<Utc>, zone: Tz) -> String;
    /// A date with its wall-clock time.
    fn date_time(&self, at: DateTime<Utc>, zone: Tz) -> String;
    /// An exact amount with its currency: all its decimals, and no more than it has beyond the currency's own.
    fn money(&self, amount: &Decimal, currency: &Currency) -> String;
    /// A whole number.
    fn integer(&self, number: i64) -> String;
    /// An exact quantity.
    fn quantity(&self, quantity: &Decimal) -> String;
}

macro_rules! words {
    ($($(#[$doc:meta])* $field:ident = $key:literal,)*) => {
        /// Every label of the report, and the formats.
        pub struct Words {
            /// BCP 47 tag of the language, for `/Lang`.
            pub language: String,
            /// How the language writes dates, numbers, money and messages with arguments.
            pub format: Box<dyn Format + Send + Sync>,
            $($(#[$doc])* pub $field: String,)*
        }

        impl Words {
            /// The keys of the messages without arguments; those with arguments are [`Words::WITH_ARGUMENTS`].
            pub const LABELS: &'static [&'static str] = &[$($key),*];

            /// The words of a language, by its formats.
            #[must_use]
            pub fn of(language: impl Into<String>, format: Box<dyn Format + Send + Sync>) -> Self {
                Self { language: language.into(), $($field: format.message($key, &[]),)* format }
            }
        }
    };
}

words! {
    /// The document's name.
    title = "pdf-title",
    /// Label of the night's date.
    night = "pdf-night",
    /// Label of the night's bounds.
    window = "pdf-window",
    /// Label of the postal address.
    address = "pdf-address",
    /// Label of the branch.
    branch = "pdf-branch",
    /// Label of when the report was frozen.
    built = "pdf-built",
    /// Heading of the key figures.
    summary = "pdf-summary",
    /// Figure: incidents.
    incidents = "pdf-incidents",
    /// Figure: interactions.
    interactions = "pdf-interactions",
    /// Figure: transactions.
    transactions = "pdf-transactions",
    /// Figure and subtotal: what was taken unpaid.
    taken_unpaid = "pdf-taken-unpaid",
    /// Subtotal: the paid items.
    paid_items = "pdf-paid-items",
    /// Sum of all items.
    total = "pdf-total",
    /// Heading of what is missing.
    incomplete = "pdf-incomplete",
    /// Missing: the record of what was processed.
    missing_activity = "pdf-missing-activity",
    /// Missing: the feed, which never said how far it has come.
    missing_feed = "pdf-missing-feed",
    /// Heading of a correction.
    correction = "pdf-correction",
    /// Label of a correction's reason.
    reason = "pdf-reason",
    /// Label of who asked for a correction.
    requested_by = "pdf-requested-by",
    /// Label of a correction's changes.
    changes = "pdf-changes",
    /// Heading of the incident index.
    index = "pdf-index",
    /// Said where there is no incident.
    no_incidents = "pdf-no-incidents",
    /// Column: incident.
    incident = "pdf-incident",
    /// Column and label: case.
    case = "pdf-case",
    /// Column: time.
    time = "pdf-time",
    /// Column and label: type.
    kind = "pdf-type",
    /// Column: page.
    page = "pdf-page",
    /// Label: when it occurred.
    occurred = "pdf-occurred",
    /// Label: who reported it.
    reported_by = "pdf-reported-by",
    /// Label: the producer's reference.
    reference = "pdf-reference",
    /// Label: camera.
    camera = "pdf-camera",
    /// Label: operator.
    operator = "pdf-operator",
    /// Label: level of escalation.
    level = "pdf-level",
    /// Label: from when until when it was handled.
    handled = "pdf-handled",
    /// Label: what was done.
    actions = "pdf-actions",
    /// Heading of the description.
    description = "pdf-description",
    /// Heading of the operator's notes.
    account = "pdf-account",
    /// Said where there are no notes.
    no_account = "pdf-no-account",
    /// In place of a photo that the archive does not have.
    photo_missing = "pdf-photo-missing",
    /// In place of a photo that cannot be decoded.
    photo_unreadable = "pdf-photo-unreadable",
    /// Said where an incident has no transaction.
    no_transaction = "pdf-no-transaction",
    /// Said where an incident names a transaction that the report does not have.
    transaction_missing = "pdf-transaction-missing",
    /// Heading of the transactions that no incident names.
    other_transactions = "pdf-other-transactions",
    /// Label: terminal.
    terminal = "pdf-terminal",
    /// Column: stock keeping unit.
    sku = "pdf-sku",
    /// Column: item.
    item = "pdf-item",
    /// Column: quantity.
    quantity = "pdf-quantity",
    /// Column: unit price.
    unit_price = "pdf-unit-price",
    /// Column: line total.
    line_total = "pdf-line-total",
    /// Column: paid or not.
    status = "pdf-status",
    /// A paid line.
    paid = "pdf-paid",
    /// An unpaid line.
    unpaid = "pdf-unpaid",
    /// Label: the payment.
    payment = "pdf-payment",
    /// Said where nothing was paid.
    no_payment = "pdf-no-payment",
    /// Label: paid more than the paid items cost.
    overpaid = "pdf-overpaid",
    /// Label: paid less than the paid items cost.
    underpaid = "pdf-underpaid",
}

impl Words {
    /// The messages with arguments: key, and the names of the arguments (`#` before a number).
    pub const WITH_ARGUMENTS: &'static [(&'static str, &'static [&'static str])] = &[
        ("pdf-page-of", &["#page", "#pages"]),
        ("pdf-revision", &["#revision"]),
        ("pdf-data", &["hash"]),
        ("pdf-incident-number", &["#number"]),
        ("pdf-transaction-number", &["reference"]),
        ("pdf-case-instance", &["case", "#instance"]),
        ("pdf-missing-feed-until", &["until"]),
        ("pdf-missing-clip", &["clip"]),
        ("pdf-missing-photo", &["incident"]),
        ("pdf-change", &["how", "subject", "of"]),
        ("pdf-photo-alt", &["type", "time"]),
        ("pdf-card", &["method", "last4"]),
        ("pdf-lines", &["#count"]),
        ("pdf-go-to", &["#number"]),
        ("pdf-more-changes", &["#count"]),
    ];

    /// A message with its arguments filled in.
    pub(super) fn say(&self, key: &str, arguments: &[(&str, Value<'_>)]) -> String {
        self.format.message(key, arguments)
    }
}
