//! What a reader says of an event reaches staff, who answer it; the reader finds the answer where they said it.

use super::people::STAN;
use super::{Told, north};

const WORDS: &str = "Please call before seven, <i>not</i> after.";
const ANSWER: &str = "We call you at six.";
const REMARK: &str = "The number is on the card.";

pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let report = house.mail(north::CUSTOMER, north::KIOSK).await.links("r").remove(0);
    teller.open(&format!("{report}/feedback?event=e1")).await;
    teller.click("input[value=call]").await;
    teller.fill("#text", WORDS).await;
    teller.click("form.tell button").await;
    teller.see("You told staff on").await;

    told.enter(&STAN).await;
    teller.click_within("header nav", "Desk").await;
    teller.click_within("main", "What readers said").await;
    teller.see(WORDS).await;
    told.audit("desk, feedback").await;
    teller.click(".results li:first-child > a").await;
    teller.see("Answer to the reader").await;
    teller.see(WORDS).await;
    told.audit("desk, one feedback").await;
    teller.fill("#reply", ANSWER).await;
    teller.fill("#remark", REMARK).await;
    teller.click_within("main form", "It is handled").await;
    teller.see("It is marked as handled.").await;
    told.audit("desk, feedback handled").await;
    told.keep(&STAN).await;

    teller.forget().await;
    teller.open(&report).await;
    teller.see(ANSWER).await;
    assert!(!teller.page().await.contains(REMARK), "a remark for the record is not the reader's");
}
