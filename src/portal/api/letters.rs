//! Letters and test mails: what else an address was mailed, and what was answered.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Query;
use super::page::Page;
use super::problem::Problem;
use crate::access::policy::{Action, Place};
use crate::db::letters::Letter;
use crate::db::test_mails::TestMail;
use crate::model::{DeliveryId, EmailAddress, LetterId, LetterState, LocationRef};
use crate::portal::PortalState;

/// The longest list.
const MOST: i64 = 500;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/letters",
            (
                "listLetters",
                "mail",
                "Mails to an address that are no reports (sign-ins, shares, answers, …), newest first.",
            ),
            letters,
        )
        .query::<Whose>()
        .answers::<Page<LetterView>>(200, "The newest 500."),
        Endpoint::get(
            "/api/v1/test-mails",
            ("listTestMails", "mail", "Reports that were mailed to an address as a test, oldest first."),
            tests,
        )
        .query::<Whose>()
        .answers::<Page<TestMailView>>(200, "All of them."),
    ]
}

/// Whose mails.
#[derive(Deserialize, JsonSchema)]
struct Whose {
    /// The address.
    address: String,
}

impl Whose {
    /// The address in its one form. An address may be known to several branches.
    fn checked(&self, caller: &Caller) -> Result<String, Problem> {
        caller.may(Action::LookUp, Place::INSTALLATION)?;
        if self.address.contains('\0') {
            return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "address", "is no address"));
        }
        Ok(EmailAddress::normalized(&self.address))
    }
}

/// A mail that is no report.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Letter")]
struct LetterView {
    id: LetterId,
    /// Why it is sent.
    kind: String,
    address: String,
    language: String,
    subject: String,
    created_at: DateTime<Utc>,
    /// After this instant it is of no use, and is not sent any more.
    useful_until: DateTime<Utc>,
    state: LetterState,
    /// How often it was tried.
    attempts: i32,
    next_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// What was answered.
    reply: Option<String>,
}

impl From<Letter> for LetterView {
    fn from(row: Letter) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            address: row.address,
            language: row.language,
            subject: row.subject,
            created_at: row.created_at,
            useful_until: row.useful_until,
            state: row.state,
            attempts: row.attempts,
            next_at: row.next_at,
            finished_at: row.finished_at,
            reply: row.reply,
        }
    }
}

async fn letters(
    State(state): State<PortalState>,
    caller: Caller,
    Query(whose): Query<Whose>,
) -> Result<Json<Page<LetterView>>, Problem> {
    let address = whose.checked(&caller)?;
    let found = state.db.letters_to(&address, MOST).await?;
    Ok(Json(Page::whole(found.into_iter().map(LetterView::from).collect())))
}

/// A report that was mailed as a test.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TestMail")]
struct TestMailView {
    id: DeliveryId,
    location: LocationRef,
    /// The local date on which the night began.
    #[schemars(extend("format" = "date"))]
    night: String,
    email: String,
    requested_by: Option<String>,
    subject: String,
    at: DateTime<Utc>,
    /// What was answered.
    reply: Option<String>,
}

impl From<TestMail> for TestMailView {
    fn from(row: TestMail) -> Self {
        Self {
            id: row.id,
            location: row.location,
            night: row.night.to_string(),
            email: row.email,
            requested_by: row.requested_by,
            subject: row.subject,
            at: row.at,
            reply: row.reply,
        }
    }
}

async fn tests(
    State(state): State<PortalState>,
    caller: Caller,
    Query(whose): Query<Whose>,
) -> Result<Json<Page<TestMailView>>, Problem> {
    let address = whose.checked(&caller)?;
    let found = state.db.test_mails_to(&address).await?;
    Ok(Json(Page::whole(found.into_iter().map(TestMailView::from).collect())))
}
