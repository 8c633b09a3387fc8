//! The log notices what is done to it behind its back.

use serde_json::json;

use super::*;
use crate::db::audit::Wanted;
use crate::db::testing::{on_each_database, run};

fn at() -> DateTime<Utc> {
    "2026-03-29T05:00:00.123456789Z".parse().unwrap()
}

async fn enter(db: &Db, object: &str) {
    let mut tx = db.begin().await.unwrap();
    let change = Change {
        actor: Actor::Address("dana@example.com".into()),
        action: "share.create",
        object: object.into(),
        branch: None,
        detail: json!({ "note": "a\u{0}b" }),
        origin: "192.0.2.1",
    };
    record(&mut tx, change, at()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_log_that_nobody_touched_verifies() {
    on_each_database("audit_verifies", async |db| {
        assert_eq!(verify(db).await.unwrap(), (0, vec![]));
        for object in ["share:1", "share:2", "share:\u{0}"] {
            enter(db, object).await;
        }
        assert_eq!(verify(db).await.unwrap(), (3, vec![]));
        assert_eq!(verify_after(db, 2).await.unwrap(), (1, vec![]));
        let wanted = Wanted { action: Some("share.".into()), before: Some(3), ..Wanted::default() };
        let found = db.audit_found(&wanted, 9).await.unwrap();
        assert_eq!(found.iter().map(|entry| entry.number).collect::<Vec<_>>(), [2, 1]);
        for none in [
            Wanted { action: Some("user.".into()), ..Wanted::default() },
            Wanted { actor: Some("user:1".into()), ..Wanted::default() },
            Wanted { object: Some("share:9".into()), ..Wanted::default() },
            Wanted { branch: Some("north".into()), ..Wanted::default() },
            Wanted { from: Some(at() + chrono::TimeDelta::days(1)), ..Wanted::default() },
            Wanted { until: Some(at() - chrono::TimeDelta::days(1)), ..Wanted::default() },
        ] {
            assert_eq!(db.audit_found(&none, 9).await.unwrap(), [], "{none:?}");
        }
        assert_eq!(db.audit_after(0, 9).await.unwrap()[2].object, "share:\u{0}");
    })
    .await;
}

#[tokio::test]
async fn entries_that_are_written_at_once_have_one_order() {
    on_each_database("audit_at_once", async |db| {
        let writers = (0..12).map(|number| {
            let db = db.clone();
            tokio::spawn(async move { enter(&db, &format!("share:{number}")).await })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        assert_eq!(verify(db).await.unwrap(), (12, vec![]));
    })
    .await;
}

#[tokio::test]
async fn changed_missing_and_added_rows_show() {
    let cases: [(&str, &'static str, Vec<Broken>); 5] = [
        ("changed", "UPDATE audit SET actor = 'user:x' WHERE number = 2", vec![Broken::Changed { number: 2 }]),
        ("missing", "DELETE FROM audit WHERE number = 2", vec![Broken::Missing { number: 2 }]),
        ("cut", "DELETE FROM audit WHERE number = 3", vec![Broken::End { number: 2, expected: 3 }]),
        ("emptied", "DELETE FROM audit", vec![Broken::End { number: 0, expected: 3 }]),
        (
            "added",
            "INSERT INTO audit (number, at, actor, action, object, detail, origin, hash) \
             SELECT 4, at, actor, action, object, detail, origin, hash FROM audit WHERE number = 3",
            vec![Broken::End { number: 4, expected: 3 }],
        ),
    ];
    for (name, sql, expected) in cases {
        on_each_database(&format!("audit_{name}"), async |db| {
            for object in ["share:1", "share:2", "share:3"] {
                enter(db, object).await;
            }
            run(db, sql).await;
            assert_eq!(verify(db).await.unwrap().1, expected, "{name}");
        })
        .await;
    }
}
