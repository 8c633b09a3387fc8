//! Shape: a parsed document is held against the JSON Schema of its raw form.
//!
//! serde stops at the first thing that it cannot take; this finds every unknown key, missing key, wrong type and
//! unknown word, and takes each out of the document, so that serde takes the rest and the values are checked in the
//! same pass. It must not know any key by name: the schema does.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::environment::{
    BOUNCES_KEY, DATABASE_URL, DKIM_ED25519_KEY, DKIM_KEY, LINK_KEY, OIDC_SECRET, S3_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY, SMTP_PASSWORD,
};
use super::fault::Faults;
use super::nearest::nearest;

/// Reports whatever in `table` does not have the shape of `schema`, and takes it out.
pub(super) fn check_table<'i>(
    table: &mut DeTable<'i>,
    span: &std::ops::Range<usize>,
    schema: &Value,
    path: &str,
    faults: &mut Faults<'_>,
) {
    let entries = std::mem::replace(table, DeTable::<'i>::new()).into_iter();
    let properties = schema["properties"].as_object();
    let known = || properties.into_iter().flat_map(|known| known.keys().map(String::as_str));
    let mut missing: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    *table = entries
        .filter_map(|(key, mut value)| {
            let name = key.get_ref().as_ref();
            // A quoted key may hold anything, and a fault is one line.
            let path = join(path, &name.escape_debug().to_string());
            missing.retain(|missing| *missing != name);
            let Some(schema) = properties.and_then(|known| known.get(name)) else {
                missing.retain(|missing| nearest(name, known()) != Some(*missing));
                faults.at(&key.span(), path.clone(), unknown_key(&path, name, known()));
                return None;
            };
            check_value(&mut value, schema, &path, faults).then_some((key, value))
        })
        .collect();
    for missing in missing {
        faults.at(span, join(path, missing), format!("is missing; {}", meaning(&schema["properties"][missing])));
    }
}

/// Whether a value may stay.
fn check_value<'i>(value: &mut Spanned<DeValue<'i>>, schema: &Value, path: &str, faults: &mut Faults<'_>) -> bool {
    let span = value.span();
    let found = value.get_ref().type_str();
    match (value.get_mut(), schema["type"].as_str()) {
        (DeValue::Table(table), Some("object")) => {
            check_table(table, &span, schema, path, faults);
            true
        }
        (DeValue::Array(array), Some("array")) => {
            let items = std::mem::replace(array, DeArray::<'i>::new()).into_iter().enumerate();
            *array = items
                .filter_map(|(index, mut item)| {
                    let is_good = check_value(&mut item, &schema["items"], &format!("{path}[{index}]"), faults);
                    // A table that is none leaves an empty one, so that those after it keep their numbers.
                    let stays = is_good || schema["items"]["type"] == "object";
                    if !is_good {
                        *item.get_mut() = DeValue::Table(DeTable::new());
                    }
                    stays.then_some(item)
                })
                .collect();
            true
        }
        (DeValue::String(word), _) if !words(schema).is_empty() => {
            let known = words(schema);
            let is_known = known.contains(&word.as_ref());
            if !is_known {
                faults.at(&span, path, unknown_word(word, &known));
            }
            is_known
        }
        (DeValue::String(_), Some("string"))
        | (DeValue::Integer(_), Some("integer"))
        | (DeValue::Boolean(_), Some("boolean")) => true,
        (_, expected) => {
            let expected = if words(schema).is_empty() { expected.unwrap_or_default() } else { "string" };
            let example = schema["default"].as_str().map(|text| format!(" (\"{text}\")")).unwrap_or_default();
            faults.at(&span, path, format!("must be {}{example}, but is {}", named(expected), named(found)));
            false
        }
    }
}

/// The words of a closed set, where the schema is one.
fn words(schema: &Value) -> Vec<&str> {
    let alternatives = schema["oneOf"].as_array().into_iter().flatten().map(|word| &word["const"]);
    schema["enum"].as_array().into_iter().flatten().chain(alternatives).filter_map(Value::as_str).collect()
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The first sentence of a key's description.
fn meaning(schema: &Value) -> String {
    let description = schema["description"].as_str().unwrap_or("it must be set");
    let first = description.split(". ").next().unwrap_or(description).trim_end_matches('.').replace('\n', " ");
    format!("it is: {first}")
}

fn unknown_key<'a>(path: &str, key: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(variable) = secret_variable(path) {
        return format!("a secret does not belong in the file; take it out and set {variable} in the environment");
    }
    match nearest(key, known.clone()) {
        Some(near) => format!("unknown key; did you mean `{near}`?"),
        None => format!("unknown key; known here: {}", known.collect::<Vec<_>>().join(", ")),
    }
}

fn unknown_word(word: &str, known: &[&str]) -> String {
    let list = known.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("unknown word \"{}\"; did you mean \"{near}\"? known: {list}", word.escape_debug()),
        None => format!("unknown word \"{}\"; known: {list}", word.escape_debug()),
    }
}

/// The variable that takes a secret which somebody tried to write into the file.
fn secret_variable(path: &str) -> Option<&'static str> {
    match path {
        "archive.access_key_id" | "archive.access_key" => Some(S3_ACCESS_KEY_ID),
        "archive.secret_access_key" | "archive.secret_key" | "archive.secret" => Some(S3_SECRET_ACCESS_KEY),
        "mail.password" | "mail.smtp_password" => Some(SMTP_PASSWORD),
        "mail.dkim.key" | "mail.dkim.private_key" => Some(DKIM_KEY),
        "mail.dkim.ed25519_key" => Some(DKIM_ED25519_KEY),
        "bounces.key" | "bounces.secret" => Some(BOUNCES_KEY),
        "links.key" | "links.secret" => Some(LINK_KEY),
        "oidc.secret" | "oidc.client_secret" => Some(OIDC_SECRET),
        "database.password" => Some(DATABASE_URL),
        _ => None,
    }
}

/// What people call a type of TOML or of JSON Schema.
fn named(kind: &str) -> &str {
    match kind {
        "string" => "text in quotes",
        "integer" => "a whole number",
        "float" => "a number with a point",
        "boolean" => "true or false",
        "datetime" => "a date or time (put it in quotes)",
        "array" => "a list in brackets",
        "object" | "table" => "a table",
        other => other,
    }
}
