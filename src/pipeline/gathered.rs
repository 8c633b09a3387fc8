//! Gathered: what readers said or want becomes letters to the house's own people, the first at once, then at most one an
//! hour, each of which names the first few things and counts the rest.
//!
//! It must not decide who is told, or of what.

use chrono::{DateTime, TimeDelta, Utc};

use super::Pipeline;
use crate::db::{DbError, Enqueue, Tx};
use crate::letters::{self, LetterError, Wanted};
use crate::model::{EmailAddress, Language, LetterId, LetterKind, LocationRef, clean};
use crate::render::LetterView;

/// Between two letters.
const GAP: TimeDelta = TimeDelta::hours(1);
/// A letter that was not taken within a day is old news; the lists tell all the same.
const USEFUL: TimeDelta = TimeDelta::hours(24);
/// So many things are named; the rest is counted.
pub(super) const MOST: usize = 20;

/// Whether it is time to tell what waits, where something was told at this instant.
pub(super) fn is_time(waits: bool, told: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    waits && told.is_none_or(|told| now >= told + GAP)
}

impl<Q: Enqueue> Pipeline<Q> {
    /// The names of the first locations.
    pub(super) async fn names_of(&self, locations: impl Iterator<Item = &LocationRef>) -> Result<Vec<String>, DbError> {
        let mut names = Vec::new();
        for location in locations.take(MOST) {
            let site = self.db.location(location).await?;
            names.push(site.map_or_else(|| location.to_string(), |site| site.name));
        }
        Ok(names)
    }

    /// Writes a letter to one of the house's people, in English.
    pub(super) async fn write_to_staff(
        &self,
        tx: &mut Tx,
        (id, kind, to): (LetterId, LetterKind, &EmailAddress),
        view: &LetterView,
        now: DateTime<Utc>,
    ) -> Result<(), DbError> {
        let wanted = Wanted { id, kind, to, language: Language::En, view, useful_until: now + USEFUL };
        match letters::write(tx, &self.queue, &self.renderer, &wanted, now).await {
            Ok(()) => Ok(()),
            Err(LetterError::Db(error)) => Err(error),
            // A template of one's own that is wrong: the lists tell, and `templates check` says what is.
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, subject = %view.subject, "staff could not be told by letter");
                Ok(())
            }
        }
    }
}

/// What the letter says of those that it does not name.
pub(super) fn unnamed(count: usize) -> Vec<String> {
    let more = count.saturating_sub(MOST);
    (more > 0).then(|| format!("And {more} more, which the list shows.")).into_iter().collect()
}

/// Text of people on one line of at most so many characters.
pub(super) fn line(text: &str, longest: usize) -> String {
    let words = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= longest {
        return words;
    }
    words.chars().take(longest - 1).chain(['…']).collect()
}
