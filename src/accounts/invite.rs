//! The letter with which a user comes in for the first time, or after they lost their password.

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::AccountError;
use crate::access::Token;
use crate::db::sign_ins::{self, SignIn};
use crate::db::users::User;
use crate::db::{Enqueue, Tx};
use crate::letters::{self, Wanted};
use crate::model::{EmailAddress, Language, LetterKind};
use crate::random::Random;
use crate::render::l10n::Arg;
use crate::render::{LetterLink, LetterView, Renderer};

/// How long the link works.
const VALID: TimeDelta = TimeDelta::days(7);

/// What letters are written with.
#[derive(Debug)]
pub struct Desk<'a, Q> {
    /// Where their tasks are pushed.
    pub queue: &'a Q,
    /// Words and templates.
    pub renderer: &'a Renderer,
    /// Tokens and ids.
    pub random: &'a Random,
    /// What links begin with.
    pub public_url: &'a Url,
    /// Whose letters they are.
    pub brand: &'a str,
}

/// A user's way in.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The one-time link.
    pub url: String,
    /// Until when it works.
    pub until: DateTime<Utc>,
}

/// Writes the letter. Wake the queue after the commit.
pub async fn invite<Q: Enqueue>(
    tx: &mut Tx,
    desk: &Desk<'_, Q>,
    user: &User,
    now: DateTime<Utc>,
) -> Result<Invitation, AccountError> {
    let token = Token::random(desk.random.bytes()?);
    let until = now + VALID;
    let sign_in = SignIn {
        token_hash: token.hash().to_vec(),
        // No browser asked, so no code works.
        asker_hash: desk.random.bytes::<32>()?.to_vec(),
        code_hash: desk.random.bytes::<32>()?.to_vec(),
        address: user.email.clone(),
        next: "/".into(),
        created_at: now,
        expires_at: until,
        tries: 0,
        used_at: None,
    };
    sign_ins::insert(tx, &sign_in).await?;
    let language = Language::of_locale(user.locale.as_deref());
    let l10n = desk.renderer.l10n(language, user.locale.as_deref().unwrap_or_else(|| language.tag()))?;
    let url = format!("{}/sign-in/link/{token}", desk.public_url.as_str().trim_end_matches('/'));
    let args = [("brand", Arg::from(desk.brand)), ("name", Arg::from(user.name.as_str()))];
    let say = |key: &str| l10n.message(key, &args);
    let view = LetterView {
        subject: say("signin-welcome-subject"),
        heading: say("signin-welcome-heading"),
        paragraphs: vec![say(if user.role.is_ours() { "signin-welcome-ours" } else { "signin-welcome-branch" })],
        button: Some(LetterLink { label: say("signin-welcome-button"), url: url.clone() }),
        small: vec![say("signin-welcome-small")],
        ..LetterView::default()
    };
    let to = EmailAddress::new(user.email.clone())?;
    let id = desk.random.id()?.into();
    let wanted = Wanted { id, kind: LetterKind::Welcome, to: &to, language, view: &view, useful_until: until };
    letters::write(tx, desk.queue, desk.renderer, &wanted, now).await?;
    Ok(Invitation { url, until })
}
