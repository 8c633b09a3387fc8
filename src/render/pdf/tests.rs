//! Tests of whole files, with qpdf's and poppler's tools as independent readers; they fail where those are missing.

mod branded;
mod lists;
mod pictures;
mod speech;
mod stability;
mod structure;
mod text;

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use super::{PdfInput, render};
use crate::compose::{Photo, Report, Sample};
use crate::config::Brand;
use crate::model::Language;

const DATA: &str = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9";

type Photos<'a> = &'a dyn Fn(&Photo) -> Option<Arc<[u8]>>;

fn pdf_with(report: &Report, language: Language, photos: Photos<'_>) -> Vec<u8> {
    let words = speech::words(language);
    render(&PdfInput { report, brand: &Brand::default(), words: &words, photos, data_sha256: DATA }).unwrap()
}

fn pdf(report: &Report) -> Vec<u8> {
    pdf_with(report, Language::En, &|_| None)
}

/// Writes a file where people can look at it too.
fn kept(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/pdf-samples"));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}.pdf"));
    std::fs::write(&path, bytes).unwrap();
    path
}

fn tool(name: &str, arguments: &[&str]) -> String {
    let output = Command::new(name).args(arguments).output().unwrap_or_else(|e| panic!("{name} is needed: {e}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name}: {said} {}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Everything a reader's text extraction gives, without the direction marks that pdftotext adds; pages are parted by
/// form feeds.
fn text_of(name: &str, bytes: &[u8]) -> String {
    let path = kept(name, bytes);
    let text = tool("pdftotext", &["-enc", "UTF-8", path.to_str().unwrap(), "-"]);
    text.chars().filter(|character| !matches!(u32::from(*character), 0x202A..=0x202E)).collect()
}

#[test]
fn every_sample_renders_to_a_sound_file_in_every_language() {
    for sample in Sample::ALL {
        for language in Language::ALL {
            if sample == Sample::Busy && language != Language::En {
                continue;
            }
            let name = format!("{}-{language}", sample.name());
            let path = kept(&name, &pdf_with(&sample.report(), language, &|_| None));
            let said = tool("qpdf", &["--check", path.to_str().unwrap()]);
            assert!(!said.to_lowercase().contains("warning"), "{name}: {said}");
        }
    }
}

#[test]
fn the_messages_of_all_languages_have_the_same_keys() {
    use std::collections::BTreeSet;
    let known: BTreeSet<&str> =
        super::Words::LABELS.iter().copied().chain(super::Words::WITH_ARGUMENTS.iter().map(|(key, _)| *key)).collect();
    for language in Language::ALL {
        let keys: BTreeSet<&str> =
            speech::source(language).lines().filter_map(|line| line.split_once(" =").map(|(key, _)| key)).collect();
        assert_eq!(keys, known, "{language}");
    }
}
