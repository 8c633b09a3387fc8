//! What is decided about users takes effect at once and is on record.

use super::*;
use crate::access::Token;
use crate::config::Brand;
use crate::db::sessions::Session;
use crate::db::testing::on_each_database;
use crate::db::{Db, Task};
use crate::random::Random;
use crate::render::{Renderer, Templates};

/// Takes tasks and does nothing with them.
#[derive(Debug, Clone)]
struct Nowhere;

impl Enqueue for Nowhere {
    async fn enqueue(&self, _: &mut Tx, _: &[Task], _: std::time::Duration) -> Result<(), DbError> {
        Ok(())
    }
}

fn at() -> DateTime<Utc> {
    "2026-03-29T05:00:00Z".parse().unwrap()
}

fn by() -> By<'static> {
    By { actor: Actor::Command("users"), origin: "", now: at() }
}

async fn made(db: &Db, renderer: &Renderer, email: &str, role: Role) -> Result<(User, Invitation), AccountError> {
    let (random, url) = (Random::System, "https://nights.example.com/".parse().unwrap());
    let desk = Desk { queue: &Nowhere, renderer, random: &random, public_url: &url, brand: "Nights" };
    let new = NewUser {
        email: email.parse().unwrap(),
        name: "Dana".into(),
        locale: Some("de-DE".into()),
        role,
        branches: vec!["north".parse().unwrap()],
    };
    let mut tx = db.begin().await.unwrap();
    let made = add(&mut tx, &desk, new, &by()).await?;
    tx.commit().await.unwrap();
    Ok(made)
}

#[tokio::test]
async fn a_new_user_gets_a_letter_with_a_link_in_their_language_and_an_address_has_one_user() {
    let renderer = Renderer::new(Templates::embedded(), Brand::default()).unwrap();
    on_each_database("accounts_add", async |db| {
        let (user, invitation) = made(db, &renderer, "Dana@Example.com", Role::Branch).await.unwrap();
        let letter = db.letters_to("dana@example.com", 9).await.unwrap().remove(0);
        assert!(letter.subject.starts_with("Ihr Zugang zu Nights") && letter.text.contains(&invitation.url));
        let token = Token::parse(invitation.url.rsplit('/').next().unwrap()).unwrap();
        let sign_in = db.sign_in(&token.hash()).await.unwrap().unwrap();
        assert_eq!((sign_in.address.as_str(), sign_in.expires_at), ("dana@example.com", invitation.until));
        let again = made(db, &renderer, "dana@example.com", Role::Staff).await;
        assert!(matches!(again, Err(AccountError::Taken)));
        let entry = db.audit_after(0, 9).await.unwrap().remove(0);
        assert_eq!((entry.action.as_str(), entry.object), ("user.add", format!("user:{}", user.id)));
        assert_eq!(entry.branch.as_ref().map(BranchRef::as_str), Some("north"));
    })
    .await;
}

#[tokio::test]
async fn who_is_shut_out_or_loses_a_role_loses_their_sessions_and_the_last_of_operations_stays() {
    let renderer = Renderer::new(Templates::embedded(), Brand::default()).unwrap();
    on_each_database("accounts_disable", async |db| {
        let (first, _) = made(db, &renderer, "one@example.com", Role::Operations).await.unwrap();
        assert_eq!(first.branches, [], "branches mean nothing for operations");
        let mut tx = db.begin().await.unwrap();
        assert!(matches!(set_disabled(&mut tx, &first, true, &by()).await, Err(AccountError::Last)));
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert!(matches!(assign(&mut tx, &first, Role::Staff, &[], &by()).await, Err(AccountError::Last)));
        drop(tx);
        made(db, &renderer, "two@example.com", Role::Operations).await.unwrap();
        let session = Session {
            token_hash: vec![1; 32],
            user_id: Some(first.id),
            address: None,
            language: "en".into(),
            created_at: at(),
            seen_at: at(),
            expires_at: at() + chrono::TimeDelta::days(1),
            revoked_at: None,
            origin: String::new(),
            agent: String::new(),
        };
        let mut tx = db.begin().await.unwrap();
        sessions::insert(&mut tx, &session).await.unwrap();
        set_disabled(&mut tx, &first, true, &by()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(db.session(&[1; 32]).await.unwrap().unwrap().revoked_at.is_some());
        let shut = db.user(first.id).await.unwrap().unwrap();
        assert_eq!(shut.disabled_at, Some(at()));
        let mut tx = db.begin().await.unwrap();
        set_disabled(&mut tx, &shut, false, &by()).await.unwrap();
        reset(&mut tx, &shut, None, &by()).await.unwrap();
        assign(&mut tx, &shut, Role::Branch, &["south".parse().unwrap()], &by()).await.unwrap();
        tx.commit().await.unwrap();
        let user = db.user(first.id).await.unwrap().unwrap();
        assert_eq!((user.role, user.branches.len(), user.disabled_at), (Role::Branch, 1, None));
        let actions: Vec<_> = db.audit_after(2, 9).await.unwrap().into_iter().map(|entry| entry.action).collect();
        assert_eq!(actions, ["user.disable", "user.enable", "user.reset", "user.assign"]);
        assert_eq!(audit::verify(db).await.unwrap().1, []);
    })
    .await;
}
