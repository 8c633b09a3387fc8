//! Tests of the whole feed: every fault with its sentence, imports, counts, and the week of Minneapolis.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::archive::Archive;
use crate::config;
use crate::db::Db;
use crate::db::testing::on_each_database;
use crate::testing::cases;

mod faults;
mod imports;
mod minneapolis;

/// A folder for a feed, and an archive.
struct Place {
    folder: tempfile::TempDir,
    archive: Archive,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::connect(&config::Archive::Embedded { path: folder.path().join("s3") }).await.unwrap();
        std::fs::create_dir_all(folder.path().join("feed/media")).unwrap();
        Self { folder, archive }
    }

    fn feed(&self) -> PathBuf {
        self.folder.path().join("feed")
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.feed().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

fn now() -> DateTime<Utc> {
    "2026-03-29T04:30:00Z".parse().unwrap()
}

async fn send(db: &Db, archive: &Archive, source: Source) -> Result<ImportSummary, ImportError> {
    import(db, archive, source, now(), &|_| ()).await
}

async fn send_path(db: &Db, archive: &Archive, path: &Path) -> Result<ImportSummary, ImportError> {
    send(db, archive, Source::paths(&[path.to_path_buf()]).unwrap()).await
}

async fn send_text(db: &Db, archive: &Archive, text: &str) -> Result<ImportSummary, ImportError> {
    send(db, archive, Source::body("body", text.as_bytes())).await
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(256), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_check_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = check::check(&Source::body("body", bytes), |_, _| ());
    }

    #[test]
    fn no_values_in_the_fields_make_the_check_panic(
        kind in proptest::sample::select(Kind::ALL.to_vec()),
        values in proptest::collection::vec(value(), 12),
    ) {
        const FIELDS: [&str; 34] = [
            "ref", "name", "branch", "location", "address", "timezone", "night", "locale", "timeline_url", "email",
            "locations", "branches", "notify", "detections", "level", "type", "started_at", "ended_at", "notes",
            "actions", "clip", "case", "occurred_at", "photo", "clips", "media", "content_type", "duration_s",
            "external_url", "at", "currency", "lines", "payment", "complete_until",
        ];
        let mut record = serde_json::Map::new();
        record.insert("kind".into(), kind.as_str().into());
        for (n, value) in values.into_iter().enumerate() {
            record.insert(FIELDS[(n * 17 + kind.as_str().len() * 5) % FIELDS.len()].into(), value);
        }
        let line = serde_json::Value::Object(record).to_string();
        let checked = check::check(&Source::body("body", line.into_bytes()), |_, _| ()).unwrap();
        prop_assert!(!checked.faults.is_empty());
        let shown = checked.faults.finish().to_string();
        prop_assert!(shown.lines().all(|line| line.starts_with("body:1: ")), "{shown}");
        prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    }
}

/// Any JSON: hostile strings, odd numbers, lists and objects in one another.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        proptest::sample::select(vec![
            "",
            "2017-03-31",
            "2017-03-31T25:00:00Z",
            "9999-12-31T23:59:60Z",
            "-1.5",
            "99999999999999999999.9",
            "USD",
            "s3:a",
            "../../etc/passwd",
            "{camera}{at}{",
            "https://[",
            "x@y",
            "\u{0}",
            "\u{202e}",
            "America/Nowhere",
        ])
        .prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            proptest::collection::hash_map("(sku|quantity|unit_price|paid|from|to|[a-z\u{0}]{0,3})", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}
