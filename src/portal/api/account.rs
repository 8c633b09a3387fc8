//! Account: a branch's contacts with the check mark of each, and the domains to which its incidents may go.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::{Input, Query};
use super::page::{Page, Paging};
use super::problem::Problem;
use crate::access::domains;
use crate::accounts::{self, By};
use crate::audit::{self, Change};
use crate::db::domain_rules::{self, DomainRule};
use crate::db::overrides::Standing;
use crate::model::{BranchRef, ContactRef, EmailAddress};
use crate::portal::PortalState;
use crate::portal::account::is_mine;

/// A branch has no more rules.
const MOST_RULES: usize = 200;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_branch = |endpoint: Endpoint| endpoint.parameter("branch", "The branch's ref.", None);
    vec![
        of_branch(
            Endpoint::get(
                "/api/v1/branches/{branch}/contacts",
                ("listBranchContacts", "people", "Whom a branch's mornings are mailed to, by ref."),
                contacts,
            )
            .query::<Paging>()
            .answers::<Page<StandingView>>(200, "A page of them."),
        ),
        of_branch(
            Endpoint::post(
                "/api/v1/branches/{branch}/contacts/{contact}",
                ("changeContact", "people", "Set a contact's address and EMAIL NOTIFICATION CONTACT check mark."),
                change,
            )
            .parameter("contact", "The contact's ref.", None)
            .takes::<NewStanding>()
            .answers::<StandingView>(200, "It stands over the feed's from the next report on.")
            .problem(409, "They belong to another branch, too, and are staff's; or the same request is under way."),
        ),
        of_branch(
            Endpoint::get(
                "/api/v1/branches/{branch}/domains",
                ("listDomains", "people", "To which domains a branch's incidents may go, and to which not."),
                rules,
            )
            .answers::<Page<RuleView>>(200, "All of them."),
        ),
        of_branch(
            Endpoint::post(
                "/api/v1/branches/{branch}/domains",
                ("addDomain", "people", "Allow or block a domain; where one is allowed, every other is blocked."),
                add,
            )
            .takes::<NewRule>()
            .answers::<RuleView>(201, "It holds, for sharing and for sending."),
        ),
        of_branch(
            Endpoint::post(
                "/api/v1/branches/{branch}/domains/remove",
                ("removeDomain", "people", "Take the rule about a domain away."),
                remove,
            )
            .takes::<OneDomain>()
            .answers_with_nothing(204, "There is none."),
        ),
    ]
}

/// A contact as it stands: the feed's word, and a person's over it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BranchContact")]
struct StandingView {
    r#ref: ContactRef,
    name: String,
    /// Where mails go.
    email: String,
    /// Whether mails go there.
    notify: bool,
    /// The feed's address.
    fed_email: String,
    /// The feed's check mark.
    fed_notify: bool,
    /// Whether whoever asks may change it.
    mine: bool,
}

impl StandingView {
    fn of(caller: &Caller, contact: &Standing) -> Self {
        Self {
            r#ref: contact.contact.clone(),
            name: contact.name.clone(),
            email: contact.address().to_owned(),
            notify: contact.is_notified(),
            fed_email: contact.email.clone(),
            fed_notify: contact.notify,
            mine: is_mine(&caller.viewer, contact),
        }
    }
}

async fn contacts(
    State(state): State<PortalState>,
    caller: Caller,
    Path(raw): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<StandingView>>, Problem> {
    let branch = caller.account(&state, &raw).await?;
    let after = paging.after::<ContactRef>()?;
    let found = state.db.contacts_of(&branch, after.as_ref().map_or("", ContactRef::as_str), paging.rows()?).await?;
    paging.page(found, |row| row.contact.clone(), |row| StandingView::of(&caller, &row)).map(Json)
}

/// Address and check mark.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewStanding {
    /// Where mails go.
    #[schemars(extend("format" = "email"))]
    email: String,
    /// Whether mails go there.
    notify: bool,
}

async fn change(
    State(state): State<PortalState>,
    caller: Caller,
    Path((raw, contact)): Path<(String, String)>,
    input: Result<Input<NewStanding>, Problem>,
) -> Result<Json<StandingView>, Problem> {
    let branch = caller.account(&state, &raw).await?;
    let nothing = || Problem::not_found("the branch has no such contact");
    let contact = ContactRef::new(contact).map_err(|_| nothing())?;
    let standing = state.db.contact_of(&branch, &contact).await?.ok_or_else(nothing)?;
    if !is_mine(&caller.viewer, &standing) {
        let detail = "the contact belongs to another branch, too: staff changes it";
        return Err(Problem::new(StatusCode::CONFLICT, detail));
    }
    let Input(new) = input?;
    let email = EmailAddress::new(EmailAddress::normalized(&new.email))
        .map_err(|error| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "email", error.to_string()))?;
    let by = By { actor: caller.actor.clone(), origin: &caller.origin, now: state.clock.now() };
    let mut tx = state.db.begin().await?;
    accounts::contacts::change(&mut tx, Some(&branch), &standing, &email, new.notify, &by).await?;
    tx.commit().await?;
    let now = state.db.contact_of(&branch, &contact).await?.unwrap_or(standing);
    Ok(Json(StandingView::of(&caller, &now)))
}

/// Whether incidents may go to a domain and what is below it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DomainRule")]
struct RuleView {
    domain: String,
    /// Allowed, or blocked.
    allowed: bool,
    added_at: DateTime<Utc>,
    added_by: String,
}

impl From<DomainRule> for RuleView {
    fn from(rule: DomainRule) -> Self {
        Self { domain: rule.domain, allowed: rule.allowed, added_at: rule.added_at, added_by: rule.added_by }
    }
}

async fn rules(
    State(state): State<PortalState>,
    caller: Caller,
    Path(raw): Path<String>,
) -> Result<Json<Page<RuleView>>, Problem> {
    let branch = caller.account(&state, &raw).await?;
    let rules = state.db.domain_rules(&branch).await?;
    Ok(Json(Page::whole(rules.into_iter().map(RuleView::from).collect())))
}

/// A rule to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewRule {
    /// Such as `example.com`; it covers what is below it.
    #[schemars(length(min = 1, max = 300))]
    domain: String,
    /// Allowed, or blocked.
    allowed: bool,
}

fn entry<'a>(
    caller: &'a Caller,
    branch: &'a BranchRef,
    (action, domain): (&'static str, &str),
    detail: Value,
) -> Change<'a> {
    let object = format!("domain:{domain}");
    Change { actor: caller.actor.clone(), action, object, branch: Some(branch), detail, origin: &caller.origin }
}

async fn add(
    State(state): State<PortalState>,
    caller: Caller,
    Path(raw): Path<String>,
    input: Result<Input<NewRule>, Problem>,
) -> Result<Response, Problem> {
    let branch = caller.account(&state, &raw).await?;
    let Input(new) = input?;
    let wrong = |detail| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "domain", detail);
    let domain = domains::parse(&new.domain).ok_or_else(|| wrong("is no domain such as example.com"))?;
    if state.db.domain_rules(&branch).await?.len() >= MOST_RULES {
        return Err(wrong("would be the 201st: a branch has 200 at most"));
    }
    let now = state.clock.now();
    let rule = DomainRule { domain, allowed: new.allowed, added_at: now, added_by: caller.actor.to_string() };
    let mut tx = state.db.begin().await?;
    domain_rules::put(&mut tx, &branch, &rule).await?;
    let entry = entry(&caller, &branch, ("domain.rule", &rule.domain), json!({ "allowed": rule.allowed }));
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(RuleView::from(rule))).into_response())
}

/// A domain.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OneDomain {
    /// As the list names it.
    #[schemars(length(min = 1, max = 300))]
    domain: String,
}

async fn remove(
    State(state): State<PortalState>,
    caller: Caller,
    Path(raw): Path<String>,
    input: Result<Input<OneDomain>, Problem>,
) -> Result<StatusCode, Problem> {
    let branch = caller.account(&state, &raw).await?;
    let Input(one) = input?;
    let domain = domains::parse(&one.domain).ok_or_else(|| {
        Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "domain", "is no domain such as example.com")
    })?;
    let mut tx = state.db.begin().await?;
    if domain_rules::remove(&mut tx, &branch, &domain).await? {
        audit::record(&mut tx, entry(&caller, &branch, ("domain.free", &domain), json!({})), state.clock.now()).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
