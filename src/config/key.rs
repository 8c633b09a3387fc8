//! Keys of the raw form: a value that may be missing, and the place in the file where it stands.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::Range;
use std::path::{Path, PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::environment::Environment;
use super::fault::Faults;

/// A key of the raw form.
#[derive(Debug)]
pub(super) struct Key<T>(Option<Spanned<T>>);

impl<T> Default for Key<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Key<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(|value| Self(Some(value)))
    }
}

/// To an editor a key looks like its value.
impl<T: JsonSchema> JsonSchema for Key<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T> Key<T> {
    pub(super) const fn is_set(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn get(&self) -> Option<&T> {
        self.0.as_ref().map(Spanned::get_ref)
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.0.as_ref().map_or(0..0, Spanned::span)
    }

    /// The checked value; none where the key is missing, or was wrong and is now among the faults.
    pub(super) fn read<V, E: Display>(
        &self,
        reading: &mut Reading<'_>,
        name: &str,
        check: impl FnOnce(&T) -> Result<V, E>,
    ) -> Option<V> {
        match check(self.get()?) {
            Ok(value) => Some(value),
            Err(error) => {
                reading.faults.at(&self.span(), name, error.to_string());
                None
            }
        }
    }

    /// A fault where the key is set all the same: it belongs to another choice.
    pub(super) fn only_with(&self, reading: &mut Reading<'_>, name: &str, choice: &str) {
        if self.is_set() {
            reading.faults.at(&self.span(), name, format!("means nothing here, it belongs to {choice}; take it out"));
        }
    }
}

/// What the checks of a table need: where faults go, what relative paths are relative to, and the secrets.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub(super) faults: Faults<'a>,
    base_dir: &'a Path,
    environment: &'a Environment,
}

impl<'a> Reading<'a> {
    pub(super) fn new(faults: Faults<'a>, base_dir: &'a Path, environment: &'a Environment) -> Self {
        Self { faults, base_dir, environment }
    }

    /// A path; a relative one is relative to the file's folder.
    pub(super) fn path(&self, raw: &str) -> Result<PathBuf, &'static str> {
        if raw.trim().is_empty() {
            return Err("a path must not be empty; leave the key out for the default");
        }
        if raw.contains('\0') {
            return Err("a path must not contain a NUL character");
        }
        Ok(self.base_dir.join(raw))
    }

    /// A secret; one that is no text is a fault and counts as missing.
    pub(super) fn secret(&mut self, name: &str) -> Option<String> {
        match self.environment.get(name) {
            Ok(value) => value.map(ToOwned::to_owned),
            Err(error) => {
                self.faults.in_environment(name, error.to_string());
                None
            }
        }
    }
}

/// A line of text for people: not empty, without control characters, and not longer than `most` characters.
pub(super) fn line_of_text(raw: &str, most: usize) -> Result<String, String> {
    let text = raw.trim();
    match text.chars().count() {
        0 => Err("must not be empty; leave the key out".to_owned()),
        length if length > most => Err(format!("has {length} characters; at most {most} fit")),
        _ if text.chars().any(char::is_control) => Err("must be one line without control characters".to_owned()),
        _ => Ok(text.to_owned()),
    }
}
