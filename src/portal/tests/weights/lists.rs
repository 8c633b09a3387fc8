//! What branch users and operations open: all incidents, a run, the users, and the lists beside them.

use super::walk;
use crate::compose::Sample;
use crate::db::testing::{planned_reports, run};
use crate::model::Role;
use crate::portal::tests::house::House;
use crate::portal::tests::shared::{furnish, incident, stamped};

#[tokio::test]
async fn all_incidents_with_everything_that_they_can_have_are_read_in_pages() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    let known = incident(&house.report, 0);
    let more: Vec<_> = (0..120)
        .map(|number| {
            let mut one = known.clone();
            one.incident = format!("3fa85f64-5717-4562-b3fc-2c963f66{number:04}").parse().unwrap();
            one.kind = "Unpaid items & \"switched\" labels at the self-checkout".into();
            one.description = "The man in the red jacket scanned one of four packs, \"paid\" and left. ".repeat(4);
            one.photo_key = Some("media/sample-photo".into());
            one.transaction = Some(format!("sale-{number}").parse().unwrap());
            one.clips = vec!["clip-one".parse().unwrap(), "clip-two".parse().unwrap()];
            stamped(one)
        })
        .collect();
    let mut tx = house.db.begin().await.unwrap();
    tx.put_incidents(&more).await.unwrap();
    tx.commit().await.unwrap();
    for sql in [
        "INSERT INTO objects (object_key, present, checked_at) VALUES ('media/sample-photo', true, '2026-03-29T05:00:00Z')",
        "INSERT INTO incident_reports (incident, report, location) \
         SELECT i.ref, r.id, r.location FROM incidents i JOIN reports r ON r.location = i.location WHERE true \
         ON CONFLICT DO NOTHING",
    ] {
        run(&house.db, sql).await;
    }
    let owner = house.signed_in(Role::Branch, &[house.report.site.branch.as_str()]).await;
    let path = format!("/locations/{}/incidents?sort=oldest", house.report.site.location);
    let walked = walk(&house, &owner, &path, "list").await;
    assert_eq!((walked.count("class=\"pick\""), walked.count("class=\"thumb\"")), (122, 120));
    assert!(walked.leaves > 2 && walked.pages[0].contains("sort=oldest&amp;page=2"), "the order is kept");
}

#[tokio::test]
async fn a_run_of_three_hundred_reports_is_read_in_leaves() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    let mut tx = house.db.begin().await.unwrap();
    let rows = planned_reports(&mut tx, 300).await;
    tx.commit().await.unwrap();
    for sql in [
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299) INSERT INTO locations (ref, \
         branch, name, timezone, night_from, night_to, digest) SELECT 's' || n.i, 'north', \
         'The shop \"at\" the corner of the long street, with its yard and its second entrance, number ' || n.i, \
         'America/Chicago', '18:00', '06:00', '' FROM n",
        "UPDATE reports SET state = 'held' WHERE location LIKE 's1%'",
        "UPDATE reports SET state = 'failed', error = replace(hex(zeroblob(80)), '00', '\"no\" ') \
         WHERE location LIKE 's2%'",
    ] {
        run(&house.db, sql).await;
    }
    let operations = house.signed_in(Role::Operations, &[]).await;
    let walked = walk(&house, &operations, &format!("/operations/runs/{}", rows[0].run), "reports").await;
    assert_eq!(walked.count("/desk/night?"), 300);
    let order: Vec<usize> = walked.pages.iter().map(|page| page.matches("state-failed").count()).collect();
    assert!(order[0] > 30 && order.windows(2).all(|two| two[0] >= two[1]), "what is not well comes first: {order:?}");
}

#[tokio::test]
async fn users_and_their_branches_are_read_in_leaves_and_changed_one_by_one() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    for sql in [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO branches (ref, name, \
         digest) SELECT 'branch-' || n.i, 'Branch & Sons number ' || n.i || ' of the north', '' FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO users (id, email, \
         name, role, created_at) SELECT randomblob(16), 'user-' || n.i || '@office.example.com', \
         'User & Sons number ' || n.i, 'branch', '2026-03-29T05:00:00Z' FROM n",
        "INSERT INTO user_branches (user_id, branch) SELECT u.id, b.ref FROM users u, branches b",
    ] {
        run(&house.db, sql).await;
    }
    let operations = house.signed_in(Role::Operations, &[]).await;
    let walked = walk(&house, &operations, "/account/users", "list").await;
    assert_eq!(walked.count("@office.example.com"), 300);
    assert!(walked.pages[0].contains("and 57 more"), "branches that are not named are counted");
    let change = walked.pages[1].split("href=\"?").find(|link| link.contains("#change")).unwrap();
    let change = change.split('#').next().unwrap().replace("&amp;", "&");
    let form = walk(&house, &operations, &format!("/account/users?{change}"), "none").await;
    assert_eq!(form.count("name=\"branch\" value=\"branch-"), 60);
    assert_eq!(form.count(" checked"), 60);
    // A branch's own team is told of no other branch.
    let team = house.signed_in(Role::Branch, &["branch-7"]).await;
    let seen = walk(&house, &team, "/account/users", "list").await;
    assert_eq!((seen.count("number 7 of the north") > 0, seen.count("number 8 of the north")), (true, 0));
}

#[tokio::test]
async fn the_logs_of_access_and_of_changes_are_read_in_pages() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    run(
        &house.db,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO views (id, at, \
         location, person, as_what, what, subject, origin, agent, scanner) SELECT randomblob(16), r.planned_at, \
         r.location, 'guest' || (n.i % 150) || '.of-the-inspectors-office-in-the-second-yard@partner.example.com', \
         'share', 'page', 'incidents', '192.0.2.1', replace(hex(zeroblob(30)), '00', '\"Agent\" '), false \
         FROM n, reports r",
    )
    .await;
    let owner = house.signed_in(Role::Branch, &[house.report.site.branch.as_str()]).await;
    let path = format!("/locations/{}/access", house.report.site.location);
    let log = walk(&house, &owner, &path, "list").await;
    assert!(log.count("class=\"agent\"") >= 300, "{} of {}", log.count("class=\"agent\""), log.leaves);
    let people = walk(&house, &owner, &path, "people").await;
    assert!(people.leaves > 1 && people.pages[0].contains("people=2#people"));

    let operations = house.signed_in(Role::Operations, &[]).await;
    let mut tx = house.db.begin().await.unwrap();
    for number in 0..120 {
        let change = crate::audit::Change {
            actor: crate::audit::Actor::Daybreak,
            action: "report.send",
            object: format!("report:{number}"),
            branch: None,
            detail: serde_json::json!({ "contacts": vec!["a-reader-of-the-office \u{1F600}"; 80] }),
            origin: "192.0.2.1",
        };
        crate::audit::record(&mut tx, change, crate::portal::tests::house::mailed()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let log = walk(&house, &operations, "/audit?action=report.send", "none").await;
    assert_eq!((log.count("<code>report.send</code>"), log.leaves > 3), (120, true));
}
