use super::*;
use crate::db::access_requests;
use crate::db::letters;
use crate::db::shares;
use crate::db::testing::on_each_database;
use crate::db::users::{self, User};
use crate::db::{dispositions, incident_comments, sessions, whitelist};
use crate::model::{Disposition, LetterState, Role, ViewKind};
use chrono::TimeDelta;
use std::collections::BTreeSet;
use uuid::Uuid;

fn at() -> DateTime<Utc> {
    "2026-03-29T05:00:00Z".parse().unwrap()
}

/// Everything of one address, and what it did to another's.
async fn fill(db: &Db, number: u128, address: &str) {
    let actor = format!("address:{address}");
    let id = |kind: u128| Uuid::from_u128(number * 100 + kind);
    let mut tx = db.begin().await.unwrap();
    let letter = Letter {
        id: id(1).into(),
        kind: "share".into(),
        address: address.into(),
        language: "en".into(),
        subject: "s".into(),
        html: "h".into(),
        text: "t".into(),
        useful_until: at() + TimeDelta::days(1),
        created_at: at(),
        state: LetterState::Pending,
        attempts: 0,
        next_at: None,
        finished_at: None,
        reply: None,
        from_name: None,
        reply_to: None,
    };
    letters::insert(&mut tx, &letter).await.unwrap();
    let share = Share {
        id: id(2).into(),
        location: "harbor".parse().unwrap(),
        branch: "north".parse().unwrap(),
        actor: actor.clone(),
        by_address: address.into(),
        by_name: format!("The person at {address}"),
        note: "call me".into(),
        may_comment: true,
        created_at: at(),
        expires_at: at() + TimeDelta::days(7),
    };
    let item = Item { number: 1, incident: "i1".parse().unwrap(), report: None, frozen: None };
    shares::insert(&mut tx, &share, &[item], &BTreeSet::new()).await.unwrap();
    let recipient = Recipient {
        id: id(3),
        share: share.id,
        address: address.into(),
        language: "en".into(),
        token_hash: vec![u8::try_from(number).unwrap(); 32],
        letter: letter.id,
        expires_at: share.expires_at,
        revoked_at: None,
    };
    shares::insert_recipient(&mut tx, &recipient).await.unwrap();
    let listed = Listed {
        id: id(4).into(),
        address: address.into(),
        location: "harbor".parse().unwrap(),
        since: at(),
        expires_at: None,
        granted_by: actor.clone(),
        note: String::new(),
        revoked_at: None,
        whole: true,
    };
    whitelist::insert(&mut tx, &listed).await.unwrap();
    tx.commit().await.unwrap();
    fill_asked(db, number, address).await;
}

/// What an address asked, said and looked at.
async fn fill_asked(db: &Db, number: u128, address: &str) {
    let actor = format!("address:{address}");
    let id = |kind: u128| Uuid::from_u128(number * 100 + kind);
    let mut tx = db.begin().await.unwrap();
    let request = AccessRequest {
        id: id(5),
        location: "harbor".parse().unwrap(),
        branch: "north".parse().unwrap(),
        incident: None,
        share: None,
        address: address.into(),
        name: address.into(),
        note: String::new(),
        language: "en".into(),
        asked_at: at(),
        state: "open".into(),
        decided_at: None,
        decided_by: None,
    };
    assert!(access_requests::insert(&mut tx, &request).await.unwrap());
    access_requests::insert_decider(&mut tx, &[u8::try_from(number + 50).unwrap(); 32], request.id, address, at())
        .await
        .unwrap();
    let comment = Comment {
        id: id(6),
        incident: "i1".parse().unwrap(),
        location: "harbor".parse().unwrap(),
        at: at(),
        actor,
        name: address.into(),
        text: "it was me".into(),
    };
    incident_comments::insert(&mut tx, &comment).await.unwrap();
    // What they judged as a customer, and as the user who has their address.
    let user = User {
        id: id(8).into(),
        email: address.into(),
        name: "The user".into(),
        locale: None,
        role: Role::Branch,
        branches: Vec::new(),
        created_at: at(),
        disabled_at: None,
    };
    assert!(users::insert(&mut tx, &user).await.unwrap());
    for (place, actor) in [(9, comment.actor.clone()), (10, format!("user:{}", user.id))] {
        let judged = Judged {
            id: id(place),
            incident: format!("i{number}-{place}").parse().unwrap(),
            location: "harbor".parse().unwrap(),
            at: at(),
            reason: Disposition::NotATheft,
            actor,
            name: address.into(),
            note: "it was me".into(),
        };
        assert!(dispositions::insert(&mut tx, &judged, at()).await.unwrap());
    }
    let session = Session {
        token_hash: vec![u8::try_from(number).unwrap(); 32],
        user_id: None,
        address: Some(address.into()),
        language: "en".into(),
        created_at: at(),
        seen_at: at(),
        expires_at: at(),
        revoked_at: None,
        origin: String::new(),
        agent: String::new(),
    };
    sessions::insert(&mut tx, &session).await.unwrap();
    tx.commit().await.unwrap();
    let view = Viewed {
        id: id(7),
        at: at(),
        location: "harbor".parse().unwrap(),
        person: address.into(),
        as_what: "share".into(),
        what: ViewKind::Page,
        subject: "share:1".into(),
        origin: String::new(),
        agent: String::new(),
        scanner: false,
    };
    db.insert_view(&view).await.unwrap();
}

#[tokio::test]
async fn an_erased_person_is_nowhere_and_everybody_else_stays() {
    on_each_database("erased_access", async |db| {
        fill(db, 1, "dana@example.com").await;
        fill(db, 2, "jan@example.com").await;
        let person = |address: &str| Person { refs: BTreeSet::new(), addresses: BTreeSet::from([address.to_owned()]) };
        let (dana, jan) = (person("dana@example.com"), person("jan@example.com"));
        let before = db.access_of(&dana).await.unwrap();
        let counts = |found: &AccessRecord| {
            [
                found.letters.len(),
                found.views.len(),
                found.whitelist.len(),
                found.shared_with.len(),
                found.shared_by.len(),
                found.requests.len(),
                found.comments.len(),
                found.sessions.len(),
            ]
        };
        assert_eq!((counts(&before), before.dispositions.len()), ([1; 8], 2));
        assert!(!serde_json::to_string(&before).unwrap().contains("token_hash"), "no secrets are handed out");
        let mut tx = db.begin().await.unwrap();
        remove_access(&mut tx, &dana).await.unwrap();
        tx.commit().await.unwrap();
        assert!(db.access_of(&dana).await.unwrap().is_empty());
        let other = db.access_of(&jan).await.unwrap();
        assert_eq!((counts(&other), other.dispositions.len()), ([1; 8], 2));
        for place in [9, 10] {
            let judged = db.dispositions_of(&format!("i1-{place}").parse().unwrap()).await.unwrap();
            let said = (judged[0].actor.as_str(), judged[0].name.as_str(), judged[0].note.as_str(), judged[0].reason);
            assert_eq!(said, (TAKEN_OUT, TAKEN_OUT, TAKEN_OUT, Disposition::NotATheft), "what was said stays");
        }
        let share = db.share(Uuid::from_u128(102).into()).await.unwrap().unwrap();
        let blackened = (share.by_address.as_str(), share.by_name.as_str(), share.note.as_str(), share.actor.as_str());
        assert_eq!(blackened, (TAKEN_OUT, TAKEN_OUT, TAKEN_OUT, TAKEN_OUT));
        let comments = db.comments_on(&"i1".parse().unwrap(), 9).await.unwrap();
        assert!(comments.iter().any(|comment| comment.text == TAKEN_OUT && comment.name == TAKEN_OUT));
    })
    .await;
}
