//! The portal in four languages, and without a mouse.

use super::people::{ANNA, kiosk};
use super::{Look, Told, north};

/// Each language's tag, and how its navigation begins.
const TONGUES: [(&str, &str); 4] =
    [("de-DE", "Standorte"), ("es-ES", "Establecimientos"), ("pl-PL", "Obiekty"), ("en-GB", "Locations")];

/// One person reads it in each, on pages with long words and narrow columns.
pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    told.enter(&ANNA).await;
    for (tag, locations) in TONGUES {
        teller.open(&house.address("/me")).await;
        teller.fill("#locale", tag).await;
        teller.click("form[action=\"/me/language\"] button").await;
        teller.click_within("header nav", locations).await;
        teller.arrive("/locations").await;
        let lang = teller.script("return document.documentElement.lang;", &[]).await;
        assert!(lang.as_str().unwrap().starts_with(&tag[..2]), "{lang}");
        if tag == "en-GB" {
            break;
        }
        for (name, path) in [
            ("locations", "/locations".to_owned()),
            ("recent incidents", kiosk()),
            ("incident", format!("{}/incidents/{}", kiosk(), north::INCIDENTS[0])),
            ("share, form", format!("/incidents/{}/share", north::INCIDENTS[0])),
            ("share, form of a list", format!("{}/share?tab=all", kiosk())),
            ("account", "/account/contacts".to_owned()),
            ("whitelist", format!("/whitelist?location={}", north::KIOSKS[0])),
        ] {
            teller.open(&house.address(&path)).await;
            told.audit_in(&format!("{tag}, {name}"), &[Look::Phone]).await;
        }
    }
    told.keep(&ANNA).await;
}

/// From the list of locations to a share, with Tab, space, Enter and letters.
pub(super) async fn by_keyboard(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    told.enter(&ANNA).await;
    teller.open(&house.address("/locations")).await;
    teller.press("Tab").await;
    let skip = "const one = document.activeElement; const box = one.getBoundingClientRect(); \
        return one.matches('.skip') && box.left >= 0 && box.width > 40;";
    assert_eq!(teller.script(skip, &[]).await, true, "the first stop is the way past the navigation, and is seen");
    teller.press("Enter").await;
    tab_to(told, &format!("#list tbody a[href$=\"{}\"]", north::KIOSKS[0])).await;
    teller.press("Enter").await;
    teller.see("4 incidents").await;
    tab_to(told, &format!("input[name=incident][value=\"{}\"]", north::INCIDENTS[1])).await;
    let ring = "const style = getComputedStyle(document.activeElement); \
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;";
    assert_eq!(teller.script(ring, &[]).await, true, "one sees where one is");
    teller.press("Space").await;
    tab_to(told, "button[formaction$=\"/share\"]").await;
    teller.press("Enter").await;
    teller.see("Each person gets a mail with a link of their own").await;
    assert_eq!(teller.count("input[name=incident]:checked").await, 1);
    tab_to(told, "#addresses").await;
    teller.press("pier.master@harbour.example.com").await;
    tab_to(told, "main form.share-form button").await;
    teller.press("Enter").await;
    teller.see("pier.master@harbour.example.com").await;
    teller.arrive("/shares/").await;
    house.mail("pier.master@harbour.example.com", north::KIOSK).await;
    // And out again.
    told.keep(&ANNA).await;
}

/// Presses Tab until the focus is there.
async fn tab_to(told: &Told, css: &str) {
    for _ in 0..120 {
        told.teller.press("Tab").await;
        let there = "return document.activeElement?.matches(arguments[0]) ?? false;";
        if told.teller.script(there, &[css.into()]).await == true {
            return;
        }
    }
    panic!("Tab does not come to {css}");
}
