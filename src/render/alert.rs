//! The alert: what went wrong becomes one mail to operators, in English.

use chrono::{DateTime, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use super::{RenderError, Renderer};

/// One thing that went wrong, or whose end is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertItem {
    /// What it is, on one line.
    pub what: String,
    /// Why, on one line.
    pub why: Option<String>,
    /// The id under which commands show it.
    pub id: String,
}

/// Things of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertGroup {
    /// What kind, for people.
    pub heading: String,
    /// What kind, for programs: `deadline`, `held`, `failed` or `mail`.
    pub kind: String,
    /// Whether their end is told.
    pub over: bool,
    /// The first of them.
    pub items: Vec<AlertItem>,
    /// How many others there are.
    pub more: usize,
    /// The commands that show or mend it.
    pub fix: Option<String>,
}

/// What an alert says; as JSON it is what a webhook gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertView {
    /// The mail's subject.
    pub subject: String,
    /// Which installation.
    pub about: String,
    /// When it was found.
    pub at: DateTime<Utc>,
    /// What went wrong first, then what is over.
    pub groups: Vec<AlertGroup>,
}

/// An alert's mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertMail {
    /// HTML part.
    pub html: String,
    /// Text part.
    pub text: String,
}

impl AlertView {
    /// What `templates check` renders.
    #[must_use]
    pub fn sample() -> Self {
        let item = |what: &str, why: &str| AlertItem {
            what: what.into(),
            why: Some(why.into()),
            id: "0b6e2f3c-7f3a-5d0e-9a43-3f6a3f3c1d52".into(),
        };
        let group = |kind: &str, heading: &str, over, items: Vec<AlertItem>, more| AlertGroup {
            heading: heading.into(),
            kind: kind.into(),
            over,
            items,
            more,
            fix: (!over).then(|| "daybreak doctor".into()),
        };
        let late = item(
            "morning in America/Chicago: due Wed 18 Mar 06:30, to be delivered by 08:00 CDT",
            "2 of 40 reports not built, 5 of 61 mails not sent yet",
        );
        let refused = item(
            "harbor, night 2026-03-17, to dana: failed",
            "rejected: 550 5.1.1 <b>no such user</b>, a reply with a_very_long_word_in_it_that_wraps_because_it_must_wrap_somewhere",
        );
        Self {
            subject: "Daybreak: 1 deadline missed, 3 mails not delivered, 1 report built after all".into(),
            about: "Daybreak".into(),
            at: Utc.timestamp_opt(1_773_838_860, 0).single().unwrap_or_default(),
            groups: vec![
                group("deadline", "Not delivered by the deadline", false, vec![late], 0),
                group("mail", "Mails that did not arrive", false, vec![refused], 2),
                group(
                    "failed",
                    "Reports that were built after all",
                    true,
                    vec![item("depot, night 2026-03-17", "built")],
                    0,
                ),
            ],
        }
    }
}

impl Renderer {
    /// The mail of an alert.
    ///
    /// # Errors
    /// [`RenderError::Template`] naming file and line.
    pub fn alert(&self, view: &AlertView) -> Result<AlertMail, RenderError> {
        let at = view.at.format("%a %-d %b %Y, %H:%M UTC").to_string();
        let render = |name| {
            let mut context = tera::Context::new();
            context.insert("alert", view);
            context.insert("when", &at);
            context.insert("ill", &view.groups.iter().any(|group| !group.over));
            self.render(name, &context)
        };
        Ok(AlertMail { html: render("mail/alert.html")?, text: render("mail/alert.txt")? })
    }
}
