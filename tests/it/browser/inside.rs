//! Inside: the hostile site as those see it who are signed in: everything that its feed and its people wrote stands as text
//! on every page of the branch's team, of staff and of operations, and in the letters that carry it on.

use daybreak::db::deliveries::DeliveryFilter;
use daybreak::model::{LocationRef, NightDate};
use url::form_urlencoded::byte_serialize;

use super::hostile::{self, READER, SHOWN, hostile_ref, payload};
use super::people::{HARRY, OPAL};
use super::{Look, Told, wire};

const SITE: &str = "hostile";
const NIGHT: &str = "2026-03-17";
const GUEST: &str = "guest@partner-of-hostile.example.com";
const ASKER: &str = "asker@partner-of-hostile.example.com";
/// What a browser may call itself.
const AGENT: &str =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0 \"'><img src=x onerror=window.hostile=9>";

pub(super) async fn story(told: &Told) {
    said_by_people(told).await;
    by_the_team(told).await;
    shared(told).await;
    by_operations(told).await;
    corrected(told).await;
}

fn incident() -> String {
    let name: String = byte_serialize(hostile_ref("alarm").as_bytes()).collect();
    format!("/incidents/{}", name.replace('+', "%20"))
}

/// The same among the location's own pages.
fn detail() -> String {
    format!("/locations/{SITE}{}", incident())
}

/// Opens a page; nothing on it comes alive, and where `shows`, it shows the payload letter by letter.
async fn inert(told: &Told, who: &str, path: &str, shows: bool) {
    told.teller.open(&told.house.address(path)).await;
    assert_eq!(hostile::trace(&told.teller).await, None, "{who}: {path}");
    let heading = told.teller.count("main h1, main h2").await;
    assert!(heading > 0, "{who}: {path} is a page");
    if shows {
        told.teller.see(SHOWN).await;
    }
    let short: String = path.trim_start_matches(&told.house.base).chars().take(60).collect();
    told.audit_in(&format!("hostile for {who} {short}"), &[Look::Phone]).await;
}

/// Readers and strangers write code, too: to staff, and to whoever lets them in.
async fn said_by_people(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let mail = house.mail(READER, "").await;
    let report = mail.links("r").remove(0);
    assert_eq!(wire::ask("GET", &report, &[AGENT]).await.status, 200);
    teller.open(&format!("{report}/feedback?event=e1")).await;
    teller.click("input[value=other]").await;
    teller.fill("#text", &payload("said")).await;
    teller.click("form.tell button").await;
    teller.see("You told staff on").await;
    assert_eq!(hostile::trace(teller).await, None);
    teller.open(&house.address(&format!("{}/request", incident()))).await;
    teller.fill("#address", ASKER).await;
    teller.fill("#name", SHOWN).await;
    teller.fill("#note", &payload("request")).await;
    teller.click_within("main form", "Request access").await;
    teller.see("Access was requested").await;
    told.audit_in("hostile, asked", &[]).await;
}

/// What the branch's team opens, and writes itself.
async fn by_the_team(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    told.enter(&HARRY).await;
    let location = format!("/locations/{SITE}");
    teller.open(&house.address(&detail())).await;
    teller.fill("form.judge #note", &payload("verdict")).await;
    teller.click("form.judge button").await;
    teller.see("verdict").await;
    teller.fill("form.comment #text", &payload("comment")).await;
    teller.click("form.comment button").await;
    teller.until("the comment stands", "return document.querySelector('#comments ~ ol.remarks') !== null;", &[]).await;
    teller.open(&house.address(&format!("/whitelist?location={SITE}"))).await;
    teller.fill("#addresses", "listed@partner-of-hostile.example.com").await;
    teller.fill("#note", &payload("why")).await;
    teller.click("main form.share-form button[type=submit]").await;
    teller.see("listed@partner-of-hostile.example.com").await;
    let pages = [
        ("/locations", false),
        ("/locations?q=script", false),
        ("/suspicious", true),
        (location.as_str(), true),
        (&format!("{location}/incidents"), true),
        (&format!("{location}/incidents?q=onerror&sort=type"), true),
        (&incident(), true),
        (&detail(), true),
        (&format!("{}/share", incident()), true),
        (&format!("{location}/access"), true),
        ("/whitelist", true),
        (&format!("/whitelist?location={SITE}"), true),
        ("/requests", true),
        ("/account", true),
        ("/account/contacts", true),
        ("/account/domains", true),
        ("/account/brand", true),
        ("/account/users", true),
        ("/me", false),
    ];
    for (path, shows) in pages {
        inert(told, "the team", path, shows).await;
    }
}

/// An incident goes to a guest with a note: the letter, its page, and the sharer's own pages.
async fn shared(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.open(&house.address(&format!("{}/share", incident()))).await;
    teller.fill("#addresses", GUEST).await;
    teller.fill("#note", &payload("note")).await;
    teller.click_within("main", "They may comment").await;
    teller.click_within("main form", "Share").await;
    teller.arrive("/shares/").await;
    let sent = teller.address().await.path().to_owned();
    inert(told, "the sharer", &sent, true).await;
    inert(told, "the sharer", "/shares", true).await;
    told.keep(&HARRY).await;
    teller.forget().await;
    for letter in [house.mail(GUEST, "").await, house.mail(HARRY.address, "asks for access").await] {
        hostile::inert(told, &letter).await;
    }
    let link = house.mail(GUEST, "").await.links("s").remove(0);
    inert(told, "a guest", &link, true).await;
    teller.fill("#text1", &payload("remark")).await;
    teller.click_within("main", "Comment").await;
    inert(told, "a guest", &link, true).await;
    let decide = house.mail(HARRY.address, "asks for access").await.links("d").remove(0);
    inert(told, "who decides", &decide, true).await;
}

/// What staff and operations open.
async fn by_operations(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let rows = house.rows().await;
    let (site, night): (LocationRef, NightDate) = (SITE.parse().unwrap(), NIGHT.parse().unwrap());
    let report = rows.revisions(&site, night).await.unwrap().remove(0);
    let filter = DeliveryFilter { report: Some(report.id), limit: 9, ..DeliveryFilter::default() };
    let mail = rows.deliveries(&filter).await.unwrap().remove(0).delivery.id;
    let said = rows.feedback_of_night(&site, night).await.unwrap().remove(0).id;
    rows.close().await;
    told.enter(&OPAL).await;
    let location = format!("/locations/{SITE}");
    let pages = [
        ("/locations?q=script", true),
        (location.as_str(), true),
        (&format!("{location}/incidents"), true),
        (&incident(), true),
        (&detail(), true),
        (&format!("{location}/access"), true),
        (&format!("/shares?location={SITE}"), true),
        (&format!("/whitelist?location={SITE}"), true),
        ("/requests", true),
        ("/account/contacts?branch=hostile", true),
        ("/account/users?branch=hostile", true),
        ("/desk?q=script", true),
        (&format!("/desk/location?ref={SITE}"), true),
        (&format!("/desk/night?location={SITE}&night={NIGHT}"), true),
        (&format!("/desk/reports/{}", report.id), true),
        (&format!("/desk/reports/{}/send", report.id), true),
        ("/desk/feedback", true),
        (&format!("/desk/feedback/{said}"), true),
        (&format!("/desk/mails?q={READER}"), true),
        (&format!("/desk/mails?q={GUEST}"), true),
        (&format!("/desk/mails/{mail}"), true),
        (&format!("/desk/mails/{mail}/resend"), false),
        (&format!("/desk/contact?ref=hostile-reader&location={SITE}"), true),
        ("/operations", false),
        (&format!("/operations/runs/{}", report.run), true),
        ("/audit", false),
        ("/audit?branch=hostile", false),
    ];
    for (path, shows) in pages {
        inert(told, "operations", path, shows).await;
    }
    // The letter itself, as it is shown within the mail's page, opened by itself.
    for part in ["html", "text", "source"] {
        teller.open(&house.address(&format!("/desk/mails/{mail}/{part}"))).await;
        assert_eq!(hostile::trace(teller).await, None, "{part}");
        teller.complaints().await;
    }
}

/// A reason that is code goes into the correction, its difference, and the mail.
async fn corrected(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let before = house.mails(READER, "").len();
    teller.open(&house.address(&format!("/desk/night?location={SITE}&night={NIGHT}"))).await;
    teller.fill("#reason", &payload("reason")).await;
    teller.click_within("main", "Build the revision").await;
    teller.arrive("/desk/reports/").await;
    teller.see("What follows is the report as its readers see it").await;
    let revision = teller.address().await.path().to_owned();
    inert(told, "operations", &revision, true).await;
    inert(told, "operations", &format!("{revision}/difference"), true).await;
    teller.open(&house.address(&format!("{revision}/send"))).await;
    teller.click_within("main", "Send to all").await;
    teller.see("The revision is on its way").await;
    let mail = house.mail_after(READER, "", before).await;
    hostile::inert(told, &mail).await;
    assert!(mail.html.contains("reason"), "the reason is in the mail");
    // What was entered of it stands folded in the audit log.
    inert(told, "operations", "/audit?branch=hostile&action=report.regenerate", false).await;
    let entered = "return document.querySelector('main table').textContent.includes(arguments[0]);";
    teller.until("the reason in the audit log", entered, &[SHOWN.into()]).await;
    let report = mail.links("r").remove(0);
    inert(told, "the reader", &report, true).await;
    inert(told, "the reader", &format!("{report}/revisions"), true).await;
    told.keep(&OPAL).await;
}
