//! Pages: a long list becomes pages, each with a cursor to the next.

use axum::http::StatusCode;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::Datelike;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use crate::model::NightDate;

/// Items of a page where nobody asks for another number.
const USUAL: i64 = 50;
const MOST: i64 = 500;

/// Which page of a list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct Paging {
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    pub(super) limit: Option<i64>,
    /// `next` of the page before.
    pub(super) cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub(super) struct Page<T> {
    /// The items.
    pub(super) items: Vec<T>,
    /// What to ask the next page with; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    pub(super) next: Option<String>,
}

impl Paging {
    /// How many rows to read: one more than the page has, which tells whether there is another.
    pub(super) fn rows(&self) -> Result<i64, Problem> {
        let limit = self.limit.unwrap_or(USUAL);
        if (1..=MOST).contains(&limit) {
            return Ok(limit + 1);
        }
        Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "limit", format!("must be from 1 to {MOST}")))
    }

    /// Behind which row the page begins.
    pub(super) fn after<C: DeserializeOwned>(&self) -> Result<Option<C>, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok();
        let after = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        after.map(Some).ok_or_else(Self::no_such_cursor)
    }

    pub(super) fn no_such_cursor() -> Problem {
        let detail = "is not `next` of a page of this list";
        Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "cursor", detail)
    }

    /// The page of rows that were read so many as [`Paging::rows`] says. `place` tells a row's place.
    pub(super) fn page<R, T, C: Serialize>(
        &self,
        mut rows: Vec<R>,
        place: impl Fn(&R) -> C,
        shown: impl Fn(R) -> T,
    ) -> Result<Page<T>, Problem> {
        let size = usize::try_from(self.rows()? - 1).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let last = rows.last().filter(|_| more);
        let next = last.and_then(|row| serde_json::to_vec(&place(row)).ok());
        let next = next.map(|place| BASE64_URL_SAFE_NO_PAD.encode(place));
        Ok(Page { items: rows.into_iter().map(shown).collect(), next })
    }
}

impl<T> Page<T> {
    /// A list that is short enough for one.
    pub(super) fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// A night as a program names it: a date that some calendar of ours may hold.
pub(super) fn night(field: &str, text: Option<&str>) -> Result<Option<NightDate>, Problem> {
    let wrong = || Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, "is no date such as 2026-03-28");
    let read = |text: &str| text.parse().ok().filter(|night| is_sensible(*night)).ok_or_else(wrong);
    text.map(read).transpose()
}

/// Whether a night is one of this age; databases refuse some others.
pub(super) fn is_sensible(night: NightDate) -> bool {
    (1900..=9999).contains(&night.date().year())
}
