//! What is somebody else's is not there, and what is one's own is: every route with real things of two branches.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use tower::ServiceExt;

use super::table::{Line, Whose, lines};
use super::world::{Side, World};
use crate::access::{Principal, Token, policy};
use crate::db::testing::contents;
use crate::portal::tests::guests::Guest;
use crate::portal::{Door, plan};

/// What may change although somebody is refused.
const LOOKED: [&str; 4] = ["views", "sessions", "throttles", "api_keys"];

/// Who sends a request.
#[derive(Clone, Copy)]
pub(super) enum By<'a> {
    Person(&'a Guest),
    Key(&'a str),
}

/// A request for one side's thing.
fn request(world: &World, line: &Line, side: &Side, by: By<'_>) -> Request<Body> {
    let fresh = world.house.random.id().unwrap();
    let path = side.fill(line.path, line.path, fresh);
    let more = side.fill(line.path, line.more, fresh);
    let (query, body) = if more.starts_with('?') { (more.as_str(), "") } else { ("", more.as_str()) };
    let mut request = Request::builder().method(line.method).uri(format!("{path}{query}"));
    match by {
        By::Key(key) => request = request.header(header::AUTHORIZATION, format!("Bearer {key}")),
        By::Person(guest) => {
            if !guest.cookies.is_empty() {
                request = request.header(header::COOKIE, guest.cookies.join("; "));
            }
            request = request.header("sec-fetch-site", "same-origin").header("x-csrf-token", &guest.csrf);
        }
    }
    if line.method == "GET" {
        return request.body(Body::empty()).unwrap();
    }
    if line.is_api() {
        return request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_owned())).unwrap();
    }
    let csrf = if let By::Person(guest) = by { guest.csrf.as_str() } else { "" };
    // A form with a file comes in parts.
    if line.path.ends_with("/logo") {
        let fields = [("csrf", csrf), body.split_once('=').unwrap(), ("logo", "no picture")];
        let parts = fields.map(|(name, value)| {
            format!("--xyz\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        });
        let body = format!("{}--xyz--\r\n", parts.concat());
        return request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz").body(body.into()).unwrap();
    }
    let form = format!("csrf={csrf}&{}", body.replace('@', "%40"));
    request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.into()).unwrap()
}

/// What is answered; the body is read by those who want it, because some never end.
pub(super) async fn answer(world: &World, line: &Line, side: &Side, by: By<'_>) -> Response {
    world.house.router.clone().oneshot(request(world, line, side, by)).await.unwrap()
}

/// Whether somebody was sent away: to sign in, or with 401, 403 or 404.
fn is_refused(response: &Response) -> bool {
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    matches!(response.status().as_u16(), 401 | 403 | 404)
        || (response.status() == StatusCode::SEE_OTHER && to.starts_with("/sign-in"))
}

/// Whether somebody got as far as the thing: what they asked for is done, or cannot be for a reason of its own.
fn is_let_in(response: &Response) -> bool {
    !is_refused(response) && !response.status().is_server_error()
}

#[tokio::test]
async fn what_is_another_branchs_is_not_there_for_anybody_and_nothing_of_it_changes() {
    let world = Box::pin(World::new()).await;
    let mut wrong = Vec::new();
    for line in lines().iter().filter(|line| matches!(line.whose, Whose::Branch | Whose::House)) {
        let before = contents(&world.house.db, &LOOKED).await;
        for (who, guest) in &world.strangers {
            let response = answer(&world, line, &world.south, By::Person(guest)).await;
            if !is_refused(&response) {
                wrong.push(format!("{who} {} {}: {}", line.method, line.path, response.status()));
            }
        }
        for (who, key) in world.keys.iter().filter(|_| line.is_api()) {
            let response = answer(&world, line, &world.south, By::Key(key)).await;
            if !is_refused(&response) {
                wrong.push(format!("{who} {} {}: {}", line.method, line.path, response.status()));
            }
        }
        if contents(&world.house.db, &LOOKED).await != before {
            wrong.push(format!("{} {} changed something", line.method, line.path));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

/// What of the house is for operations alone.
const OPERATIONS: [&str; 8] =
    ["/operations", "/audit", "/users", "/jobs", "/runs", "/alerts", "/suppressions", "/release"];

#[tokio::test]
async fn what_is_for_operations_alone_is_forbidden_to_staff_and_nothing_of_it_changes() {
    let world = Box::pin(World::new()).await;
    let (mut wrong, mut checked) = (Vec::new(), 0);
    let alone = |line: &&Line| OPERATIONS.iter().any(|part| line.path.contains(part)) && line.whose == Whose::House;
    let before = contents(&world.house.db, &LOOKED).await;
    for line in lines().iter().filter(alone) {
        checked += 1;
        let response = answer(&world, line, &world.south, By::Person(&world.staff)).await;
        if response.status() != StatusCode::FORBIDDEN {
            wrong.push(format!("staff {} {}: {}", line.method, line.path, response.status()));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
    assert!(checked > 25, "{checked}");
    assert_eq!(contents(&world.house.db, &LOOKED).await, before);
}

#[tokio::test]
async fn the_same_requests_are_let_in_by_those_who_may() {
    let world = Box::pin(World::new()).await;
    let mut wrong = Vec::new();
    for line in lines().iter().filter(|line| matches!(line.whose, Whose::Branch | Whose::House)) {
        // The very request that strangers were refused: it is no invention of the table.
        let response = answer(&world, line, &world.south, By::Person(&world.operations)).await;
        if !is_let_in(&response) {
            wrong.push(format!("operations {} {}: {}", line.method, line.path, response.status()));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_ones_own_branchs_is_there() {
    let world = Box::pin(World::new()).await;
    let branch = world.house.db.user(world.branch_user.user.unwrap()).await.unwrap().map(Principal::User).unwrap();
    let opens = |line: &Line| {
        let room =
            plan().into_iter().find(|room| room.method.as_str() == line.method && room.path == line.path).unwrap();
        matches!(room.door, Door::Signed(action) if policy::opens(&branch, action))
    };
    let mut wrong = Vec::new();
    let mut checked = 0;
    for line in lines().iter().filter(|line| line.whose == Whose::Branch) {
        let by = if line.is_api() { By::Key(&world.north_key) } else { By::Person(&world.branch_user) };
        // A test goes to the address of who asks for it, and a program has none.
        if (!line.is_api() && !opens(line)) || line.path == "/api/v1/reports/{id}/test" {
            continue;
        }
        checked += 1;
        let response = answer(&world, line, &world.north, by).await;
        if !is_let_in(&response) {
            wrong.push(format!("{} {}: {}", line.method, line.path, response.status()));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
    assert!(checked > 70, "{checked}");
}

#[tokio::test]
async fn lists_hold_what_is_ones_own() {
    let world = Box::pin(World::new()).await;
    let mut wrong = Vec::new();
    for line in lines().iter().filter(|line| line.whose == Whose::List) {
        let mut by: Vec<(&str, By<'_>)> =
            world.strangers.iter().map(|(who, guest)| (*who, By::Person(guest))).collect();
        by.extend(world.keys.iter().filter(|_| line.is_api()).map(|(who, key)| (*who, By::Key(key))));
        for (who, by) in by {
            let told = text(answer(&world, line, &world.north, by).await).await;
            if told.contains(world.south.branch) {
                wrong.push(format!("{who} sees the south at {}", line.path));
            }
        }
        let own = if line.is_api() { By::Key(&world.north_key) } else { By::Person(&world.branch_user) };
        let all = if line.is_api() { By::Key(&world.all_key) } else { By::Person(&world.operations) };
        let is_personal = line.path.ends_with("/shares");
        if !is_personal && !text(answer(&world, line, &world.north, own).await).await.contains(world.north.branch) {
            wrong.push(format!("the north is not told of itself at {}", line.path));
        }
        if !is_personal && !text(answer(&world, line, &world.north, all).await).await.contains(world.south.branch) {
            wrong.push(format!("who may see all does not see the south at {}", line.path));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

async fn text(response: Response) -> String {
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8_lossy(&body).into_owned()
}

#[tokio::test]
async fn ones_own_self_is_ones_own_alone() {
    let world = Box::pin(World::new()).await;
    let mut wrong = Vec::new();
    let marks = async |guest: &Guest| {
        let token = guest.cookies[0].trim_start_matches("daybreak=");
        hex::encode(&Token::parse(token).unwrap().hash()[..12])
    };
    let theirs = marks(&world.operations).await;
    for line in lines().iter().filter(|line| line.whose == Whose::Own) {
        let nobody = answer(&world, line, &world.north, By::Person(&Guest::nobody())).await;
        if !is_refused(&nobody) {
            wrong.push(format!("nobody {} {}: {}", line.method, line.path, nobody.status()));
        }
        let other = Line { path: line.path, more: line.more, ..*line };
        let theirs = world.north.with("session", &theirs);
        answer(&world, &other, &theirs, By::Person(&world.branch_user)).await;
        // A session of their own each: some of these end it.
        let guest = world.house.another_session(&world.branch_user).await;
        let mine = world.north.with("session", &marks(&guest).await);
        let response = answer(&world, line, &mine, By::Person(&guest)).await;
        // Whoever signs out is led to where one signs in.
        let leaves = line.path == "/sign-out";
        // Nothing was shared with the branch's user, or mailed to them.
        let is_theirs =
            ["second-factor", "password", "/me/shared/", "/feedback"].iter().any(|what| line.path.contains(what));
        if !is_let_in(&response) && !leaves && !is_theirs {
            wrong.push(format!("{} {}: {}", line.method, line.path, response.status()));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
    assert_eq!(world.house.visit(&world.operations, "/me").await.status, StatusCode::OK, "nobody else ended it");
}

#[tokio::test]
async fn a_token_opens_what_it_is_for_and_nothing_of_another_branch() {
    let world = Box::pin(World::new()).await;
    let mut wrong = Vec::new();
    let nobody = Guest::nobody();
    // What was asked for or proved by a letter has stories of its own.
    let elsewhere = ["/new-link/{token}", "/sign-in/link/{token}"];
    for line in lines().iter().filter(|line| line.whose == Whose::Token && !elsewhere.contains(&line.path)) {
        let kind = line.path.split('/').nth(1).unwrap();
        for (other, token) in world.tokens.iter().filter(|(other, _)| *other != kind) {
            let response = answer(&world, line, &world.north.with("token", token), By::Person(&nobody)).await;
            if response.status() != StatusCode::NOT_FOUND {
                wrong.push(format!("{} {} by a token of /{other}/: {}", line.method, line.path, response.status()));
            }
        }
        let (_, token) = world.tokens.iter().find(|(known, _)| *known == kind).unwrap();
        if line.path.contains("{id}") {
            let response = answer(&world, line, &world.south.with("token", token), By::Person(&nobody)).await;
            if response.status() != StatusCode::NOT_FOUND {
                wrong.push(format!("{} {} of the south: {}", line.method, line.path, response.status()));
            }
        }
        let response = answer(&world, line, &world.north.with("token", token), By::Person(&nobody)).await;
        // What the branch's user shared is not the mail's reader's; a form that says neither yes nor no is none.
        let of_others = line.path.contains("{id}") || line.more == "answer=neither";
        if is_let_in(&response) == of_others {
            wrong.push(format!("{} {}: {}", line.method, line.path, response.status()));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}
