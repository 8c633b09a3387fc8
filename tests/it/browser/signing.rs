//! Signing in: by letter with link and code, by password and authenticator app, in and out, sessions looked at and ended;
//! and that what is wrong is said in a sentence.

use super::people::{ANNA, PASSWORD, STAN, one_time_password};
use super::{Look, Told, wire};

pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    by_letter(told).await;
    unknown_addresses(told).await;

    told.enter(&STAN).await;
    told.audit("you").await;
    let (secret, spares) = app_set_up(told).await;
    teller.click_within("header nav", "Sign out").await;
    teller.see("You have signed out").await;
    told.audit("signed out").await;
    assert_eq!(wire::ask("GET", &house.address("/desk"), &[&teller.jar(&house.base).await.header()]).await.status, 303);

    told.by_password(STAN.address, "not this one at all").await;
    teller.see("Address and password do not belong together").await;
    told.refused(422).await;
    told.audit("sign in, wrong password").await;
    told.by_password(STAN.address, PASSWORD).await;
    teller.see("Type the code that your authenticator app shows now").await;
    told.audit("sign in, second step").await;
    let right = one_time_password(&secret, 1);
    let wrong = if right == "000000" { "111111" } else { "000000" };
    teller.fill("#code", wrong).await;
    teller.click_within("main", "Sign in").await;
    teller.see("This code is not right, or was used already").await;
    told.refused(422).await;
    told.audit("sign in, wrong code").await;
    teller.fill("#code", &right).await;
    teller.click_within("main", "Sign in").await;
    teller.see("Sign out").await;

    sessions(told, &spares[0]).await;
    // A recovery code stands in for the phone, once.
    teller.open(&house.address("/me")).await;
    teller.fill("#code", &spares[0]).await;
    teller.click_within("main", "Switch it off").await;
    teller.see("This code is not right").await;
    told.refused(422).await;
    teller.fill("#code", &spares[1]).await;
    teller.click_within("main", "Switch it off").await;
    teller.see("A second step after the password").await;
    told.keep(&STAN).await;
}

/// The letter's link opens a page with a button; a program that looks signs nobody in. Its code does the same.
async fn by_letter(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.forget().await;
    teller.open(&house.address("/locations?q=kiosk")).await;
    teller.arrive("/sign-in?next=").await;
    told.audit("sign in").await;
    let letter = told.ask_letter(ANNA.address).await;
    told.audit("sign in, code").await;
    let code: String = letter
        .text
        .split_whitespace()
        .collect::<Vec<_>>()
        .windows(2)
        .find_map(|pair| {
            let digits = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
            (digits(pair[0]) && digits(pair[1])).then(|| pair.concat())
        })
        .expect("a code of six digits in the letter");
    teller.fill("#code", if code == "123456" { "654321" } else { "123456" }).await;
    teller.click_within("main", "Sign in").await;
    teller.see("This code is not right, or no longer works").await;
    told.refused(422).await;
    teller.fill("#code", &code).await;
    teller.click_within("main", "Sign in").await;
    teller.arrive("/locations?q=kiosk").await;
    teller.click_within("header nav", "Sign out").await;
    teller.see("You have signed out").await;

    let letter = told.ask_letter(ANNA.address).await;
    let link = letter.links("sign-in").remove(0);
    for _ in 0..10 {
        assert_eq!(wire::ask("GET", &link, &[]).await.status, 200, "a scanner uses nothing up");
        assert_eq!(wire::ask("HEAD", &link, &[]).await.status, 200);
    }
    told.click_in_mail(&letter, "sign-in").await;
    teller.see("You are about to sign in as").await;
    assert_eq!(teller.count("header nav").await, 0, "looking at it is not signing in");
    told.audit("sign in, the letter's link").await;
    teller.click_within("main", "Sign in").await;
    teller.arrive("/locations").await;
    told.keep(&ANNA).await;
    teller.open(&link).await;
    teller.see("Sign out").await;
    teller.forget().await;
    teller.open(&link).await;
    teller.see("This link has been used or has expired").await;
    told.refused(410).await;
}

/// Nobody learns from the page who is known here.
async fn unknown_addresses(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.forget().await;
    teller.open(&house.address("/sign-in")).await;
    teller.fill("#address", "nobody@nowhere.example.com").await;
    teller.click_within("main", "Send me a link").await;
    teller.see("If this address is known here, a mail is on its way").await;
    assert!(house.mails("nobody@nowhere.example.com", "").is_empty());
}

/// Sets the authenticator app up; returns its secret and two of the recovery codes.
async fn app_set_up(told: &Told) -> (String, [String; 2]) {
    let teller = &told.teller;
    teller.click_within("main", "Set it up").await;
    teller.see("Scan this with your authenticator app").await;
    told.audit("authenticator app").await;
    let secret = teller.text(".steps .password").await;
    let uri = teller.script("return document.querySelector('.steps a[href^=otpauth]').href;", &[]).await;
    assert!(uri.as_str().unwrap().contains(&secret.replace(' ', "")), "{uri}");
    teller.fill("#code", &one_time_password(&secret, 0)).await;
    teller.click_within("main", "Switch it on").await;
    teller.see("Your recovery codes").await;
    assert_eq!(teller.count(".spares li").await, 10);
    told.audit("recovery codes").await;
    let spares = [teller.text(".spares li").await, teller.text(".spares li:nth-child(2)").await];
    teller.click_within("main", "I have kept them").await;
    teller.see("10 recovery codes are left").await;
    (secret, spares)
}

/// Another browser of the same person, let in by a recovery code, is seen and ended; this one goes on.
async fn sessions(told: &Told, spare: &str) {
    let (house, teller) = (&told.house, &told.teller);
    let this = teller.jar(&house.base).await;
    teller.forget().await;
    teller.open(&house.address("/sign-in")).await;
    told.by_password(STAN.address, PASSWORD).await;
    teller.see("Type the code that your authenticator app shows now").await;
    teller.fill("#code", spare).await;
    teller.click_within("main", "Sign in").await;
    teller.see("Sign out").await;
    let other = teller.jar(&house.base).await.header();
    let me = house.address("/me");
    assert_eq!(wire::ask("GET", &me, &[&other]).await.status, 200);

    teller.forget().await;
    teller.bring(&this).await;
    teller.open(&me).await;
    teller.see("this browser").await;
    assert_eq!(teller.count("main table tbody tr").await, 2, "both browsers are seen");
    told.audit("you, with two sessions").await;
    in_the_dark(told).await;
    teller.click_within("main tbody", "End").await;
    teller.until("one is left", "return document.querySelectorAll('main table tbody tr').length === 1;", &[]).await;
    teller.see("this browser").await;
    assert_eq!(wire::ask("GET", &me, &[&other]).await.status, 303, "the other one is out at once");
}

/// By night the pages are dark.
async fn in_the_dark(told: &Told) {
    let teller = &told.teller;
    let ground = "return getComputedStyle(document.body).backgroundColor;";
    let light = teller.script(ground, &[]).await;
    teller.look(Look::Dark).await;
    let dark = teller.script(ground, &[]).await;
    teller.look(Look::Light).await;
    assert_ne!(light, dark);
}
