//! Brands: who sets them, what is refused, and the pages and letters that carry them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::guests::Guest;
use super::house::{Answer, House};
use super::shared::furnish;
use crate::compose::{Report, Sample};
use crate::db::testing::run;
use crate::model::{BranchBrand, BranchRef, EmailAddress, LinkTarget, Role};

const COLORS: [(&str, &str); 2] = [("color", "#8A1538"), ("color_dark", "#ff9db5")];

fn north() -> BranchRef {
    "north".parse().unwrap()
}

async fn house() -> House {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    run(&house.db, "INSERT INTO branches (ref, name, digest) VALUES ('south', 'South', '')").await;
    house
}

/// A picture of that many pixels, as a browser sends it.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let drawn = image::RgbImage::from_fn(width, height, |x, _| image::Rgb([200, u8::try_from(x % 200).unwrap(), 40]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    drawn.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

impl House {
    /// Sends a form with a file.
    async fn upload(&self, guest: &Guest, branch: &str, csrf: &str, file: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in [("csrf", csrf), ("branch", branch)] {
            let part = format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = "--xyz\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"l.png\"\r\nContent-Type: image/png\r\n\r\n";
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--xyz--\r\n");
        let request = Request::post("/account/brand/logo")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz")
            .header(header::COOKIE, guest.cookies.join("; "));
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn brand(&self) -> BranchBrand {
        self.db.brand(&north()).await.unwrap().map(|kept| kept.brand).unwrap_or_default()
    }
}

#[tokio::test]
async fn a_branchs_team_sets_its_brand_sees_it_before_and_takes_it_away() {
    let house = house().await;
    let guest = house.signed_in(Role::Branch, &["north"]).await;
    let fields =
        [
            &[
                ("branch", "north"),
                ("name", "North <b>wind"),
                ("sender", "Northwind"),
                ("reply_to", "Desk@Example.com"),
            ][..],
            &COLORS,
        ]
        .concat();
    let preview = house.post(&guest, "/account/brand", &[&fields[..], &[("then", "preview")]].concat()).await;
    let page = preview.text();
    assert_eq!(preview.status, StatusCode::OK);
    for said in [
        "Nothing is saved yet",
        "North &lt;b&gt;wind",
        "/brand/8a1538-ff9db5.mail.css",
        "Northwind &lt;reports@daybreak.example&gt;",
        "desk@example.com",
        "class=\"mail-strip\"",
        "Harbor Market",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert!(!page.contains(" style=") && page.len() < 100_000);
    assert!(house.brand().await.is_empty(), "a preview keeps nothing");

    let saved = house.post(&guest, "/account/brand", &[&fields[..], &[("then", "save")]].concat()).await;
    assert_eq!(saved.header("location"), "/account/brand?branch=north&done=saved");
    let brand = house.brand().await;
    assert_eq!(brand.name.as_deref(), Some("North <b>wind"));
    assert_eq!(brand.reply_to.as_ref().map(EmailAddress::as_str), Some("desk@example.com"));
    let uploaded = house.upload(&guest, "north", &guest.csrf, &picture(1_200, 300)).await;
    assert_eq!(uploaded.header("location"), "/account/brand?branch=north&done=saved", "{}", uploaded.text());
    let logo = house.brand().await.logo.unwrap();
    assert_eq!((logo.width, logo.height), (448, 112));
    let page = house.visit(&guest, "/account/brand?branch=north&done=saved").await.text();
    assert!(page.contains(&format!("src=\"/brand/{}.png\" width=\"224\" height=\"56\"", logo.sha256)), "{page}");
    assert!(page.contains("Remove the logo") && page.contains("Remove the brand"));

    house.post(&guest, "/account/brand/logo/remove", &[("branch", "north")]).await;
    assert!(house.brand().await.logo.is_none() && house.brand().await.name.is_some());
    house.post(&guest, "/account/brand/remove", &[("branch", "north")]).await;
    assert_eq!(house.db.brand(&north()).await.unwrap(), None);
    let log = house.db.audit_after(0, 99).await.unwrap();
    let changes: Vec<_> = log.iter().map(|entry| (entry.action.as_str(), entry.object.as_str())).collect();
    let of = |action| (action, "brand:north");
    assert_eq!(changes, [of("brand.set"), of("brand.logo"), of("brand.logo"), of("brand.unset")]);
    assert!(log.iter().all(|entry| !entry.detail.contains("desk@example.com")), "the log masks addresses");
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_words_and_what_was_typed_stays() {
    let house = house().await;
    let guest = house.signed_in(Role::Branch, &["north"]).await;
    let fields = [
        ("branch", "north"),
        ("name", "Kept as typed"),
        ("sender", "bank@example.com"),
        ("reply_to", "nobody"),
        ("color", "#ffee00"),
        ("color_dark", "#30343a"),
    ];
    for (locale, said) in [
        ("en-GB", ["has a contrast of 1.2 : 1", "must not contain an @", "This is no e-mail address"]),
        ("de-DE", ["einen Kontrast von 1,2 : 1", "darf kein @ stehen", "keine E-Mail-Adresse"]),
        ("es-ES", ["un contraste de 1,2 : 1", "no puede llevar @", "no es una dirección"]),
        ("pl-PL", ["ma kontrast 1,2 : 1", "nie może zawierać", "nie jest adres e-mail"]),
    ] {
        house.post(&guest, "/me/language", &[("locale", locale)]).await;
        let refused = house.post(&guest, "/account/brand", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text();
        for said in said {
            assert!(page.contains(said), "{said} in {page}");
        }
        assert!(page.contains("value=\"Kept as typed\"") && page.matches("aria-invalid=\"true\"").count() == 4);
    }
    house.post(&guest, "/me/language", &[("locale", "en-GB")]).await;
    for (file, said) in [
        (&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], "neither a PNG nor a JPEG"),
        (&picture(2_000, 100)[..], "2000 × 100 pixels"),
        (&picture(4, 4)[..], "4 × 4 pixels are too few"),
        (&vec![0x89; (1 << 20) + 1][..], "larger than 1 MiB"),
        (&b""[..], "neither a PNG nor a JPEG"),
    ] {
        let refused = house.upload(&guest, "north", &guest.csrf, file).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        let page = refused.text();
        assert!(page.replace(['\u{a0}', ','], "").contains(&said.replace(',', "")), "{said} in {page}");
    }
    assert!(house.brand().await.is_empty());
}

#[tokio::test]
async fn nobody_else_sets_a_brand() {
    let house = house().await;
    let file = picture(64, 32);
    let owner = house.signed_in(Role::Branch, &["north"]).await;
    assert_eq!(house.upload(&owner, "north", "forged", &file).await.status, StatusCode::FORBIDDEN);
    let stranger = house.signed_in(Role::Branch, &["south"]).await;
    assert_eq!(house.visit(&stranger, "/account/brand?branch=north").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.upload(&stranger, "north", &stranger.csrf, &file).await.status, StatusCode::NOT_FOUND);
    for path in ["/account/brand", "/account/brand/logo/remove", "/account/brand/remove"] {
        let answer = house.post(&stranger, path, &[("branch", "north"), ("name", "Mine")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let customer = house.customer("dana@example.com").await;
    assert_eq!(house.visit(&customer, "/account/brand?branch=north").await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.upload(&customer, "north", &customer.csrf, &file).await.status, StatusCode::FORBIDDEN);
    assert!(house.brand().await.is_empty());
    let operations = house.signed_in(Role::Operations, &[]).await;
    assert_eq!(house.upload(&operations, "north", &operations.csrf, &file).await.status, StatusCode::SEE_OTHER);
    assert!(house.brand().await.logo.is_some());
}

#[tokio::test]
async fn the_pages_behind_a_mails_links_carry_the_brand_that_was_frozen() {
    let report = Report { brand: Some(Sample::brand().into()), ..Sample::Ordinary.report() };
    let house = House::of(report, 0).await;
    let logo = Sample::brand().logo.unwrap().sha256;
    for target in [LinkTarget::Report, LinkTarget::Incident("x0000".parse().unwrap())] {
        let page = house.get(&house.link(&target)).await.text();
        for said in [
            "Northwind &lt;Watch&gt;</title>",
            "href=\"/brand/8a1538-ff9db5.css\"",
            &format!("src=\"/brand/{logo}.png\" width=\"224\" height=\"48\" alt=\"Northwind &lt;Watch&gt;\""),
            "a mail of Northwind &lt;Watch&gt;",
        ] {
            assert!(page.contains(said), "{said} in {page}");
        }
    }
    let style = house.get("/brand/8a1538-ff9db5.css").await;
    assert_eq!((style.status, style.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
    assert!(style.text().contains("--brand: #8a1538;") && style.header("cache-control").contains("immutable"));
    for none in ["/brand/ffee00-ff9db5.css", "/brand/x.png", &format!("/brand/{logo}.png"), "/brand/../etc"] {
        assert_eq!(house.get(none).await.status, StatusCode::NOT_FOUND, "{none}");
    }
    // Unbranded ones do not.
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let page = house.get(&house.link(&LinkTarget::Report)).await.text();
    assert!(!page.contains("/brand/") && page.contains("a mail of Daybreak"));
}

#[tokio::test]
async fn a_letter_about_a_branchs_incident_is_the_branchs() {
    let house = house().await;
    let guest = house.signed_in(Role::Branch, &["north"]).await;
    let fields =
        [&[("branch", "north"), ("name", "Northwind"), ("reply_to", "desk@example.com")][..], &COLORS].concat();
    house.post(&guest, "/account/brand", &fields).await;
    house.upload(&guest, "north", &guest.csrf, &picture(1_200, 300)).await;
    let logo = house.brand().await.logo.unwrap();
    let served = house.get(&format!("/brand/{}.png", logo.sha256)).await;
    assert_eq!((served.status, served.header("content-type")), (StatusCode::OK, "image/png"));
    assert!(served.body.starts_with(b"\x89PNG"));
    house.share(0, "zoe@example.com", &[]).await;
    let letter = house.db.letters_to("zoe@example.com", 1).await.unwrap().remove(0);
    assert_eq!(
        (letter.from_name.as_deref(), letter.reply_to.as_deref()),
        (Some("Northwind"), Some("desk@example.com"))
    );
    assert!(letter.html.contains(&format!("/brand/{}.png", logo.sha256)) && letter.html.contains("#8a1538"));
    assert!(letter.text.contains("Northwind") && !letter.text.contains("Daybreak"), "{}", letter.text);
}
