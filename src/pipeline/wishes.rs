//! Wishes: readers whose links have ended and who asked for fresh ones become one letter to staff, the first at once, then
//! gathered into at most one an hour.
//!
//! It goes where readers' words go, else to `[brand] support`, else to staff and operations themselves, so that somebody
//! hears of it who can send a link. It is in English, as all that the house writes to its own people. The note that they
//! are told, and the letters, stand in one transaction.

use chrono::{DateTime, Utc};

use super::{Pipeline, gathered};
use crate::db::links::WantedLink;
use crate::db::{DbError, Enqueue, link_wishes};
use crate::model::{EmailAddress, LetterId, LetterKind, wish_letter_id};
use crate::render::{LetterItem, LetterLink, LetterView};

/// A name has so many characters at most.
const LONGEST: usize = 120;

impl<Q: Enqueue> Pipeline<Q> {
    /// Tells staff who waits for a fresh link, where it is time.
    pub(super) async fn tell_wishes(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        let (waits, told) = self.db.untold_wishes().await?;
        if !gathered::is_time(waits, told, now) {
            return Ok(());
        }
        let to = self.who_sends_links().await?;
        let mut tx = self.db.begin().await?;
        let wishes = link_wishes::tell(&mut tx, now).await?;
        let Some(newest) = wishes.last() else { return Ok(()) };
        let sites = self.names_of(wishes.iter().map(|one| &one.location)).await?;
        let base = self.settings.public_url.as_str().trim_end_matches('/');
        let view = view(&wishes, &sites, base, &self.settings.brand.name);
        for to in &to {
            let id: LetterId = wish_letter_id(&newest.token_hash, to.as_str());
            self.write_to_staff(&mut tx, (id, LetterKind::AccessAsked, to), &view, now).await?;
        }
        tx.commit().await?;
        if to.is_empty() {
            tracing::warn!(count = wishes.len(), "readers want fresh links, and there is nobody to tell");
        } else {
            tracing::info!(count = wishes.len(), letters = to.len(), "staff are told who wants a fresh link");
        }
        Ok(())
    }

    /// Who is told.
    async fn who_sends_links(&self) -> Result<Vec<EmailAddress>, DbError> {
        let support = || {
            let support = self.settings.brand.support.as_deref()?;
            EmailAddress::new(EmailAddress::normalized(support)).ok()
        };
        if let Some(to) = self.operators.feedback.clone().or_else(support) {
            return Ok(vec![to]);
        }
        let people = self.db.house_people().await?;
        Ok(people.into_iter().filter_map(|person| EmailAddress::new(person.email).ok()).collect())
    }
}

/// What the letter says of `wishes`, the first of which are of these sites.
fn view(wishes: &[WantedLink], sites: &[String], base: &str, brand: &str) -> LetterView {
    let count = wishes.len();
    let readers = if count == 1 { "1 reader waits".to_owned() } else { format!("{count} readers wait") };
    let items = wishes.iter().zip(sites).map(|(one, site)| LetterItem {
        title: format!("{}, night {}", line(site), one.night),
        meta: if one.withdrawn_at.is_some() {
            format!("{}: their link was withdrawn", line(&one.name))
        } else {
            line(&one.name)
        },
        url: None,
    });
    LetterView {
        subject: format!("{}: {readers} for a fresh link", line(brand)),
        heading: format!("{readers} for a fresh link"),
        paragraphs: vec!["Their links have ended. A fresh one goes to the address that the mail went to.".to_owned()],
        button: Some(LetterLink { label: "Open the list".to_owned(), url: format!("{base}/requests#links") }),
        items: items.collect(),
        small: gathered::unnamed(count),
        ..LetterView::default()
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

    #[test]
    fn the_letter_names_the_first_counts_the_rest_and_says_which_were_withdrawn() {
        let wish = |number: u8| WantedLink {
            token_hash: vec![number; 32],
            delivery: uuid::Uuid::nil().into(),
            name: format!("Dana\r\nBcc: {number}"),
            email: "dana@example.com".into(),
            kind: "report".into(),
            location: "harbor".parse().unwrap(),
            night: "2026-03-27".parse().unwrap(),
            asked_at: DateTime::UNIX_EPOCH,
            withdrawn_at: (number == 1).then_some(DateTime::UNIX_EPOCH),
        };
        let wishes: Vec<WantedLink> = (0..23).map(wish).collect();
        let said = view(&wishes, &vec!["Harbor".to_owned(); MOST], "https://nights.example.com", "Daybreak");
        assert_eq!(said.subject, "Daybreak: 23 readers wait for a fresh link");
        assert_eq!((said.items.len(), said.small.len()), (MOST, 1));
        assert_eq!(said.items[0].meta, "Dana Bcc: 0", "hostile text stays on one line");
        assert!(said.items[1].meta.ends_with("their link was withdrawn"));
        assert!(view(&wishes[..1], &["Harbor".to_owned()], "", "D").heading.starts_with("1 reader waits"));
    }
}
