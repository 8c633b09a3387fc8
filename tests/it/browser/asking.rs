//! Who was not given an incident asks for it: the owner gets a mail and grants or declines by one button, and the asker
//! hears of it, and gets in or not.

use super::people::{ANNA, STAN};
use super::{Told, north};

const COLLEAGUE: &str = "colleague@pier-office.example.com";
const CURIOUS: &str = "curious@elsewhere.example.com";

pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let incident = format!("/incidents/{}", north::INCIDENTS[1]);
    ask(told, &incident, COLLEAGUE, "Karl Pier").await;
    let asked = house.mail(ANNA.address, "Karl Pier asks for access").await;
    told.click_in_mail(&asked, "d").await;
    teller.see("Nothing happens until you press a button").await;
    teller.see(COLLEAGUE).await;
    told.audit("request, to be decided").await;
    teller.choose("main select", "1").await;
    teller.click_within("main", "Grant").await;
    teller.see("Access was granted").await;
    assert_eq!(teller.count("main button").await, 0, "it is answered once");
    told.audit("request, granted").await;

    teller.forget().await;
    let granted = house.mail(COLLEAGUE, "You now have access").await;
    told.click_in_mail(&granted, "s").await;
    teller.see("lower pane is cracked").await;
    assert_eq!(teller.count("article.event").await, 1);
    teller.click("article.event details.clip > summary").await;
    told.plays("details.clip[open]").await;

    // Another one is declined, by a signed-in owner on the list of requests.
    ask(told, &incident, CURIOUS, "Curious <i>Cat</i>").await;
    told.enter(&ANNA).await;
    teller.click_within("header nav", "Requests").await;
    teller.see("Curious <i>Cat</i>").await;
    told.audit("requests").await;
    teller.click_within("article.event", "Decline").await;
    teller.see("The request was declined").await;
    told.keep(&ANNA).await;
    let declined = house.mail(CURIOUS, "Your request for access").await;
    assert!(declined.text.contains("declined"), "{}", declined.text);
    assert!(declined.links("s").is_empty(), "nothing to open");

    elsewhere(told, &incident).await;
}

/// A link that somebody passed on leads to the sign-in, and from there to the question.
async fn ask(told: &Told, incident: &str, address: &str, name: &str) {
    let (house, teller) = (&told.house, &told.teller);
    teller.forget().await;
    teller.open(&house.address(incident)).await;
    teller.arrive("/sign-in").await;
    teller.click_within("main", "Request access").await;
    teller.arrive("/request").await;
    if address == COLLEAGUE {
        told.audit("request access").await;
    }
    teller.fill("#address", address).await;
    teller.fill("#name", name).await;
    teller.fill("#note", "I have to repair it.").await;
    teller.click_within("main form", "Request access").await;
    teller.see("Access was requested").await;
    if address == COLLEAGUE {
        told.audit("access requested").await;
    }
}

/// The same page answers for what does not exist, and nobody is written to.
async fn elsewhere(told: &Told, incident: &str) {
    let (house, teller) = (&told.house, &told.teller);
    let before = house.mails(ANNA.address, "asks for access").len();
    teller.forget().await;
    teller.open(&house.address("/incidents/no-such-incident/request")).await;
    teller.fill("#address", CURIOUS).await;
    teller.fill("#name", "Curious").await;
    teller.click_within("main form", "Request access").await;
    teller.see("Access was requested").await;
    assert_eq!(house.mails(ANNA.address, "asks for access").len(), before);
    // Staff see every request, and what became of it.
    told.enter(&STAN).await;
    teller.open(&house.address("/requests")).await;
    teller.see("Karl Pier").await;
    teller.see("granted").await;
    told.audit("requests, of staff").await;
    teller.open(&house.address(incident)).await;
    teller.see("lower pane is cracked").await;
    told.audit("incident, of staff").await;
    told.keep(&STAN).await;
}
