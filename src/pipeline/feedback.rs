//! Feedback: what readers said since staff were last told becomes one letter to them, the first at once, then gathered
//! into at most one an hour.
//!
//! It goes to `[alerts] feedback`, and is in English, as all that the house writes to its own people. The note that they
//! are told, and the letter, stand in one transaction. It must not quote more than a line: the desk has the words.

use chrono::{DateTime, Utc};

use super::{Pipeline, gathered};
use crate::db::feedback::{self, Feedback};
use crate::db::{DbError, Enqueue};
use crate::model::{LetterId, LetterKind, feedback_letter_id};
use crate::render::{LetterItem, LetterLink, LetterView};

/// A name or a reader's words have so many characters at most.
const LONGEST: usize = 160;

impl<Q: Enqueue> Pipeline<Q> {
    /// Tells staff what readers said, where it is time; nobody, where `[alerts]` names nobody.
    pub(super) async fn tell_feedback(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        let (waits, told) = self.db.untold_feedback().await?;
        if !gathered::is_time(waits, told, now) {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let said = feedback::tell(&mut tx, now).await?;
        let Some(newest) = said.last() else { return Ok(()) };
        // Who is named later is not told old news: it is marked all the same.
        if let Some(to) = &self.operators.feedback {
            let sites = self.names_of(said.iter().map(|one| &one.location)).await?;
            let base = self.settings.public_url.as_str().trim_end_matches('/');
            let view = view(&said, &sites, base, &self.settings.brand.name);
            let id: LetterId = feedback_letter_id(newest.id);
            self.write_to_staff(&mut tx, (id, LetterKind::Feedback, to), &view, now).await?;
        }
        tx.commit().await?;
        tracing::info!(count = said.len(), "staff are told what readers said");
        Ok(())
    }
}

/// What the letter says of `said`, whose sites have these names.
fn view(said: &[Feedback], sites: &[String], base: &str, brand: &str) -> LetterView {
    let count = said.len();
    let things = if count == 1 { "1 remark".to_owned() } else { format!("{count} remarks") };
    let items = said.iter().zip(sites).map(|(one, site)| LetterItem {
        title: format!("{}, night {}: {}", line(site), one.night, kind(&one.kind)),
        meta: if one.words.is_empty() { line(&one.name) } else { format!("{}: {}", line(&one.name), line(&one.words)) },
        url: Some(format!("{base}/desk/feedback/{}", one.id)),
    });
    LetterView {
        subject: format!("{}: {things} from readers", line(brand)),
        heading: format!("{things} from readers of the morning reports"),
        paragraphs: vec!["Each stands on its interaction at the desk until somebody marks it as handled.".to_owned()],
        button: Some(LetterLink { label: "Open the list".to_owned(), url: format!("{base}/desk/feedback") }),
        items: items.collect(),
        small: gathered::unnamed(count),
        ..LetterView::default()
    }
}

/// What it is about, for people.
fn kind(word: &str) -> &'static str {
    match word {
        "ours" => "this was one of them",
        "call" => "asks for a call",
        "wrong" => "something is wrong",
        _ => "something else",
    }
}

/// Text of people on one line of bearable length.
fn line(text: &str) -> String {
    gathered::line(text, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::super::gathered::MOST;
    use super::*;
    use crate::compose::Sample;

    fn said(words: &str) -> Feedback {
        let report = Sample::Ordinary.report();
        Feedback {
            id: uuid::Uuid::nil(),
            report: report.id,
            location: report.site.location.clone(),
            night: report.night,
            subject: "interaction".into(),
            of: "i-1".into(),
            interaction: Some("i-1".into()),
            delivery: uuid::Uuid::nil().into(),
            contact: report.recipients[0].contact.clone(),
            name: "Maria\r\nBcc: x".into(),
            email: "maria@example.com".into(),
            kind: "call".into(),
            words: words.into(),
            phone: None,
            at: report.built_at,
            handled_at: None,
            handled_by: None,
            reply: None,
            remark: None,
        }
    }

    #[test]
    fn many_remarks_are_one_letter_that_names_the_first_and_counts_the_rest() {
        let many: Vec<Feedback> = (0..23).map(|number| said(&format!("call me {number}"))).collect();
        let sites = vec!["Harbor".to_owned(); MOST];
        let view = view(&many, &sites, "https://nights.example.com", "Daybreak");
        assert_eq!(view.subject, "Daybreak: 23 remarks from readers");
        assert_eq!((view.items.len(), view.small.len()), (MOST, 1));
        assert!(view.small[0].contains("3 more"), "{:?}", view.small);
        assert_eq!(view.items[0].meta, "Maria Bcc: x: call me 0", "hostile text stays on one line");
    }

    #[test]
    fn long_words_are_cut_and_one_remark_is_one() {
        let view = view(&[said(&"ż".repeat(500))], &["Harbor".to_owned()], "https://nights.example.com", "Daybreak");
        assert!(view.subject.ends_with("1 remark from readers") && view.small.is_empty());
        assert!(view.items[0].meta.chars().count() < 180);
        let id = uuid::Uuid::nil();
        assert_eq!(view.items[0].url.as_deref(), Some(&*format!("https://nights.example.com/desk/feedback/{id}")));
    }
}
