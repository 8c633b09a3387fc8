//! Visitors: a token that somebody opens becomes a person who may see one thing, and their language.

use std::sync::Arc;

use super::PortalState;
use super::fault::{Ended, Fault};
use super::frozen;
use crate::access::{Access, Refused, Token, resolve};
use crate::compose::Report;
use crate::db::deliveries::Delivery;
use crate::model::{Language, LinkTarget};
use crate::render::l10n::L10n;

/// Somebody with a link.
pub(super) struct Visitor {
    pub(super) access: Access,
    /// The mail that carried the link.
    pub(super) delivery: Option<Delivery>,
}

impl Visitor {
    pub(super) fn language(&self) -> Language {
        Language::of_locale(self.delivery.as_ref().map(|delivery| delivery.language.as_str()))
    }

    /// The name and locale of the PDF that went with this visitor's mail, among a report's artifacts: that of the
    /// recipient's locale, else one in the same language, else any.
    pub(super) fn edition<'a>(&self, report: &Report, artifacts: &'a [String]) -> Option<(&'a str, &'a str)> {
        let locale_of = |name: &'a String| name.strip_prefix("report.")?.strip_suffix(".pdf");
        let editions: Vec<(&str, &str)> =
            artifacts.iter().filter_map(|name| locale_of(name).map(|locale| (name.as_str(), locale))).collect();
        let own = self.locale(report);
        let best = editions.iter().find(|(_, locale)| Some(*locale) == own);
        let same = || editions.iter().find(|(_, locale)| Language::of_locale(Some(locale)) == self.language());
        best.or_else(same).or(editions.first()).copied()
    }

    /// The locale of the recipient's mail.
    fn locale<'a>(&self, report: &'a Report) -> Option<&'a str> {
        let contact = &self.delivery.as_ref()?.contact;
        let recipient = report.recipients.iter().find(|recipient| recipient.contact == *contact);
        recipient.map(|recipient| recipient.locale.as_str())
    }

    /// The recipient's language and conventions.
    pub(super) fn l10n(&self, state: &PortalState, report: &Report) -> Result<Arc<L10n>, Fault> {
        let language = self.language();
        state.view.l10n(language, self.locale(report).unwrap_or(language.tag()))
    }
}

/// Lets somebody in whose token is good for what `wanted` accepts; a token for something else is an unknown one.
pub(super) async fn admit(
    state: &PortalState,
    token: &str,
    wanted: impl Fn(&LinkTarget) -> bool,
) -> Result<Visitor, Fault> {
    match resolve(&state.db, token, state.clock.now()).await {
        Ok(access) if wanted(&access.target) => {
            let delivery = state.db.delivery(access.delivery).await?;
            Ok(Visitor { access, delivery })
        }
        Err(Refused::Expired(access)) if wanted(&access.target) => Err(ended(state, token, access, false).await?),
        Err(Refused::Revoked(access)) if wanted(&access.target) => Err(ended(state, token, access, true).await?),
        Ok(_) | Err(Refused::Unknown | Refused::Expired(_) | Refused::Revoked(_)) => Err(Fault::NoSuchLink),
        Err(Refused::LookUp(error)) => Err(error.into()),
    }
}

async fn ended(state: &PortalState, token: &str, access: Access, revoked: bool) -> Result<Fault, Fault> {
    // A link to what is gone cannot be renewed.
    frozen::not_removed(state, access.report).await?;
    let asked = match Token::parse(token) {
        Some(token) => state.db.link_requested(&token.hash()).await?.is_some(),
        None => false,
    };
    let delivery = state.db.delivery(access.delivery).await?;
    let language = Visitor { access, delivery }.language();
    Ok(Fault::Ended(Box::new(Ended { token: token.to_owned(), revoked, asked, language })))
}
