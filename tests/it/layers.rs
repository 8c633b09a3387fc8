//! The rules of the house: imports go down, and each foreign crate has its door (design, "Imports go down").

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::root;

/// What a module may import of ours, besides itself; each layer may also import everything that the ones below may be
/// imported by.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("clock", &[]),
    ("meter", &[]),
    ("random", &[]),
    ("config", &["model"]),
    ("db", &["config", "model"]),
    ("archive", &["config", "model"]),
    ("audit", &["db", "model"]),
    ("access", &["audit", "db", "random", "config", "model"]),
    ("identity", &["db", "config", "model"]),
    // Stages: each may name the type of the stage before it.
    ("feed", &["audit", "db", "archive", "model"]),
    ("collect", &["db", "archive", "model"]),
    ("compose", &["collect", "db", "model"]),
    ("render", &["compose", "config", "model"]),
    ("deliver", &["audit", "db", "config", "clock", "model"]),
    ("bounces", &["audit", "deliver", "db", "config", "clock", "model"]),
    ("retention", &["audit", "archive", "compose", "db", "config", "clock", "model"]),
    ("letters", &["access", "render", "deliver", "db", "config", "model"]),
    ("accounts", &["access", "archive", "audit", "letters", "render", "db", "random", "model"]),
    ("watch", &["audit", "render", "deliver", "archive", "identity", "meter", "db", "config", "clock", "model"]),
    (
        "pipeline",
        &[
            "audit",
            "bounces",
            "letters",
            "retention",
            "watch",
            "identity",
            "meter",
            "access",
            "archive",
            "collect",
            "compose",
            "render",
            "deliver",
            "db",
            "config",
            "clock",
            "model",
        ],
    ),
    ("engine", &["pipeline", "db", "model"]),
    ("schedule", &["pipeline", "audit", "db", "config", "clock", "model"]),
    (
        "portal",
        &[
            "engine", "schedule", "pipeline", "watch", "meter", "bounces", "feed", "letters", "accounts", "access",
            "audit", "archive", "compose", "collect", "render", "deliver", "identity", "db", "random", "config",
            "clock", "model",
        ],
    ),
    (
        "app",
        &[
            "watch", "identity", "meter", "portal", "schedule", "engine", "pipeline", "access", "archive", "render",
            "deliver", "audit", "db", "config", "clock",
        ],
    ),
];

/// Modules that may name a foreign crate; every other one goes through them.
const DOORS: &[(&str, &[&str])] = &[
    ("sqlx", &["db", "model"]),
    ("apalis", &["engine"]),
    ("apalis_core", &["engine"]),
    ("apalis_sqlite", &["engine"]),
    ("apalis_postgres", &["engine"]),
    ("lettre", &["deliver"]),
    ("tokio_rustls", &["deliver", "retention"]),
    ("aws_lc_rs", &["deliver", "access"]),
    ("argon2", &["access"]),
    ("qrcodegen", &["portal/me"]),
    ("aws_sdk_s3", &["archive"]),
    ("s3s", &["archive"]),
    ("s3s_fs", &["archive"]),
    ("tera", &["render", "portal"]),
    ("printpdf", &["render/pdf"]),
    ("lopdf", &["render/pdf"]),
    ("axum", &["portal"]),
    ("multer", &["portal/account"]),
    ("hyper", &["retention", "watch", "portal/sign_in"]),
    ("hyper_rustls", &["watch", "portal/sign_in"]),
    ("prometheus_client", &["meter", "watch"]),
    ("tokio_cron_scheduler", &["schedule"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("comfy_table", &["cli"]),
    ("mail_parser", &["bounces", "portal"]),
    ("opentelemetry", &["cli"]),
    ("opentelemetry_sdk", &["cli"]),
    ("opentelemetry_otlp", &["cli"]),
    ("tracing_opentelemetry", &["cli"]),
    ("fast_image_resize", &["render/mail"]),
    ("jpeg_encoder", &["render/mail"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Each source file by its path below src/, without comments and without what only tests compile.
fn code() -> BTreeMap<String, String> {
    let src = root().join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&src).unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            (name, text)
        })
        .filter(|(name, _)| !name.contains("test") && name != "schedule/every_zone.rs")
        .map(|(name, text)| {
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            (name, lines.collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The words that follow `crate::`, also within braces: `use crate::{a, b::c}`.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        let word = |text: &str| text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
        if let Some(list) = rest.strip_prefix('{') {
            found.extend(list.split('}').next().unwrap().split(',').map(|one| word(one.trim())));
        } else {
            found.insert(word(rest));
        }
    }
    found
}

#[test]
fn imports_go_down() {
    let layers: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (file, text) in code() {
        let module = module(&file);
        let Some(allowed) = layers.get(module) else {
            assert!(["main", "lib", "cli"].contains(&module), "{file}: the room {module} has no place in the layers");
            continue;
        };
        for import in imports(&text) {
            if layers.contains_key(import.as_str()) && import != module && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{file} imports {import}"));
            }
            if import == "cli" {
                wrong.push(format!("{file} imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_foreign_crate_has_its_door() {
    let mut wrong = Vec::new();
    for (file, text) in code() {
        for (foreign, doors) in DOORS {
            let used = text
                .match_indices(&format!("{foreign}::"))
                .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':'));
            let may = doors.iter().any(|door| file.starts_with(&format!("{door}/")) || module(&file) == *door);
            if used && !may && file != "main.rs" {
                wrong.push(format!("{file} names {foreign}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_but_the_command_line_prints_and_nothing_but_config_reads_the_environment() {
    let mut wrong = Vec::new();
    for (file, text) in code() {
        for word in ["println!", "eprintln!", "print!(", "eprint!("] {
            if text.contains(word) && module(&file) != "cli" {
                wrong.push(format!("{file}: {word}"));
            }
        }
        if text.contains("std::env::") && module(&file) != "config" {
            wrong.push(format!("{file}: std::env"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_short_enough_to_be_read() {
    let src = root().join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let long: Vec<String> = files
        .iter()
        .map(|path| (path, std::fs::read_to_string(path).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > 400)
        .map(|(path, lines)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}
