//! What a reader finds in the file.

use super::{DATA, Language, Sample, kept, pdf, pdf_with, text_of, tool};

#[test]
fn names_in_every_script_come_back_whole() {
    let names = [
        "Zażółć gęślą jaźń",
        "Señor Ñandú Übergröße",
        "Tiếng Việt",
        "Ωμέγα Παπαδόπουλος",
        "Екатерина Смирнова-Щукина",
        "محمد الأحمد",
        "لا إله الإسلام",
        "مُحَمَّد",
        "يقرأ التقرير اليوم",
        "שלום עולם",
        "नमस्ते दुनिया",
        "क्षेत्र श्रीमती विद्यार्थी",
        "สวัสดีครับ",
        "佐藤健",
        "さくらマーケット",
        "김철수",
        "王小明 體驗",
        "✓",
        "👩‍👩‍👧",
        // Gothic: no font here has it. A sign shows that something stands there, and the text is kept.
        "𐌰𐌱",
    ];
    for pair in names.chunks(2) {
        let mut report = Sample::Ordinary.report();
        report.site.name = pair[0].into();
        report.escalations[0].incident.as_mut().unwrap().description = pair[1].into();
        let text = text_of("scripts", &pdf(&report));
        let heading = text.lines().filter(|line| *line == pair[0]).count();
        assert!(heading >= 1 && text.matches(pair[0]).count() >= 2, "{} in:\n{text}", pair[0]);
        assert!(text.contains(pair[1]), "{} in:\n{text}", pair[1]);
    }
}

#[test]
fn a_long_table_repeats_its_header_on_each_page() {
    let text = text_of("table", &pdf(&Sample::Ordinary.report()));
    let pages: Vec<&str> = text.split('\u{c}').collect();
    let with_lines = pages.iter().filter(|page| page.contains("Mineral water"));
    assert!(with_lines.clone().count() >= 2);
    for page in with_lines {
        for title in ["SKU", "Item", "Quantity", "Unit price", "Status"] {
            assert!(page.contains(title), "{title} on\n{page}");
        }
    }
    assert_eq!(text.matches("Mineral water 0.5 l").count(), 60, "no line is lost or doubled");
}

#[test]
fn the_totals_of_a_transaction_never_stand_alone_on_a_page() {
    let mut report = Sample::Ordinary.report();
    let all = report.transactions[0].lines.clone();
    for lines in 20..50 {
        report.transactions[0].lines = all.iter().cycle().take(lines).cloned().collect();
        let text = text_of("totals", &pdf(&report));
        let page = text.split('\u{c}').find(|page| page.contains("Taken unpaid ·")).unwrap();
        assert!(page.contains("Unit price"), "with {lines} lines:\n{page}");
    }
}

#[test]
fn every_page_says_which_it_is_and_of_what_data() {
    let text = text_of("running", &pdf(&Sample::Correction.report()));
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    for (at, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", at + 1, pages.len())), "{page}");
        for running in ["Harbor Market", "Saturday, 28 March 2026", "Revision 2", &DATA[..12]] {
            assert!(page.contains(running), "{running} on\n{page}");
        }
    }
}

#[test]
fn the_index_names_the_pages_on_which_the_incidents_stand() {
    let text = text_of("index", &pdf(&Sample::Busy.report()));
    let pages: Vec<&str> = text.split('\u{c}').collect();
    let path = kept("index", &pdf(&Sample::Busy.report()));
    let rows = tool("pdftotext", &["-layout", "-l", "2", path.to_str().unwrap(), "-"]);
    for number in 1..=40 {
        let on = pages.iter().position(|page| page.contains(&format!("Incident {number} · Theft"))).unwrap() + 1;
        let row = rows.lines().find(|row| {
            let cells: Vec<&str> = row.split_whitespace().collect();
            cells.first() == Some(&number.to_string().as_str()) && cells.last() == Some(&on.to_string().as_str())
        });
        assert!(row.is_some(), "incident {number} on page {on} in\n{rows}");
    }
}

#[test]
fn nothing_stands_beyond_the_margins_however_long_the_words() {
    let path = kept("hostile", &pdf(&Sample::Hostile.report()));
    let boxes = tool("pdftotext", &["-bbox", path.to_str().unwrap(), "-"]);
    let side = |line: &str, name: &str| -> f64 {
        let from = line.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
        line[from..].split('"').next().unwrap().parse().unwrap()
    };
    let words: Vec<&str> = boxes.lines().filter(|line| line.contains("<word ")).collect();
    assert!(words.len() > 3_000);
    for word in words {
        assert!(side(word, "xMin") > 47.0 && side(word, "xMax") < 549.0, "{word}");
        assert!(side(word, "yMin") > 25.0 && side(word, "yMax") < 815.0, "{word}");
    }
}

#[test]
fn long_notes_are_there_to_the_last_word() {
    let mut report = Sample::Ordinary.report();
    let notes: Vec<String> = (0..1_800).map(|n| format!("w{n:04}")).collect();
    report.escalations[0].interaction.as_mut().unwrap().notes = notes.join(" ");
    let text = text_of("notes", &pdf(&report));
    let numbered = |word: &&str| word.strip_prefix('w').is_some_and(|number| number.parse::<u16>().is_ok());
    let found: Vec<&str> = text.split_whitespace().filter(numbered).collect();
    assert_eq!(found, notes);
}

#[test]
fn amounts_are_exact() {
    let mut report = Sample::Ordinary.report();
    let transaction = &mut report.transactions[0];
    transaction.lines[1].unit_price = "0.1234567".parse().unwrap();
    transaction.unpaid_total = "9007199254740993.01".parse().unwrap();
    let text = text_of("amounts", &pdf(&report));
    for amount in ["USD 0.1234567", "9007199254740993.01", "USD 8.20", "USD 10.45"] {
        assert!(text.contains(amount), "{amount} in\n{text}");
    }
}

#[test]
fn what_is_missing_or_corrected_is_said_first_in_the_readers_language() {
    let incomplete = text_of("incomplete", &pdf_with(&Sample::Incomplete.report(), Language::Pl, &|_| None));
    assert!(incomplete.contains("Ten raport jest niekompletny"));
    assert!(incomplete.contains("Zdjęcia incydentu x0000 nie ma w archiwum."));
    let corrected = text_of("corrected", &pdf_with(&Sample::Correction.report(), Language::De, &|_| None));
    assert!(corrected.contains("Korrektur eines früheren Berichts"));
    assert!(corrected.contains("Geändert: Vorfall x0000 (description, transaction)"));
    let quiet = text_of("quiet", &pdf_with(&Sample::Quiet.report(), Language::Es, &|_| None));
    assert!(quiet.contains("Esta noche no se registró ningún incidente."));
}

#[test]
fn transactions_without_an_incident_are_shown_too() {
    let mut report = Sample::Ordinary.report();
    report.escalations[0].incident.as_mut().unwrap().transaction = None;
    let text = text_of("alone", &pdf(&report));
    assert!(text.contains("No transaction belongs to this incident."));
    assert!(text.contains("Transactions without an incident"));
    assert_eq!(text.matches("Transaction t0000").count(), 1);
}
