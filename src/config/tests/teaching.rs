//! What editors (the JSON Schema) and people (jobs.toml) are told is what the code takes.

use std::path::Path;

use serde_json::Value;

use super::{FULL, JOBS_TOML, parse};
use crate::config::{Environment, schema};

const SCHEMA: &str = include_str!("../../../templates/jobs.schema.json");

fn as_json(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}

#[test]
fn the_committed_schema_is_that_of_the_code() {
    let now = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    assert!(now == SCHEMA, "run `cargo test write_the_schema -- --ignored` and commit templates/jobs.schema.json");
}

#[test]
#[ignore = "writes templates/jobs.schema.json"]
fn write_the_schema() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/jobs.schema.json");
    std::fs::write(file, format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap())).unwrap();
}

#[test]
fn editors_accept_what_is_right_and_refuse_what_is_wrong() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for text in ["", JOBS_TOML, FULL] {
        let errors: Vec<String> = validator.iter_errors(&as_json(text)).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
    }
    for text in [
        "[databse]",
        "job = 1",
        "[[job]]\nname = \"a\"\nkind = \"night-report\"",
        "[archive]\nkind = \"disk\"",
        "[links]\nvalid_for = \"soon\"",
        "[brand]\ncolor = \"blue\"",
        "[database]\nmax_connections = 0",
        "[[job]]\nname = \"a\"\nkind = \"night-report\"\nschedule = \"0 6 * * *\"\ncatch_up = { policy = \"none\" }",
    ] {
        assert!(!validator.is_valid(&as_json(text)), "{text}");
        assert!(parse(text, &Environment::default()).is_err(), "{text}");
    }
}

#[test]
fn every_key_has_a_description_and_the_teaching_file_names_it() {
    let schema = schema();
    let properties = |schema: &Value| schema["properties"].as_object().cloned().unwrap_or_default();
    let mut keys = 0;
    for (table, schema) in properties(&schema) {
        let section = if table == "job" { "[[job]]".to_owned() } else { format!("[{table}]") };
        let taught = JOBS_TOML.split_once(&format!("\n{section}\n")).expect(&section).1;
        let taught = taught.split("\n[").next().unwrap_or_default();
        let schema = if table == "job" { &schema["items"] } else { &schema };
        for (key, schema) in properties(schema) {
            keys += 1;
            let is_described = schema["description"].as_str().is_some_and(|text| text.len() > 10);
            assert!(is_described, "{table}.{key} has no description");
            let mut shown = taught.lines().map(|line| line.trim_start_matches("# "));
            let shown = shown.find(|line| line.starts_with(&format!("{key} = ")));
            let shown = shown.unwrap_or_else(|| panic!("jobs.toml does not name {table}.{key}"));
            // `from` is shown with its mail server; any other default is shown as it is.
            if let Some(default) = schema.get("default").filter(|_| key != "from") {
                assert_eq!(as_json(shown)[&key], *default, "{table}.{key} in jobs.toml");
            }
        }
    }
    assert!(keys >= 35, "{keys}");
}

#[test]
fn what_the_teaching_file_shows_is_right() {
    for line in JOBS_TOML.lines().filter(|line| line.starts_with("# ") && line.contains(" = ")) {
        let shown = line.trim_start_matches("# ");
        let is_key =
            shown.split(" = ").next().is_some_and(|key| key.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        assert!(!is_key || toml::from_str::<toml::Table>(shown).is_ok(), "{line}");
    }
}
