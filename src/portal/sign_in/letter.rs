//! The letter of the sign-in: a one-time link with its code.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::access::Token;
use crate::db::Tx;
use crate::letters::{self, Wanted};
use crate::model::{EmailAddress, Language, LetterId, LetterKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::render::l10n::Arg;
use crate::render::{LetterLink, LetterView};

/// How long a link and its code work.
pub(super) const VALID: TimeDelta = TimeDelta::minutes(15);

/// Six digits.
pub(super) fn code(random: u64) -> String {
    format!("{:06}", random % 1_000_000)
}

/// What is kept of a code: of itself it could be guessed from its hash, with the browser's cookie it cannot.
pub(super) fn code_hash(asker: &Token, code: &str) -> [u8; 32] {
    Sha256::digest(format!("daybreak code\0{asker}\0{code}")).into()
}

/// Writes the letter of a sign-in.
pub(super) async fn write(
    state: &PortalState,
    tx: &mut Tx,
    id: LetterId,
    to: &EmailAddress,
    language: Language,
    token: &Token,
    code: &str,
) -> Result<(), Fault> {
    let l10n = state.view.l10n(language, language.tag())?;
    let brand = [("brand", Arg::from(state.brand.name.as_str()))];
    let say = |key: &str| l10n.message(key, &brand);
    let view = LetterView {
        subject: say("signin-letter-subject"),
        heading: say("signin-letter-heading"),
        paragraphs: vec![say("signin-letter-text")],
        code: Some(format!("{} {}", &code[..3], &code[3..])),
        button: Some(LetterLink {
            label: say("signin-letter-button"),
            url: state.url(&format!("/sign-in/link/{token}")),
        }),
        small: vec![say("signin-letter-small")],
        ..LetterView::default()
    };
    let now = state.clock.now();
    let wanted = Wanted { id, kind: LetterKind::SignIn, to, language, view: &view, useful_until: now + VALID };
    Ok(letters::write(tx, &state.pipeline.queue, &state.pipeline.renderer, &wanted, now).await?)
}
