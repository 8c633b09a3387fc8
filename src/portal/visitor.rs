//! Visitors: a token that somebody opens becomes a person who may see one thing, and their language.

use std::sync::Arc;

use super::PortalState;
use super::fault::{Ended, Fault};
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

    /// The recipient's language and conventions.
    pub(super) fn l10n(&self, state: &PortalState, report: &Report) -> Result<Arc<L10n>, Fault> {
        let language = self.language();
        let contact = self.delivery.as_ref().map(|delivery| &delivery.contact);
        let recipient = report.recipients.iter().find(|recipient| Some(&recipient.contact) == contact);
        let locale = recipient.map_or(language.tag(), |recipient| recipient.locale.as_str());
        state.view.l10n(language, locale)
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
    let asked = match Token::parse(token) {
        Some(token) => state.db.link_requested(&token.hash()).await?.is_some(),
        None => false,
    };
    let delivery = state.db.delivery(access.delivery).await?;
    let language = Visitor { access, delivery }.language();
    Ok(Fault::Ended(Box::new(Ended { token: token.to_owned(), revoked, asked, language })))
}
