//! What the tests of shares have in common: rows behind a report, people who are signed in, and letters' links.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, header};
use chrono::{Days, TimeDelta};
use serde_json::Value;
use uuid::Uuid;

use super::house::{Answer, House, mailed};
use crate::access::Token;
use crate::compose::Report;
use crate::db::incidents::Incident;
use crate::db::sessions::{self, Session};
use crate::db::sites::{Branch, Location};
use crate::db::testing::run;
use crate::db::users::{self, User};
use crate::db::{Digest, Stamped, backlog};
use crate::model::{LinkTarget, NightDate, ReportId, Role};
use crate::portal::viewer;

/// Somebody who is signed in.
pub(super) struct Guest {
    cookie: String,
    pub(super) csrf: String,
}

pub(super) fn stamped<T>(row: T) -> Stamped<T> {
    Stamped { row, digest: Digest([0; 16]) }
}

/// The incident of a report's row.
pub(super) fn incident(report: &Report, number: usize) -> Incident {
    let told = report.escalations.iter().filter_map(|told| told.incident.as_ref()).nth(number).unwrap();
    Incident {
        incident: told.incident.clone(),
        location: report.site.location.clone(),
        interaction: None,
        case: told.case.as_ref().map(|case| case.case.clone()),
        occurred_at: told.occurred_at,
        kind: told.kind.clone(),
        description: told.description.clone(),
        reported_by: None,
        photo_key: None,
        clips: told.clips.clone(),
        transaction: None,
    }
}

/// Writes the site of the house's report and its incidents, as an import does.
pub(super) async fn furnish(house: &House) {
    furnish_with(house, &house.report).await;
}

/// The same of any report.
pub(super) async fn furnish_with(house: &House, report: &Report) {
    let site = &report.site;
    let mut tx = house.db.begin().await.unwrap();
    tx.put_branches(&[stamped(Branch { branch: site.branch.clone(), name: "North".into() })]).await.unwrap();
    let location = Location {
        location: site.location.clone(),
        branch: site.branch.clone(),
        name: site.name.clone(),
        address: None,
        timezone: site.timezone,
        hours: site.hours,
        locale: None,
        timeline_url: None,
    };
    tx.put_locations(&[stamped(location)]).await.unwrap();
    let count = report.escalations.iter().filter(|told| told.incident.is_some()).count();
    let incidents: Vec<Incident> = (0..count).map(|number| incident(report, number)).collect();
    let cases: BTreeSet<_> = incidents.iter().filter_map(|incident| incident.case.as_ref()).collect();
    tx.number_cases(&cases.into_iter().collect::<Vec<_>>()).await.unwrap();
    let refs: Vec<_> = incidents.iter().map(|incident| incident.incident.clone()).collect();
    backlog::tells_of(&mut tx, (report.id, &site.location), &refs.iter().collect::<Vec<_>>()).await.unwrap();
    tx.put_incidents(&incidents.into_iter().map(stamped).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Has every mail that waits be taken by a server.
pub(super) async fn arrive(house: &House) {
    run(&house.db, "UPDATE deliveries SET state = 'sent', finished_at = created_at WHERE state = 'pending'").await;
}

/// Puts a word before every ref of a report's JSON.
pub(super) fn rename(value: &mut Value, word: &str) {
    const REFS: [&str; 7] = ["incident", "interaction", "clip", "clips", "contact", "case", "transaction"];
    match value {
        Value::Array(list) => list.iter_mut().for_each(|one| rename(one, word)),
        Value::Object(object) => {
            for (name, value) in object {
                match value {
                    Value::String(text) if REFS.contains(&name.as_str()) => *text = format!("{word}-{text}"),
                    Value::Array(list) if REFS.contains(&name.as_str()) => {
                        for one in list {
                            match one {
                                Value::String(text) => *text = format!("{word}-{text}"),
                                other => rename(other, word),
                            }
                        }
                    }
                    other => rename(other, word),
                }
            }
        }
        _ => {}
    }
}

/// A report of the same site so many days before, with refs of its own.
pub(super) fn earlier(report: &Report, days: u64) -> Report {
    let recipients = report.recipients.clone();
    let mut json = serde_json::to_value(report).unwrap();
    rename(&mut json, &format!("ago{days}"));
    let mut report: Report = serde_json::from_value(json).unwrap();
    let back = TimeDelta::days(i64::try_from(days).unwrap());
    report.night = NightDate::new(report.night.date() - Days::new(days));
    report.id = ReportId::of(&report.site.location, report.night, report.revision);
    report.window = report.site.hours.window(report.night, report.site.timezone);
    for told in &mut report.escalations {
        told.at -= back;
        if let Some(handled) = &mut told.interaction {
            handled.started_at -= back;
        }
        if let Some(incident) = &mut told.incident {
            incident.occurred_at -= back;
        }
    }
    for handled in &mut report.interactions {
        handled.started_at -= back;
    }
    for clip in &mut report.clips {
        clip.recorded_at -= back;
    }
    // Whom it was mailed to are the same people.
    report.recipients = recipients;
    report
}

async fn signed_in(house: &House, user: Option<User>, address: Option<&str>) -> Guest {
    let token = Token::random(house.state.random.bytes().unwrap());
    let session = Session {
        token_hash: token.hash().to_vec(),
        user_id: user.as_ref().map(|user| user.id),
        address: address.map(str::to_owned),
        language: "en".into(),
        created_at: mailed(),
        // In use all the while: a story that moves the clock by days is not about idle sessions.
        seen_at: mailed() + TimeDelta::days(90),
        expires_at: mailed() + TimeDelta::days(90),
        revoked_at: None,
        origin: String::new(),
        agent: String::new(),
    };
    let mut tx = house.db.begin().await.unwrap();
    if let Some(user) = &user {
        assert!(users::insert(&mut tx, user).await.unwrap());
    }
    sessions::insert(&mut tx, &session).await.unwrap();
    tx.commit().await.unwrap();
    Guest { cookie: format!("{}={token}", viewer::cookie_name(&house.state)), csrf: viewer::csrf(&token) }
}

/// A user of a role, whose branch is the house's where it has `own`.
pub(super) async fn user(house: &House, role: Role, own: bool) -> Guest {
    let id: Uuid = house.state.random.id().unwrap();
    let branch = if own { house.report.site.branch.clone() } else { "elsewhere".parse().unwrap() };
    let user = User {
        id: id.into(),
        email: format!("{}-{own}@example.com", role.as_str()),
        name: format!("The {} user", role.as_str()),
        locale: None,
        role,
        branches: if role == Role::Branch { vec![branch] } else { Vec::new() },
        created_at: mailed(),
        disabled_at: None,
    };
    signed_in(house, Some(user), None).await
}

/// An end customer.
pub(super) async fn customer(house: &House, address: &str) -> Guest {
    signed_in(house, None, Some(address)).await
}

impl House {
    pub(super) async fn get_as(&self, guest: &Guest, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, &guest.cookie).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Sends a form; with the word of the session where somebody is signed in.
    pub(super) async fn post_as(&self, guest: Option<&Guest>, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(guest) = guest {
            body.append_pair("csrf", &guest.csrf);
            request = request.header(header::COOKIE, &guest.cookie);
        }
        self.send(request.body(Body::from(body.finish())).unwrap()).await
    }

    /// The path of the first link of that kind in the latest letter to an address.
    pub(super) async fn link_in_letter(&self, address: &str, prefix: &str) -> String {
        let letters = self.db.letters_to(address, 1).await.unwrap();
        let letter = letters.first().unwrap_or_else(|| panic!("there is no letter to {address}"));
        let start = format!("/{prefix}/");
        let rest = letter.text.split(start.as_str()).nth(1).unwrap_or_else(|| panic!("no {start} in it"));
        format!("{start}{}", &rest[..27])
    }

    /// Shares the incident of that number by the mail's link; returns the page of the share.
    pub(super) async fn share(&self, number: usize, addresses: &str, more: &[(&str, &str)]) -> Answer {
        let named = incident(&self.report, number).incident;
        let link = self.link(&LinkTarget::Incident(named.clone()));
        let once = self.state.random.id().unwrap().to_string();
        let mut form =
            vec![("once", once.as_str()), ("incident", named.as_str()), ("addresses", addresses), ("days", "7")];
        form.extend_from_slice(more);
        self.post_as(None, &format!("{link}/share"), &form).await
    }
}
