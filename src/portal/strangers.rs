//! Strangers: tokens and keys that open nothing, counted by the network that they come from; too many become 429.
//!
//! Whoever has what opens something is neither counted nor turned away, so that one stale link in an office locks nobody
//! out there. The counts stand in memory, for so many networks at most: nothing is written for a request that leads
//! nowhere. It must not tell why something opens nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};

use super::PortalState;
use super::api;
use super::fault::Fault;
use super::viewer::Viewer;

/// So many are answered in their own words …
const MOST: u32 = 60;
/// … within so long.
const WITHIN: TimeDelta = TimeDelta::minutes(10);
/// So many networks are known at once.
const NETWORKS: usize = 10_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// Tokens of links that nobody was given.
    Link,
    /// Keys of programs that open nothing.
    Key,
    /// Ways to the OpenID provider.
    Provider,
}

/// Since when, and how many.
type Count = (DateTime<Utc>, u32);

/// The counts by what and whence.
#[derive(Debug, Default)]
pub(super) struct Strangers(Mutex<HashMap<(What, String), Count>>);

impl Strangers {
    /// Counts one more from a network; false beyond the limit. Where the network is not known nothing is counted: it may
    /// be anybody's.
    pub(super) fn count(&self, what: What, network: &str, now: DateTime<Utc>) -> bool {
        if network.is_empty() {
            return true;
        }
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (what, network.to_owned());
        if counts.len() >= NETWORKS && !counts.contains_key(&key) {
            counts.retain(|_, (since, _)| *since > now - WITHIN);
            let oldest = counts.iter().min_by_key(|(_, (since, _))| *since).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest.filter(|_| counts.len() >= NETWORKS) {
                counts.remove(&oldest);
            }
        }
        let (since, count) = counts.entry(key).or_insert((now, 0));
        if *since <= now - WITHIN {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= MOST
    }
}

/// Counts what led nowhere, and answers 429 where there was too much of it.
pub(super) async fn tell_off(State(state): State<PortalState>, request: Request, next: Next) -> Response {
    let network = request.extensions().get::<Viewer>().map(|viewer| viewer.origin.network()).unwrap_or_default();
    let by_token = request.extensions().get::<MatchedPath>().is_some_and(|path| path.as_str().contains("{token}"));
    let by_key = request.uri().path().starts_with("/api/") && request.headers().contains_key(header::AUTHORIZATION);
    let response = next.run(request).await;
    let no_link =
        || response.extensions().get::<Arc<Fault>>().is_some_and(|fault| matches!(**fault, Fault::NoSuchLink));
    let what = if by_token && no_link() {
        What::Link
    } else if by_key && response.status() == StatusCode::UNAUTHORIZED {
        What::Key
    } else {
        return response;
    };
    match (state.strangers.count(what, &network, state.clock.now()), what) {
        (true, _) => response,
        (false, What::Key) => api::refusal(StatusCode::TOO_MANY_REQUESTS),
        (false, _) => Fault::TooMany.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_may_be_wrong_so_often_within_its_ten_minutes() {
        let strangers = Strangers::default();
        let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
        for number in 0..MOST {
            assert!(strangers.count(What::Link, "192.0.2.1", at), "{number}");
        }
        assert!(!strangers.count(What::Link, "192.0.2.1", at + TimeDelta::minutes(9)));
        assert!(strangers.count(What::Key, "192.0.2.1", at) && strangers.count(What::Link, "192.0.2.2", at));
        assert!(strangers.count(What::Link, "192.0.2.1", at + TimeDelta::minutes(10)), "a new window");
        for _ in 0..=MOST {
            assert!(strangers.count(What::Link, "", at), "a network that is not known may be anybody's");
        }
    }

    #[test]
    fn it_remembers_no_more_networks_than_it_has_room_for() {
        let strangers = Strangers::default();
        let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
        for number in 0..NETWORKS + 5 {
            strangers.count(What::Link, &number.to_string(), at + TimeDelta::milliseconds(1));
        }
        assert_eq!(strangers.0.lock().unwrap().len(), NETWORKS);
    }
}
