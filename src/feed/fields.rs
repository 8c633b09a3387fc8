//! Fields: a record's JSON object is taken apart field by field, and every fault of it is noted on the way.
//!
//! It must not stop at the first fault: who sends a feed wants to mend it once.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

use chrono::{DateTime, Utc};

use super::fault::quoted;
use super::times::{instant, night};
use super::value::Value;
use crate::db::RefTable;
use crate::model::NightDate;

/// Fields at most in an object; the kind with the most has thirteen.
const MOST_FIELDS: usize = 64;

/// What was noted while a record was taken apart.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Field and what is wrong with it.
    pub(super) faults: Vec<(String, String)>,
    /// Field, table and ref of each record that this one names.
    pub(super) references: Vec<(String, RefTable, String)>,
}

impl Notes {
    pub(super) fn fault(&mut self, field: impl Into<String>, what: impl Into<String>) {
        self.faults.push((field.into(), what.into()));
    }
}

/// The fields of one object that have not been taken yet.
pub(super) struct Fields<'a, 'n> {
    /// What stands before a field's name in a fault: empty, or `night.`, `lines[2].`
    path: String,
    entries: Vec<Option<(Cow<'a, str>, Value<'a>)>>,
    pub(super) notes: &'n mut Notes,
}

impl<'a, 'n> Fields<'a, 'n> {
    pub(super) fn new(path: String, entries: Vec<(Cow<'a, str>, Value<'a>)>, notes: &'n mut Notes) -> Self {
        let mut fields = Self { path, entries: Vec::with_capacity(entries.len().min(MOST_FIELDS)), notes };
        for (name, value) in entries {
            if fields.entries.len() == MOST_FIELDS {
                fields.fault("line", format!("an object with more than {MOST_FIELDS} fields"));
                break;
            }
            if fields.entries.iter().flatten().any(|(known, _)| *known == name) {
                fields.fault(&printable(&name), "given twice");
            } else {
                fields.entries.push(Some((name, value)));
            }
        }
        fields
    }

    /// Notes a fault of a field of this object.
    pub(super) fn fault(&mut self, field: &str, what: impl Into<String>) {
        let field = format!("{}{field}", self.path);
        self.notes.fault(field, what);
    }

    /// The value of a field, unless it is absent or null.
    pub(super) fn maybe(&mut self, name: &str) -> Option<Value<'a>> {
        let entry = self.entries.iter_mut().find(|entry| entry.as_ref().is_some_and(|(known, _)| known == name))?;
        entry.take().map(|(_, value)| value).filter(|value| *value != Value::Null)
    }

    /// The value of a field that must be there.
    pub(super) fn required(&mut self, name: &str) -> Option<Value<'a>> {
        let value = self.maybe(name);
        if value.is_none() {
            self.fault(name, "missing");
        }
        value
    }

    /// Whether a field is there, without taking it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().flatten().any(|(known, value)| known == name && *value != Value::Null)
    }

    fn expected(&mut self, name: &str, what: &str, got: &Value<'_>) {
        self.fault(name, format!("expected {what}, found {}", got.what()));
    }

    fn as_text(&mut self, name: &str, value: Value<'a>) -> Option<Cow<'a, str>> {
        match value {
            Value::Text(text) => Some(text),
            other => {
                self.expected(name, "a string", &other);
                None
            }
        }
    }

    /// A string that must be there.
    pub(super) fn text(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let value = self.required(name)?;
        self.as_text(name, value)
    }

    /// A string that may be absent.
    pub(super) fn maybe_text(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let value = self.maybe(name)?;
        self.as_text(name, value)
    }

    /// A string that must be there, and pass a check.
    pub(super) fn checked<T, E: Display>(&mut self, name: &str, check: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        let text = self.text(name)?;
        self.check(name, &text, check)
    }

    /// A string that may be absent, and passes a check where it is there.
    pub(super) fn maybe_checked<T, E: Display>(
        &mut self,
        name: &str,
        check: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.maybe_text(name)?;
        self.check(name, &text, check)
    }

    fn check<T, E: Display>(&mut self, name: &str, text: &str, check: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        check(text).map_err(|error| self.fault(name, error.to_string())).ok()
    }

    /// A ref, typed.
    pub(super) fn id<T: TryFrom<String, Error: Display>>(&mut self, name: &str) -> Option<T> {
        self.checked(name, |text| T::try_from(text.to_owned()))
    }

    /// The ref of another record, which must exist.
    pub(super) fn reference<T>(&mut self, name: &str, table: RefTable) -> Option<T>
    where
        T: TryFrom<String, Error: Display>,
    {
        let value = self.required(name)?;
        self.refers(name, table, value)
    }

    /// [`Fields::reference`] that may be absent.
    pub(super) fn maybe_reference<T>(&mut self, name: &str, table: RefTable) -> Option<T>
    where
        T: TryFrom<String, Error: Display>,
    {
        let value = self.maybe(name)?;
        self.refers(name, table, value)
    }

    fn refers<T>(&mut self, name: &str, table: RefTable, value: Value<'a>) -> Option<T>
    where
        T: TryFrom<String, Error: Display>,
    {
        let text = self.as_text(name, value)?;
        let id = self.check(name, &text, |text| T::try_from(text.to_owned()))?;
        self.notes.references.push((format!("{}{name}", self.path), table, text.into_owned()));
        Some(id)
    }

    /// A list of other records' refs; absent is empty. A ref that stands twice counts once.
    pub(super) fn references<T>(&mut self, name: &str, table: RefTable) -> Vec<T>
    where
        T: TryFrom<String, Error: Display> + Clone + Eq + Hash,
    {
        let items = self.maybe_list(name);
        let mut seen = HashSet::with_capacity(items.len());
        let mut ids = Vec::with_capacity(items.len());
        for (n, value) in items.into_iter().enumerate() {
            if let Some(id) = self.refers::<T>(&format!("{name}[{n}]"), table, value)
                && seen.insert(id.clone())
            {
                ids.push(id);
            }
        }
        ids
    }

    fn as_list(&mut self, name: &str, value: Value<'a>) -> Vec<Value<'a>> {
        match value {
            Value::List(items) => items,
            other => {
                self.expected(name, "a list", &other);
                Vec::new()
            }
        }
    }

    /// The items of a list that may be absent.
    pub(super) fn maybe_list(&mut self, name: &str) -> Vec<Value<'a>> {
        self.maybe(name).map(|value| self.as_list(name, value)).unwrap_or_default()
    }

    /// The items of a list that must be there.
    pub(super) fn list(&mut self, name: &str) -> Vec<Value<'a>> {
        self.required(name).map(|value| self.as_list(name, value)).unwrap_or_default()
    }

    /// A list of strings; absent is empty.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        let items = self.maybe_list(name);
        let mut texts = Vec::with_capacity(items.len());
        for (n, item) in items.into_iter().enumerate() {
            match item {
                Value::Text(text) => texts.push(text.into_owned()),
                other => self.expected(&format!("{name}[{n}]"), "a string", &other),
            }
        }
        texts
    }

    /// The fields of an object within this one.
    pub(super) fn object(&mut self, name: &str, value: Value<'a>) -> Option<Fields<'a, '_>> {
        match value {
            Value::Object(entries) => Some(Fields::new(format!("{}{name}.", self.path), entries, self.notes)),
            other => {
                self.expected(name, "an object", &other);
                None
            }
        }
    }

    /// True or false.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.required(name)? {
            Value::Bool(flag) => Some(flag),
            other => {
                self.expected(name, "true or false", &other);
                None
            }
        }
    }

    /// A whole number from `least` to `most`.
    pub(super) fn whole(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        match self.required(name)? {
            Value::Number(number) => {
                let whole = number.as_i64().filter(|whole| (least..=most).contains(whole));
                if whole.is_none() {
                    self.fault(name, format!("{number} is no whole number from {least} to {most}"));
                }
                whole
            }
            other => {
                self.expected(name, "a whole number", &other);
                None
            }
        }
    }

    /// An instant that must be there.
    pub(super) fn instant(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.checked(name, instant)
    }

    /// An instant that may be absent.
    pub(super) fn maybe_instant(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.maybe_checked(name, instant)
    }

    /// The date that names a night.
    pub(super) fn night(&mut self, name: &str) -> Option<NightDate> {
        self.checked(name, night)
    }

    /// Whatever was not taken is unknown.
    pub(super) fn finish(mut self) {
        for entry in std::mem::take(&mut self.entries).into_iter().flatten() {
            self.fault(&printable(&entry.0), "unknown field");
        }
    }
}

/// A field's name as it may stand in a message: bare where it is plain, else quoted.
fn printable(name: &str) -> String {
    let plain = (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    if plain { name.to_owned() } else { quoted(name) }
}
