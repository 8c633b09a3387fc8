//! A branch user shows incidents to others: two addresses, a note, an end; one of them looks and plays, the sharer sees
//! it and withdraws the link, and five seconds later it is dead in every process. And incidents of several nights, ticked
//! in one list or all that it shows, go by one letter to one page.

use std::time::{Duration, Instant};

use super::people::{ANNA, kiosk};
use super::{Told, north, wire};

/// With whom Anna shares.
const GUESTS: [&str; 2] = ["inspector@police.example.com", "claims@insurer.example.com"];
const NOTE: &str = "Please look at the blue bag.\nThe till's clock is two minutes slow.";

pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    told.enter(&ANNA).await;
    teller.click_within("header nav", "Locations").await;
    teller.arrive("/locations").await;
    teller.fill("#q", "harbour").await;
    teller.click_within("main", "Show").await;
    teller.arrive("q=harbour").await;
    teller.click_within("#list", north::KIOSK).await;
    teller.see("4 incidents").await;
    teller.click(&format!("#list tbody a[href$=\"{}\"]", north::INCIDENTS[0])).await;
    teller.see("Three packs of coffee").await;
    teller.click_within("main .crumbs", north::KIOSK).await;
    for incident in &north::INCIDENTS[..2] {
        teller.click(&format!("#list tr:has(a[href$=\"{incident}\"]) .pick label")).await;
    }
    teller.click_within("#list", "Share the selection").await;
    teller.see("Each person gets a mail with a link of their own").await;
    assert_eq!(teller.count("input[name=incident]:checked").await, 2, "what was ticked is chosen");
    assert_eq!(teller.count("input[name=incident]").await, 4, "and the night's others can be");
    told.audit("share, form").await;

    refusals(told).await;
    teller.fill("#addresses", &GUESTS.join("\n")).await;
    teller.fill("#note", NOTE).await;
    teller.choose("#days", "7").await;
    teller.click_within("main", "They may comment").await;
    teller.click_within("main form", "Share").await;
    teller.arrive("/shares/").await;
    teller.see("0 of 2 have looked").await;
    let sent = teller.address().await;
    told.audit("shared").await;
    teller.click_within("header nav", "Shares").await;
    teller.see(north::KIOSK).await;
    told.audit("shares").await;
    told.keep(&ANNA).await;

    let links = guest(told).await;
    told.enter(&ANNA).await;
    teller.open(sent.as_str()).await;
    teller.see("1 of 2 have looked").await;
    let second = house.second_portal().await;
    assert_eq!(wire::ask("GET", &links[0].replace(&house.base, &second.base), &[]).await.status, 200);
    let row = format!("tr:has(th:nth-child(1)) button[aria-label$=\"{}\"][value=revoke]", GUESTS[0]);
    teller.click(&row).await;
    teller.see("withdrawn").await;
    let withdrawn = Instant::now();
    for base in [&house.base, &second.base] {
        assert_eq!(wire::ask("GET", &links[0].replace(&house.base, base), &[]).await.status, 410);
    }
    assert!(withdrawn.elapsed() < Duration::from_secs(5), "dead in every process within five seconds");
    told.audit("shared, one link withdrawn").await;
    told.keep(&ANNA).await;

    // The other portal knows it, too; the other guest's link works on.
    teller.forget().await;
    for base in [&house.base, &second.base] {
        teller.open(&links[0].replace(&house.base, base)).await;
        teller.see("This link has been withdrawn").await;
        told.refused(410).await;
        assert_eq!(teller.count("article.event").await, 0, "nothing is shown any more");
    }
    told.audit("share, withdrawn").await;
    teller.open(&links[1].replace(&house.base, &second.base)).await;
    teller.see("Three packs of coffee").await;
    // The second process ends here: nothing must be asked of it any more.
    teller.forget().await;
}

/// What the form does not take, it says, and keeps what was typed.
async fn refusals(told: &Told) {
    let teller = &told.teller;
    teller.fill("#addresses", "not-an-address, inspector@police.example.com").await;
    teller.click_within("main form", "Share").await;
    teller.see("Not an address: not-an-address").await;
    let kept = teller.script("return document.querySelector('#addresses').value;", &[]).await;
    assert!(kept.as_str().unwrap().contains("inspector@police.example.com"), "{kept}");
    told.audit("share, form with a fault").await;
}

/// A guest with a browser of their own: from the letter to the clip. Returns both guests' links.
async fn guest(told: &Told) -> [String; 2] {
    let (house, teller) = (&told.house, &told.teller);
    teller.forget().await;
    let letter = house.mail(GUESTS[0], north::KIOSK).await;
    assert!(letter.subject.contains("2 incidents"), "{}", letter.subject);
    assert!(letter.text.contains("blue bag"), "the note is in the letter: {}", letter.text);
    let link = letter.links("s").remove(0);
    // What a mail scanner does with it says nothing to the sharer.
    for method in ["HEAD", "GET"] {
        let looked = wire::ask(method, &link, &["User-Agent: Mimecast link scanner"]).await;
        assert_eq!(looked.status, 200, "{method}");
    }
    letter.lies().await;
    told.click_in_mail(&letter, "s").await;
    teller.see("Please look at the blue bag.").await;
    teller.see("The door's lower pane is cracked.").await;
    assert_eq!(teller.count("article.event").await, 2, "exactly what was shared");
    let page = teller.page().await;
    for other in ["Somebody slept behind the counter", "A sandwich was not scanned", "An earlier one", "Two crates"] {
        assert!(!page.contains(other), "{other:?} was not shared");
    }
    assert_eq!(teller.count("header nav a").await, 0, "a guest is not led to where they may not go");
    teller.click("article.event details.clip > summary").await;
    told.plays("details.clip[open]").await;
    teller.fill("#text1", "We know this bag. <b>Case 4711</b>").await;
    teller.click_within("main", "Comment").await;
    teller.see("We know this bag. <b>Case 4711</b>").await;
    told.audit("share, open").await;
    let other = house.mail(GUESTS[1], north::KIOSK).await.links("s").remove(0);
    assert_ne!(link, other, "each has a link of their own");
    [link, other]
}

/// Who gets incidents of two nights.
const AUDITOR: &str = "auditor@northside.example.com";

/// Two nights by one share: each with its date, its photo and its recording, and one goes when the link does.
pub(super) async fn nights(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    told.enter(&ANNA).await;
    whole_list(told).await;
    teller.open(&house.address(&format!("{}/incidents", kiosk()))).await;
    for incident in [north::INCIDENTS[0], north::OLD] {
        teller.click(&format!("#list tr:has(a[href$=\"{incident}\"]) .pick label")).await;
    }
    teller.click_within("#list", "Share the selection").await;
    teller.see("Each person gets a mail with a link of their own").await;
    assert_eq!(teller.count("input[name=incident]:checked").await, 2, "what was ticked is chosen, whatever its night");
    assert_eq!(teller.count("main .by-night fieldset").await, 2, "night by night");
    told.audit("share, form of two nights").await;
    teller.fill("#addresses", AUDITOR).await;
    teller.click_within("main form", "Share").await;
    teller.arrive("/shares/").await;
    let sent = teller.address().await;
    assert_eq!(teller.count("main section h3").await, 2);
    told.audit("shared, two nights").await;
    told.keep(&ANNA).await;

    teller.forget().await;
    let letter = house.mail(AUDITOR, north::KIOSK).await;
    let heading = letter.text.lines().find(|line| line.contains("2 incidents at")).unwrap_or_default();
    assert!(heading.contains(" to "), "from when until when: {heading}");
    letter.lies().await;
    told.click_in_mail(&letter, "s").await;
    teller.see("Three packs of coffee").await;
    teller.see("An earlier one, number 0.").await;
    assert_eq!(teller.count("section.part > h2").await, 2);
    assert_eq!(teller.count("nav.ways a").await, 2);
    told.audit("share, open, two nights").await;
    for number in 1..=2 {
        teller.click(&format!("#e{number} details.clip > summary")).await;
        told.plays(&format!("#e{number} details.clip[open]")).await;
    }
    told.enter(&ANNA).await;
    teller.open(sent.as_str()).await;
    teller.see("The recipient has looked").await;
    teller.click_within("main", "Withdraw all links").await;
    teller.see("withdrawn").await;
    told.keep(&ANNA).await;
    let link = letter.links("s").remove(0);
    assert_eq!(wire::ask("GET", &link, &[]).await.status, 410);
}

/// All that a list shows is chosen by one button.
async fn whole_list(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let all = u64::try_from(north::EARLIER + north::INCIDENTS.len()).unwrap();
    teller.open(&house.address(&format!("{}/incidents?sort=oldest", kiosk()))).await;
    teller.click_within("#list", &format!("Share all {all} in the list")).await;
    teller.arrive("/share?tab=all").await;
    assert_eq!(teller.count("input[name=incident]:checked").await, all, "those of the second page, too");
    told.audit("share, form of a whole list").await;
    teller.click_within("main form", "Back").await;
    teller.arrive("/incidents?sort=oldest").await;
    teller.click_within("#list", "Share the selection").await;
    teller.see("Select at least one incident to share").await;
    told.audit("all incidents, nothing selected").await;
}
