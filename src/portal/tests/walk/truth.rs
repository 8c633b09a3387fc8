//! The API answers as its document says: every operation, with real things, by those who may.

use axum::body::to_bytes;
use axum::http::header;

use super::table::lines;
use super::theirs::{By, answer};
use super::world::World;
use crate::portal::api::tests::truth::Truth;

/// Operations that these requests do not get as far as their end: what they need is told in stories of their own.
const ELSEWHERE: [&str; 14] = [
    // No body of the table is a feed, a medium, a picture or a returned mail.
    "sendFeed",
    "bringMedium",
    "setLogo",
    "returnMail",
    // Secrets that the table has not.
    "setPassword",
    "confirmSecondFactor",
    "removeSecondFactor",
    "endSession",
    // Nobody has mailed anything that failed, is held, or can be tried out.
    "grantRequest",
    "declineRequest",
    "resetUser",
    "testReport",
    "regenerateReport",
    // The mail's links were withdrawn a few lines before.
    "renewLink",
];

#[tokio::test]
async fn every_answer_to_those_who_may_is_one_that_the_document_tells_of() {
    let world = Box::pin(World::new()).await;
    let truth = Truth::new();
    let mut wrong = Vec::new();
    let counted = world.north.with("number", "1");
    let reader = world.house.customer(&world.house.report.recipients[0].email).await;
    let guest = world.house.customer("guest@example.com").await;
    let who = [
        By::Person(&reader),
        By::Person(&guest),
        By::Person(&world.branch_user),
        By::Key(&world.all_key),
        By::Person(&world.operations),
    ];
    for by in who {
        for line in lines().iter().filter(|line| line.is_api()) {
            // Clips are counted from 0, the incidents of a share from 1.
            let side = if line.path.contains("/shared/") { &counted } else { &world.north };
            let response = answer(&world, line, side, by).await;
            let status = response.status().as_u16();
            let kind =
                response.headers().get(header::CONTENT_TYPE).map_or("", |kind| kind.to_str().unwrap()).to_owned();
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            wrong.extend(truth.faults((line.method, line.path), (status, &kind), &body));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
    let missed: Vec<String> = truth.all().difference(&truth.done()).cloned().collect();
    let unknown: Vec<&String> = missed.iter().filter(|one| !ELSEWHERE.contains(&one.as_str())).collect();
    assert_eq!(unknown, [""; 0], "these were never answered with what they are for");
}
