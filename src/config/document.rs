//! The whole file: TOML text becomes checked values, or the list of everything that is wrong with it.

use std::collections::HashSet;
use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use super::alerts::RawAlerts;
use super::archive::RawArchive;
use super::bounces::RawBounces;
use super::brand::RawBrand;
use super::database::RawDatabase;
use super::environment::Environment;
use super::fault::{ConfigFaults, Fault, Faults};
use super::job::RawJob;
use super::key::Reading;
use super::links::RawLinks;
use super::mail::RawMail;
use super::oidc::RawOidc;
use super::portal::RawPortal;
use super::retention::RawRetention;
use super::shape::check_table;
use super::watching::RawWatching;
use super::{Config, Job};

/// The teaching file at the top of the repository: what holds where there is no file.
const BUILT_IN: &str = include_str!("../../jobs.toml");
/// The file that is read where none is named.
pub(super) const STANDARD: &str = "jobs.toml";

/// Daybreak's configuration, jobs.toml: where things are, how mail leaves, and what goes out when. Every table and key
/// may be left out but those of a job.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "jobs.toml")]
struct Raw {
    database: RawDatabase,
    archive: RawArchive,
    mail: RawMail,
    bounces: RawBounces,
    portal: RawPortal,
    oidc: RawOidc,
    brand: RawBrand,
    links: RawLinks,
    retention: RawRetention,
    watch: RawWatching,
    alerts: RawAlerts,
    /// The jobs, each under a `[[job]]` of its own.
    job: Vec<RawJob>,
}

/// The JSON Schema of `jobs.toml`, with which editors complete and check it; `templates/jobs.schema.json` holds it.
#[must_use]
pub fn schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings
        .with_transform(RecursiveTransform(unwrap_description))
        .into_generator()
        .into_root_schema_for::<Raw>()
        .to_value()
}

/// Descriptions are doc comments, wrapped for this source; an editor wraps for itself.
fn unwrap_description(schema: &mut Schema) {
    if let Some(serde_json::Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
}

impl Config {
    /// Reads the file at `path`, or `jobs.toml` in the current folder, or where there is none the built-in one.
    ///
    /// # Errors
    /// [`ConfigFaults`] with everything that is wrong, or that the file cannot be read.
    pub fn load(path: Option<&Path>, environment: &Environment) -> Result<Self, ConfigFaults> {
        load(path, environment).map(|(config, _)| config)
    }

    /// Reads a text. `file` names it in faults; relative paths are relative to `base_dir`.
    ///
    /// # Errors
    /// [`ConfigFaults`] with everything that is wrong.
    pub fn parse(
        text: &str,
        file: Option<&Path>,
        base_dir: &Path,
        environment: &Environment,
    ) -> Result<Self, ConfigFaults> {
        let shown = file.map_or_else(|| "built-in jobs.toml".to_owned(), |file| file.display().to_string());
        let mut faults = Faults::new(shown, text);
        let (raw, is_broken) = read_document(text, &mut faults);
        let mut reading = Reading::new(faults, base_dir, environment);
        let config = raw.check(file, &mut reading);
        if is_broken {
            reading.faults.drop_consequences();
        }
        if reading.faults.is_empty() { Ok(config) } else { Err(reading.faults.into_all()) }
    }
}

/// The configuration and the bytes it was read from; no bytes where it is the built-in one.
pub(super) fn load(path: Option<&Path>, environment: &Environment) -> Result<(Config, Option<Vec<u8>>), ConfigFaults> {
    let file = path.unwrap_or(Path::new(STANDARD));
    match std::fs::read(file) {
        Ok(bytes) => Ok((parse_bytes(&bytes, file, environment)?, Some(bytes))),
        Err(error) if path.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            Ok((Config::parse(BUILT_IN, None, Path::new(""), environment)?, None))
        }
        Err(error) => Err(unreadable(file, &format!("cannot be read: {error}"))),
    }
}

/// The configuration that the bytes of a file hold; relative paths are relative to its folder.
pub(super) fn parse_bytes(bytes: &[u8], file: &Path, environment: &Environment) -> Result<Config, ConfigFaults> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| unreadable(file, &format!("is no UTF-8 text (byte {})", error.valid_up_to())))?;
    Config::parse(text, Some(file), file.parent().unwrap_or(Path::new("")), environment)
}

/// The document with everything taken out that is wrong in syntax or shape, and whether its syntax is broken.
fn read_document(text: &str, faults: &mut Faults<'_>) -> (Raw, bool) {
    let (mut document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        faults.at(&span, "", syntax_fault(error.message(), text.get(span.clone()).unwrap_or_default()));
    }
    let span = document.span();
    check_table(document.get_mut(), &span, &schema(), "", faults);
    (deserialized(document, faults), !errors.is_empty())
}

/// A word without quotes is the slip that people make; the parser takes it for a number that went wrong.
fn syntax_fault(message: &str, found: &str) -> String {
    if message.starts_with("invalid float") && found.starts_with(|c: char| c.is_alphabetic()) {
        "not TOML: text must be in quotes".to_owned()
    } else {
        format!("not TOML: {message}")
    }
}

fn deserialized(document: Spanned<DeTable<'_>>, faults: &mut Faults<'_>) -> Raw {
    Raw::deserialize(toml::Deserializer::from(document)).unwrap_or_else(|error| {
        // The shape was checked, so this is a value that only serde knows to be wrong (a number beyond 64 bits).
        faults.at(&error.span().unwrap_or(0..0), "", error.message().to_owned());
        Raw::default()
    })
}

impl Raw {
    fn check(&self, file: Option<&Path>, reading: &mut Reading<'_>) -> Config {
        let links = self.links.check(reading);
        let (brand, templates) = self.brand.check(reading);
        Config {
            file: file.map(Path::to_path_buf),
            instance: self.database.instance(reading),
            database: self.database.check(reading),
            archive: self.archive.check(reading),
            mail: self.mail.check(&self.portal, reading),
            bounces: self.bounces.check(reading),
            portal: self.portal.check(reading),
            oidc: self.oidc.check(reading),
            brand,
            templates,
            retention: self.retention.check(&links, reading),
            links,
            watch: self.watch.check(reading),
            alerts: self.alerts.check(reading),
            jobs: self.jobs(reading),
        }
    }

    fn jobs(&self, reading: &mut Reading<'_>) -> Vec<Job> {
        let mut names = HashSet::new();
        let mut jobs = Vec::new();
        for (index, raw) in self.job.iter().enumerate() {
            let path = format!("job[{index}]");
            raw.check_unique(&path, &mut names, reading);
            jobs.extend(raw.check(&path, reading));
        }
        jobs
    }
}

pub(super) fn unreadable(file: &Path, message: &str) -> ConfigFaults {
    let file = file.display().to_string();
    ConfigFaults(vec![Fault { file, line: 0, column: 0, key: String::new(), message: message.to_owned() }])
}
