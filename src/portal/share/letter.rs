//! Letters about shares and requests: what they say, in the language of who gets them.

use chrono::{DateTime, TimeDelta, Utc};

use super::piece::{Piece, span, way_to};
use crate::access::{Token, share};
use crate::db::Tx;
use crate::db::access_requests::AccessRequest;
use crate::db::shares::{Recipient, Share};
use crate::letters::{self, Wanted};
use crate::model::{BranchRef, EmailAddress, Language, LetterId, LetterKind, clean};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::{line, logo_path};
use crate::render::l10n::{Arg, L10n};
use crate::render::{LetterBrand, LetterItem, LetterLink, LetterQuote, LetterView};

/// An answer to a request is of use for so long.
const ANSWER_LASTS: TimeDelta = TimeDelta::days(14);
/// A letter names no more incidents than this: its HTML stays small enough to be shown whole. The page has all.
const MOST_NAMED: usize = 50;

/// A letter that is ready to be written.
pub(super) struct Ready {
    pub(super) id: LetterId,
    pub(super) kind: LetterKind,
    pub(super) to: EmailAddress,
    pub(super) language: Language,
    pub(super) view: LetterView,
    pub(super) useful_until: DateTime<Utc>,
    /// Whose brand it carries; none for the house's.
    pub(super) branch: Option<BranchRef>,
}

impl Ready {
    /// Writes it, in the transaction of what it tells of.
    pub(super) async fn write(&self, tx: &mut Tx, state: &PortalState, now: DateTime<Utc>) -> Result<(), Fault> {
        let own = match &self.branch {
            Some(branch) => tx.brand(branch).await?,
            None => None,
        };
        let brand = own.map(|own| LetterBrand::of(&own, |logo| state.url(&logo_path(logo))));
        let wanted = Wanted {
            id: self.id,
            kind: self.kind,
            to: &self.to,
            language: self.language,
            view: &LetterView { brand, ..self.view.clone() },
            useful_until: self.useful_until,
        };
        letters::write(tx, &state.pipeline.queue, &state.pipeline.renderer, &wanted, now).await?;
        Ok(())
    }
}

/// The locale in which an address reads, where that is known: a user's, or a contact's.
pub(super) async fn locale_of(state: &PortalState, address: &str) -> Result<Option<String>, Fault> {
    if let Some(user) = state.db.user_by_email(address).await?
        && user.locale.is_some()
    {
        return Ok(user.locale);
    }
    Ok(state.db.contacts_named(address).await?.into_iter().find_map(|contact| contact.locale))
}

fn l10n_of(state: &PortalState, locale: &str) -> Result<(Language, std::sync::Arc<L10n>), Fault> {
    let language = Language::of_locale(Some(locale));
    Ok((language, state.view.l10n(language, locale).or_else(|_| state.view.l10n(language, language.tag()))?))
}

fn address(raw: &str) -> Result<EmailAddress, Fault> {
    EmailAddress::new(raw).map_err(|_| Fault::Damaged("a row has an address that is none".into()))
}

/// The letters of a share, one for each recipient; `pieces` are its incidents.
pub(super) fn shares(
    state: &PortalState,
    share: &Share,
    pieces: &[Piece],
    recipients: &[Recipient],
) -> Result<Vec<Ready>, Fault> {
    recipients.iter().map(|recipient| shared(state, share, pieces, recipient, LetterKind::Share)).collect()
}

/// The letter that carries a recipient's link.
pub(super) fn shared(
    state: &PortalState,
    share: &Share,
    pieces: &[Piece],
    recipient: &Recipient,
    kind: LetterKind,
) -> Result<Ready, Fault> {
    let (language, l10n) = l10n_of(state, &recipient.language)?;
    // The newest report knows the site as it is called now.
    let newest = &pieces.first().ok_or(Fault::NoSuchPage)?.report;
    let url = state.url(&format!("/s/{}", share::token(&state.pipeline.link_key, recipient.id)));
    let (name, site) = (line(&share.by_name, 80), line(&newest.site.name, 120));
    let several = span(pieces, &l10n);
    let (first, last) = several.clone().unwrap_or_default();
    let args = [
        ("name", Arg::from(name.as_str())),
        ("site", Arg::from(site.as_str())),
        ("count", Arg::from(pieces.len())),
        ("first", Arg::from(first.as_str())),
        ("last", Arg::from(last.as_str())),
    ];
    let granted = kind == LetterKind::AccessAnswered;
    let say = |share: &str, grant: &str| l10n.message(if granted { grant } else { share }, &args);
    // What the heading of one night says of place and number, and of several nights from when until when.
    let facts = if several.is_some() { "share-letter-heading-nights" } else { "share-letter-heading" };
    let mut paragraphs = vec![say("share-letter-text", "share-letter-granted-text")];
    if granted && several.is_some() {
        paragraphs.push(l10n.message(facts, &args));
    }
    let until = l10n.date_time(recipient.expires_at, newest.site.timezone);
    let view = LetterView {
        subject: say("share-letter-subject", "share-letter-granted-subject"),
        heading: say(facts, "share-letter-granted-heading"),
        paragraphs,
        quote: (!share.note.is_empty()).then(|| LetterQuote { by: name.clone(), text: clean(&share.note) }),
        button: Some(LetterLink { label: l10n.message("share-letter-open", &args), url: url.clone() }),
        items: named(pieces, &url, &l10n),
        small: vec![
            l10n.message("share-letter-until", &[("at", until.into())]),
            l10n.message("share-letter-personal", &[]),
        ],
        ..LetterView::default()
    };
    let (id, to) = (recipient.letter, address(&recipient.address)?);
    let branch = Some(share.branch.clone());
    Ok(Ready { id, kind, to, language, view, useful_until: recipient.expires_at, branch })
}

/// The incidents of a share, each with its way into the page at `url`; of many the first, and how many more there are.
fn named(pieces: &[Piece], url: &str, l10n: &L10n) -> Vec<LetterItem> {
    let (named, others) = pieces.split_at(pieces.len().min(MOST_NAMED));
    let item = |piece: &Piece| {
        let told = piece.told()?;
        Some(LetterItem {
            title: line(&told.kind, 80),
            meta: l10n.date_time(told.occurred_at, piece.report.site.timezone),
            url: Some(format!("{url}{}", way_to(piece.number))),
        })
    };
    let more = others.first().map(|next| LetterItem {
        title: l10n.message("share-more", &[("count", Arg::from(others.len()))]),
        meta: next.when.words(l10n),
        url: Some(format!("{url}{}", way_to(next.number))),
    });
    named.iter().filter_map(item).chain(more).collect()
}

/// Somebody is asked to answer a request.
pub(super) fn asked(
    state: &PortalState,
    request: &AccessRequest,
    (to, locale): (&EmailAddress, &str),
    (site, token): (&str, &Token),
    until: DateTime<Utc>,
) -> Result<Ready, Fault> {
    let (language, l10n) = l10n_of(state, locale)?;
    let (name, site) = (line(&request.name, 80), line(site, 120));
    let args = [
        ("name", Arg::from(name.as_str())),
        ("site", site.as_str().into()),
        ("address", request.address.as_str().into()),
    ];
    let view = LetterView {
        subject: l10n.message("share-asked-subject", &args),
        heading: l10n.message("share-asked-heading", &args),
        paragraphs: vec![l10n.message("share-asked-text", &args)],
        quote: (!request.note.is_empty()).then(|| LetterQuote { by: name.clone(), text: clean(&request.note) }),
        button: Some(LetterLink {
            label: l10n.message("share-asked-open", &[]),
            url: state.url(&format!("/d/{token}")),
        }),
        small: vec![l10n.message("share-asked-small", &[])],
        ..LetterView::default()
    };
    let (id, kind) = (state.random.id()?.into(), LetterKind::AccessAsked);
    let branch = Some(request.branch.clone());
    Ok(Ready { id, kind, to: to.clone(), language, view, useful_until: until, branch })
}

/// Somebody hears that they are not let in.
pub(super) fn declined(
    state: &PortalState,
    request: &AccessRequest,
    site: &str,
    now: DateTime<Utc>,
) -> Result<Ready, Fault> {
    let (language, l10n) = l10n_of(state, &request.language)?;
    // Whoever asked knows of the place only what they were shown of it.
    let known = request.share.is_some();
    let site = if known { line(site, 120) } else { String::new() };
    let args = [("site", Arg::from(site.as_str()))];
    let view = LetterView {
        subject: l10n.message("share-declined-subject", &args),
        heading: l10n.message("share-declined-heading", &args),
        paragraphs: vec![l10n.message("share-declined-text", &args)],
        ..LetterView::default()
    };
    let (id, to) = (state.random.id()?.into(), address(&request.address)?);
    let branch = known.then(|| request.branch.clone());
    let (kind, useful_until) = (LetterKind::AccessAnswered, now + ANSWER_LASTS);
    Ok(Ready { id, kind, to, language, view, useful_until, branch })
}

/// The site that a fresh link is about: its name, and whose it is, where it still is there.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) branch: Option<BranchRef>,
}

/// A fresh link in place of one that has ended, to the address that the mail went to.
pub(super) fn fresh(
    state: &PortalState,
    (to, locale): (EmailAddress, &str),
    (site, night): (&Place, crate::model::NightDate),
    (url, until): (String, DateTime<Utc>),
) -> Result<Ready, Fault> {
    let (language, l10n) = l10n_of(state, locale)?;
    let (name, night) = (line(&site.name, 120), l10n.date_with_weekday(night));
    let args = [("site", Arg::from(name.as_str())), ("night", Arg::from(night.as_str()))];
    let view = LetterView {
        subject: l10n.message("share-fresh-subject", &args),
        heading: l10n.message("share-fresh-heading", &args),
        paragraphs: vec![l10n.message("share-fresh-text", &args)],
        button: Some(LetterLink { label: l10n.message("share-letter-open", &[("count", 1_i64.into())]), url }),
        small: vec![l10n.message("share-letter-personal", &[])],
        ..LetterView::default()
    };
    let (id, kind, branch) = (state.random.id()?.into(), LetterKind::FreshLink, site.branch.clone());
    Ok(Ready { id, kind, to, language, view, useful_until: until, branch })
}
