//! Who tries too often, from where; and what of it stands in the log.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};

use super::guests::Guest;
use super::house::{Answer, House};
use super::shared::furnish;
use crate::audit;
use crate::compose::Sample;
use crate::db::audit::Wanted;
use crate::db::testing::run;
use crate::db::users::secrets;
use crate::model::{LinkTarget, Role};

const PROXY: &str = "[portal]\nbehind_proxies = 1\n";

async fn house() -> House {
    let house = House::with(Sample::Ordinary.report(), 0, PROXY).await;
    furnish(&house).await;
    house
}

/// A request from a network address.
async fn from(house: &House, address: &str, method: Method, path: &str, form: &[(&str, &str)]) -> Answer {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-forwarded-for", address)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    house.send(request.body(Body::from(body.finish())).unwrap()).await
}

async fn log(house: &House) -> String {
    format!("{:?}", audit::found(&house.db, &Wanted::default(), 999).await.unwrap())
}

#[tokio::test]
async fn links_that_nobody_was_given_are_looked_up_so_often_from_one_network_and_real_ones_always() {
    let house = house().await;
    let real = house.link(&LinkTarget::Report);
    let (six, neighbour) = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9");
    for number in 0..60 {
        let path = format!("/{}/{number:A>27}", ["r", "s", "i", "sign-in/link", "u"][number % 5]);
        let answer = from(&house, if number % 2 == 0 { six } else { neighbour }, Method::GET, &path, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let unknown = format!("/r/{}", "A".repeat(27));
    let many = from(&house, six, Method::GET, &unknown, &[]).await;
    assert_eq!((many.status, many.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "600"));
    assert!(many.text().contains("<h1"), "people are told on a page: {}", many.text());
    assert_eq!(from(&house, six, Method::GET, &real, &[]).await.status, StatusCode::OK, "who has a link is let in");
    assert_eq!(from(&house, "192.0.2.9", Method::GET, &unknown, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn keys_that_open_nothing_are_refused_so_often_from_one_network() {
    let house = house().await;
    let ask = async |address: &str| {
        let request = Request::builder().uri("/api/v1/locations").header("x-forwarded-for", address);
        let request = request.header(header::AUTHORIZATION, format!("Bearer dbk_{}", "A".repeat(40)));
        house.send(request.body(Body::empty()).unwrap()).await
    };
    for _ in 0..60 {
        assert_eq!(ask("192.0.2.1").await.status, StatusCode::UNAUTHORIZED);
    }
    let many = ask("192.0.2.1").await;
    assert_eq!((many.status, many.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "600"));
    assert_eq!(many.header("content-type"), "application/problem+json");
    assert_eq!(ask("192.0.2.2").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whoever_tries_somebodys_password_locks_out_their_own_network_only() {
    let house = house().await;
    let id = house.signed_in(Role::Branch, &["north"]).await.user.unwrap();
    let user = house.db.user(id).await.unwrap().unwrap();
    let hash = crate::access::password::hash("correct horse battery".into(), [1; 16]).await.unwrap();
    let mut tx = house.db.begin().await.unwrap();
    secrets::set_password(&mut tx, id, Some(&hash)).await.unwrap();
    tx.commit().await.unwrap();
    let enter = async |from_where: &str, password: &str| {
        let form = [("address", user.email.as_str()), ("password", password)];
        from(&house, from_where, Method::POST, "/sign-in/password", &form).await.status
    };
    for _ in 0..10 {
        assert_eq!(enter("2001:db8::1", "wrong").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(enter("2001:db8::2", "wrong").await, StatusCode::TOO_MANY_REQUESTS, "the same network");
    assert_eq!(enter("192.0.2.1", "correct horse battery").await, StatusCode::SEE_OTHER);
    assert!(log(&house).await.contains(&format!("passwords:{}", user.email)), "whose it was stands in the log");
}

#[tokio::test]
async fn nothing_that_a_stranger_types_stands_in_the_log() {
    let house = house().await;
    let secrets = ["hunter2hunter2", "hunter2@secret.example", &"hunter2".repeat(100_000)];
    for typed in secrets {
        for _ in 0..11 {
            let form = [("address", typed), ("password", "x")];
            from(&house, "192.0.2.1", Method::POST, "/sign-in/password", &form).await;
        }
        for _ in 0..7 {
            from(&house, "192.0.2.1", Method::POST, "/sign-in", &[("address", typed)]).await;
        }
    }
    let log = log(&house).await;
    assert!(log.contains("sign-in.limit") && log.contains("address:unknown") && !log.contains("hunter2"));
    assert!(log.len() < 60_000, "{}", log.len());
}

#[tokio::test]
async fn a_contact_of_a_domain_in_another_script_signs_in_however_they_write_it() {
    let house = house().await;
    for sql in [
        "INSERT INTO contacts (ref, name, email, notify, digest, known_as) \
         VALUES ('zoe', 'Zoe', 'Zoe@EXÄMPLE.example', true, '', 'zoe@xn--exmple-cua.example')",
        "INSERT INTO contact_branches (contact, branch) VALUES ('zoe', 'north')",
    ] {
        run(&house.db, sql).await;
    }
    for written in ["zoe@exämple.example", "ZOE@xn--exmple-cua.example"] {
        let before = house.db.letters_to("zoe@xn--exmple-cua.example", 9).await.unwrap().len();
        house.post(&Guest::nobody(), "/sign-in", &[("address", written)]).await;
        let letters = house.db.letters_to("zoe@xn--exmple-cua.example", 9).await.unwrap();
        assert_eq!(letters.len(), before + 1, "{written}");
        let link = letters[0].text.split("http://localhost:8080").nth(1).unwrap().split_whitespace().next().unwrap();
        let entered = house.post(&Guest::nobody(), link, &[]).await;
        assert_eq!((entered.status, entered.header("location")), (StatusCode::SEE_OTHER, "/locations"), "{written}");
    }
}

#[tokio::test]
async fn browsers_are_told_to_come_over_tls_where_there_is_tls() {
    let plain = house().await;
    assert_eq!(plain.get("/sign-in").await.header("strict-transport-security"), "");
    let more = "[portal]\npublic_url = \"https://nights.example.com\"\n";
    let secure = House::with(Sample::Ordinary.report(), 0, more).await;
    for path in ["/sign-in", "/assets/portal.css", "/nowhere", "/api/v1/locations"] {
        assert_eq!(secure.get(path).await.header("strict-transport-security"), "max-age=31536000", "{path}");
    }
}
