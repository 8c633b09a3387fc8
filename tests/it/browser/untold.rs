//! Pages that no other story comes by: a revision on its way and one that failed, a fresh link asked for, the proof that a
//! guest's address is theirs, and an incident that was not given.

use daybreak::clock::Clock;
use daybreak::db::deliveries::DeliveryFilter;
use daybreak::db::links;
use daybreak::db::reports::{self, ReportRow};
use daybreak::db::runs::{self, Run};
use daybreak::model::{LocationRef, NightDate, Trigger};

use super::people::{ANNA, STAN};
use super::{Told, north};

const GUEST: &str = "witness@police.example.com";

pub(super) async fn story(told: &Told) {
    waiting(told).await;
    asked(told).await;
    proved(told).await;
    not_given(told).await;
    elsewhere(told).await;
}

/// A recording that can only be viewed outside has a page that says where, and with which password.
async fn elsewhere(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.forget().await;
    let mail = house.mail(north::CUSTOMER, north::KIOSK).await;
    for link in mail.links("i") {
        teller.open(&link).await;
        if teller.page().await.contains("Somebody slept behind the counter") {
            teller.open(&format!("{link}/clip/0")).await;
            teller.see("herring-7").await;
            assert_eq!(teller.count("main a[href=\"https://footage.example.com/kh-3\"]").await, 1);
            told.audit("footage elsewhere").await;
            return;
        }
    }
    panic!("the incident whose recording is elsewhere has a link in the mail");
}

/// A revision that is planned says so and comes by itself; one that failed says why.
async fn waiting(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let now = Clock::System.now();
    let (site, night): (LocationRef, NightDate) = ("kiosk-new".parse().unwrap(), NightDate::new(north::last_night()));
    let run = Run::begun("by-hand".parse().unwrap(), Trigger::Manual, now, String::new(), now);
    let row = ReportRow::planned(run.id, site, night, 1, now);
    let rows = house.rows().await;
    let mut tx = rows.begin().await.unwrap();
    runs::insert(&mut tx, &run).await.unwrap();
    reports::plan(&mut tx, std::slice::from_ref(&row)).await.unwrap();
    tx.commit().await.unwrap();
    told.enter(&STAN).await;
    teller.open(&house.address(&format!("/desk/reports/{}", row.id))).await;
    teller.see("Brand-new Kiosk").await;
    assert_eq!(teller.count("main progress").await, 1);
    told.audit("desk, revision on its way").await;
    let mut tx = rows.begin().await.unwrap();
    assert!(reports::fail(&mut tx, row.id, "the archive <does> not answer").await.unwrap());
    tx.commit().await.unwrap();
    rows.close().await;
    // The page hears of it by itself.
    teller.see("the archive <does> not answer").await;
    told.audit("desk, revision that failed").await;
    told.keep(&STAN).await;
}

/// A link that was withdrawn opens nothing, and a new one can be asked for.
async fn asked(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.forget().await;
    let mail = house.outbox().into_iter().find(|mail| mail.to.contains("spaeti")).expect("a mail of the Späti");
    let rows = house.rows().await;
    let filter = DeliveryFilter { email: Some(mail.to.clone()), limit: 1, ..DeliveryFilter::default() };
    let delivery = rows.deliveries(&filter).await.unwrap().remove(0).delivery.id;
    let mut tx = rows.begin().await.unwrap();
    assert!(links::revoke(&mut tx, delivery, Clock::System.now()).await.unwrap() > 0);
    tx.commit().await.unwrap();
    rows.close().await;
    teller.open(&mail.links("r")[0]).await;
    told.refused(410).await;
    told.audit("link, withdrawn").await;
    teller.click("form[action^=\"/new-link/\"] button").await;
    teller.arrive("/new-link/").await;
    assert_eq!(teller.count("main form").await, 0, "it is asked for once");
    told.audit("new link, asked for").await;
    teller.open(&mail.links("r")[0]).await;
    told.refused(410).await;
    assert_eq!(teller.count("main form").await, 0, "and the page knows of it");
    told.audit("link, withdrawn and asked for").await;
}

/// Where an account wants it, the holder of a shared link shows that the address is theirs.
async fn proved(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    told.enter(&ANNA).await;
    teller.open(&house.address(&format!("/incidents/{}/share", north::INCIDENTS[1]))).await;
    teller.fill("#addresses", GUEST).await;
    teller.click_within("main form", "Share").await;
    teller.arrive("/shares/").await;
    prove(told, true).await;
    told.keep(&ANNA).await;
    teller.forget().await;
    let letter = house.mail(GUEST, north::KIOSK).await;
    let link = letter.links("s").remove(0);
    teller.open(&link).await;
    told.refused(403).await;
    assert_eq!(teller.count("article.event").await, 0, "nothing is told before the address is proved");
    told.audit("share, to be proved").await;
    let before = house.mails(GUEST, "Your sign-in").len();
    teller.fill("#address", GUEST).await;
    teller.click("main form.share-form button").await;
    let sign_in = house.mail_after(GUEST, "Your sign-in", before).await;
    told.click_in_mail(&sign_in, "sign-in").await;
    teller.click_within("main", "Sign in").await;
    teller.see("lower pane is cracked").await;
    told.audit("share, proved").await;
    told.enter(&ANNA).await;
    prove(told, false).await;
    told.keep(&ANNA).await;
}

/// Sets or takes away the account's wish.
async fn prove(told: &Told, wanted: bool) {
    let teller = &told.teller;
    teller.open(&told.house.address("/account/domains")).await;
    assert_eq!(teller.count("#prove:checked").await == 1, !wanted);
    teller.click("label[for=prove]").await;
    teller.click("form[action=\"/account/domains/proof\"] button").await;
    let set = "return document.readyState === 'complete' && (document.querySelector('#prove')?.checked) === arguments[0] \
        && location.search !== '';";
    teller.until("the account's wish is kept", set, &[wanted.into()]).await;
}

/// An incident that is somebody else's is not there, and can be asked for.
async fn not_given(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    told.enter(&ANNA).await;
    teller.open(&house.address("/incidents/lks-x-none")).await;
    told.refused(404).await;
    teller.click_within("main", "Request access").await;
    teller.arrive("/request").await;
    teller.open(&house.address("/incidents/lks-x-none")).await;
    told.refused(404).await;
    told.audit("incident, not given").await;
    told.keep(&ANNA).await;
}
