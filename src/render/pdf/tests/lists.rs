//! Lists as files of their own.

use super::{kept, speech, text_of, tool};
use crate::config::Brand;
use crate::model::Language;
use crate::render::pdf::{List, ListCell, ListColumn, render_list};

fn list(rows: usize) -> Vec<u8> {
    let words = speech::words(Language::Pl);
    let cell = |text: String| ListCell { text, alarming: false };
    render_list(&List {
        title: "Wszystkie incydenty".into(),
        site: "Sklep \u{202E}Stocznia 24h".into(),
        locale: Some("pl-PL"),
        facts: vec![("Oddział".into(), "Baltic".into())],
        columns: [("Data", 1), ("Opis", 3)]
            .map(|(title, share)| ListColumn { title: title.into(), share, right: false })
            .to_vec(),
        rows: (0..rows).map(|row| vec![cell(format!("nr {row}")), cell("=HYPERLINK(\"x\") żółć".into())]).collect(),
        empty: "Brak".into(),
        at: ("2026-03-18T16:00:00Z".parse().unwrap(), "Stan: dziś".into()),
        brand: &Brand::default(),
        words: &words,
    })
    .unwrap()
}

#[test]
fn a_list_is_a_sound_file_with_every_row_on_its_pages() {
    let bytes = list(200);
    assert_eq!(bytes, list(200), "the same list, the same bytes");
    let path = kept("list", &bytes);
    let said = tool("qpdf", &["--check", path.to_str().unwrap()]);
    assert!(!said.to_lowercase().contains("warning"), "{said}");
    let text = text_of("list", &bytes);
    for word in ["Wszystkie incydenty", "Sklep Stocznia 24h", "nr 0", "nr 199", "żółć", "Oddział"] {
        assert!(text.contains(word), "{word}");
    }
    assert!(text_of("list-empty", &list(0)).contains("Brak"));
}
