//! The reader's way from the mail to what happened: the incident's page, its clips by mouse and by keyboard, the clip of
//! an interaction; and on the wire, that the footage comes in ranges.

use super::people::OPAL;
use super::{Look, Told, north, wire};

pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let mail = house.mail(north::CUSTOMER, north::KIOSK).await;
    told.click_in_mail(&mail, "i").await;
    teller.see("Three packs of coffee went into a blue bag").await;
    teller.see("Skyr, blueberry").await;
    assert_eq!(teller.count("tr.unpaid").await, 2, "the unpaid line and the sum of them are marked");
    told.audit("incident, of last night").await;

    by_mouse(told).await;
    by_keyboard(told).await;
    on_a_phone(told).await;
    in_ranges(told, &mail.links("i")[0]).await;

    // An interaction's own link leads to its footage, and to nothing else.
    let link = mail.links("c").into_iter().next().expect("a link to an interaction's clip");
    teller.open(&link).await;
    let moves = "const video = document.querySelector('video'); return video && video.currentTime > 0.3;";
    teller.until("the interaction's clip plays", moves, &[]).await;
    let gone = teller.address().await;
    assert!(gone.query().is_some_and(|query| query.contains("X-Amz-Expires")), "presigned: {gone}");

    // The report's link opens the whole night at the event.
    told.click_in_mail(&mail, "r").await;
    teller.see("Two crates of milk").await;
    told.audit("report, of last night").await;
    seen_by_operations(told).await;
}

/// One recording at a time, and it goes on from where one jumps to.
async fn by_mouse(told: &Told) {
    let teller = &told.teller;
    assert_eq!(teller.count("details.clip").await, 2);
    teller.click("details.clip:nth-of-type(1) > summary").await;
    let first = "const one = document.querySelectorAll('details.clip video')[0]; return one.currentTime > 0.3;";
    teller.until("the first clip plays", first, &[]).await;
    let jump = "const one = document.querySelectorAll('details.clip video')[0]; one.currentTime = 5; \
        return one.seekable.length > 0 && one.seekable.end(0) > 5;";
    teller.until("one can jump in it", jump, &[]).await;
    let there = "return document.querySelectorAll('details.clip video')[0].currentTime >= 5;";
    teller.until("it is there", there, &[]).await;
    // The second one that is opened stops the first.
    let open =
        "[...document.querySelectorAll('details.clip')][1].querySelector('summary').setAttribute('data-second', '');";
    teller.script(open, &[]).await;
    teller.click("[data-second]").await;
    let alone = "const [one, two] = document.querySelectorAll('details.clip video'); \
        return two.currentTime > 0.3 && one.paused;";
    teller.until("the second plays and the first is silent", alone, &[]).await;
}

/// Tab to the recording, Enter opens it, space stops it and starts it again.
async fn by_keyboard(told: &Told) {
    let teller = &told.teller;
    teller.script("location.reload();", &[]).await;
    teller
        .until("the page is there anew", "return document.querySelector('details.clip:not([open])') !== null;", &[])
        .await;
    let here = "return document.activeElement?.closest('details.clip') !== null && \
        ['SUMMARY', 'VIDEO'].includes(document.activeElement.tagName) && document.activeElement.tagName;";
    let mut stop = String::new();
    for _ in 0..40 {
        teller.press("Tab").await;
        let found = teller.script(here, &[]).await;
        if let Some(found) = found.as_str() {
            found.clone_into(&mut stop);
            break;
        }
    }
    assert_eq!(stop, "SUMMARY", "one comes to the recording by Tab");
    teller.press("Enter").await;
    let plays = "return document.querySelector('details.clip[open] video')?.currentTime > 0.3;";
    teller.until("Enter opens the clip, and it plays", plays, &[]).await;
    teller.press("Tab").await;
    assert_eq!(teller.script(here, &[]).await, "VIDEO", "the next stop is the player");
    teller.press("Space").await;
    teller.until("space stops it", "return document.activeElement.paused;", &[]).await;
    teller.press("Space").await;
    teller.until("space starts it again", "return !document.activeElement.paused;", &[]).await;
    teller.script("document.activeElement.pause();", &[]).await;
}

/// The same on a phone: within the window's width, and large enough for a thumb.
async fn on_a_phone(told: &Told) {
    let teller = &told.teller;
    teller.look(Look::Phone).await;
    let fits = "const box = document.querySelector('details.clip[open] video').getBoundingClientRect(); \
        return box.width > 250 && box.right <= 390;";
    teller.until("the player fits", fits, &[]).await;
    let small = "return [...document.querySelectorAll('main .button, main button, main summary')].filter(one => \
        one.checkVisibility() && one.getBoundingClientRect().height < 32).map(one => one.innerText);";
    assert_eq!(teller.script(small, &[]).await, serde_json::json!([]), "everything is large enough for a thumb");
    teller.look(Look::Light).await;
}

/// A player asks for pieces: the link leads on, and the archive answers with 206 and the piece.
async fn in_ranges(told: &Told, incident: &str) {
    let source = "return document.querySelector('details.clip video').getAttribute('src').split('#')[0];";
    let source = told.teller.script(source, &[]).await;
    let address = told.house.address(source.as_str().unwrap());
    assert!(address.starts_with(&told.house.base), "{address} is a page of {incident}");
    let led = wire::ask("GET", &address, &["Range: bytes=100-199"]).await;
    assert!((301..=307).contains(&led.status), "{address}: {}", led.status);
    let piece = wire::ask("GET", led.header("location"), &["Range: bytes=100-199"]).await;
    assert_eq!((piece.status, piece.body.len()), (206, 100));
    assert!(piece.header("content-range").starts_with("bytes 100-199/"), "{}", piece.header("content-range"));
    assert_eq!(piece.header("content-type"), "video/mp4");
}

/// The access log tells who looked and played.
async fn seen_by_operations(told: &Told) {
    told.enter(&OPAL).await;
    told.teller.open(&told.house.address(&format!("{}/access", super::people::kiosk()))).await;
    told.teller.see(north::CUSTOMER).await;
    let clips = "return [...document.querySelectorAll('table.log tbody tr')].filter(row => \
        row.innerText.includes(arguments[0]) && /Clip/.test(row.innerText)).length;";
    told.teller.until("the access log knows of the clips", clips, &[north::CUSTOMER.into()]).await;
}
