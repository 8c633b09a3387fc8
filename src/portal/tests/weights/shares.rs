//! What those open who share and let in: recipients, whitelist, requests, shares.

use super::walk;
use crate::compose::Sample;
use crate::db::testing::run;
use crate::model::Role;
use crate::portal::tests::house::House;
use crate::portal::tests::shared::furnish;

/// A house with one share of both incidents with one guest, and a long note.
async fn shared() -> (House, String) {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    let owner = crate::portal::tests::shared::user(&house, Role::Branch, true).await;
    let incidents: Vec<String> = (0..2)
        .map(|number| crate::portal::tests::shared::incident(&house.report, number).incident.to_string())
        .collect();
    let (once, note) = (house.state.random.id().unwrap().to_string(), "Is this <ours>? ".repeat(120));
    let mut form = vec![("once", once.as_str()), ("addresses", "guest@example.com"), ("days", "7"), ("note", &note)];
    form.extend(incidents.iter().map(|incident| ("incident", incident.as_str())));
    let answer = house.post_as(Some(&owner), &format!("/incidents/{}/share", incidents[0]), &form).await;
    let page = answer.header("location").to_owned();
    assert!(page.starts_with("/shares/"), "{}", answer.text());
    (house, page)
}

#[tokio::test]
async fn a_share_with_two_hundred_people_is_read_in_leaves() {
    let (house, page) = shared().await;
    run(
        &house.db,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199) INSERT INTO share_recipients \
         (id, share, address, language, token_hash, letter, expires_at) SELECT randomblob(16), share, \
         'guest' || n.i || '.of-the-inspectors-office-in-the-second-yard@partner.example.com', language, \
         randomblob(32), letter, expires_at FROM share_recipients, n",
    )
    .await;
    let staff = house.signed_in(Role::Operations, &[]).await;
    let walked = walk(&house, &staff, &page, "who").await;
    assert_eq!(walked.count("name=\"recipient\""), 200);
    assert!(walked.pages.iter().all(|page| page.contains("0 of 200")), "all of them are counted on each leaf");
}

#[tokio::test]
async fn a_whitelist_of_five_hundred_is_read_in_leaves() {
    let (house, _) = shared().await;
    run(
        &house.db,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO whitelist \
         (id, address, location, since, expires_at, granted_by, note, whole, revoked_at) SELECT randomblob(16), \
         'guest' || n.i || '.of-the-inspectors-office-in-the-second-yard@partner.example.com', location, since, \
         expires_at, granted_by, replace(hex(zeroblob(100)), '00', '\"why\" '), TRUE, \
         CASE WHEN n.i > 400 THEN since END FROM whitelist, n",
    )
    .await;
    let owner = house.signed_in(Role::Branch, &[house.report.site.branch.as_str()]).await;
    let path = format!("/whitelist?location={}", house.report.site.location);
    let walked = walk(&house, &owner, &path, "main").await;
    assert_eq!(walked.count("value=\"revoke\""), 401, "those who are in");
    assert_eq!(walked.count("@partner.example.com</bdi></th>"), 100, "those whose entry has ended");
    assert!(walked.leaves > 20);
}

#[tokio::test]
async fn requests_and_wishes_for_links_are_read_in_leaves() {
    let (house, _) = shared().await;
    for sql in [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO access_requests \
         (id, location, branch, incident, address, name, note, language, asked_at, state, decided_at) \
         SELECT randomblob(16), l.ref, l.branch, i.ref, 'asker' || n.i || '@partner.example.com', \
         'Asker & Sons ' || n.i, replace(hex(zeroblob(150)), '00', '\"let\" '), 'en', r.planned_at, \
         CASE WHEN n.i > 150 THEN 'granted' ELSE 'open' END, CASE WHEN n.i > 150 THEN r.planned_at END \
         FROM n, locations l, (SELECT min(ref) AS ref FROM incidents) i, reports r",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO links \
         (token_hash, delivery, report, kind, subject, expires_at) SELECT randomblob(32), d.id, d.report, 'incident', \
         'more' || n.i, d.created_at FROM n, deliveries d",
        "INSERT INTO link_requests (token_hash, delivery, asked_at) SELECT token_hash, delivery, expires_at FROM links \
         WHERE subject LIKE 'more%'",
    ] {
        run(&house.db, sql).await;
    }
    let staff = house.signed_in(Role::Operations, &[]).await;
    let requests = walk(&house, &staff, "/requests", "main").await;
    assert_eq!(requests.count("<article class=\"event\""), 200);
    assert_eq!(
        requests.count("action=\"/requests/"),
        150 + requests.count("action=\"/requests/links/"),
        "open ones are answered"
    );
    let links = walk(&house, &staff, "/requests?page=3", "links").await;
    assert_eq!(links.count("action=\"/requests/links/"), 200);
    assert!(links.pages.iter().all(|page| page.matches("<article").count() == 10), "the other list stays where it is");
}

#[tokio::test]
async fn two_hundred_shares_are_read_in_leaves() {
    let (house, _) = shared().await;
    for sql in [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199) INSERT INTO shares (id, \
         location, branch, actor, by_address, by_name, note, may_comment, created_at, expires_at) SELECT \
         randomblob(16), location, branch, actor, by_address, 'Maria & Sons, of the office in the second yard', note, \
         may_comment, created_at, expires_at FROM shares, n",
        "UPDATE shares SET by_name = 'Maria & Sons, of the office in the second yard'",
        "INSERT INTO share_items (share, number, incident, report) SELECT s.id, t.number, t.incident, t.report \
         FROM shares s, (SELECT number, incident, report FROM share_items) t \
         WHERE NOT EXISTS (SELECT 1 FROM share_items known WHERE known.share = s.id)",
    ] {
        run(&house.db, sql).await;
    }
    let staff = house.signed_in(Role::Operations, &[]).await;
    let path = format!("/shares?location={}", house.report.site.location);
    let walked = walk(&house, &staff, &path, "main").await;
    assert_eq!(walked.count("<a href=\"/shares/"), 200);
}
