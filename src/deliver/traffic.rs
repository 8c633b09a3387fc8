//! Traffic: how many mails are on their way at once, overall and to each recipient domain, and how often one may start.
//!
//! A mail that finds everything taken waits a moment where it stands; one whose domain is slow, or whose turn is not
//! soon, is told when to come again, so that it keeps no place from mails to other domains. A domain on which a mail
//! hung is given less room, down to one mail at a time, until one gets through. Of each limit this process has its
//! [`Share`]. It must not send anything.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::share::Share;
use crate::config::Pace;

/// A mail that takes longer than this shows that its domain is slow.
pub(super) const SLOW: Duration = Duration::from_secs(2);
/// So long a mail waits where it stands for its domain or its turn.
const PATIENCE: Duration = Duration::from_secs(2);
/// So long where every connection is taken: no other mail could use its place either.
const LONG_PATIENCE: Duration = Duration::from_secs(10);
/// A mail to a slow domain comes again after so long, doubled with each that hung.
const SLOW_PAUSE: Duration = Duration::from_secs(5);
/// A mail that found no place comes again after so long.
const PAUSE: Duration = Duration::from_secs(1);
/// A mail for which other workers have the places comes again after so long.
const ELSEWHERE: Duration = Duration::from_secs(2);
/// Mails that come again do so one after another.
const SPACING: Duration = Duration::from_millis(100);
/// The longest pause.
const MOST_PAUSE: Duration = Duration::from_mins(5);
/// A rate may catch up with so much lost time.
const SLACK: Duration = Duration::from_millis(50);
/// Trouble is forgotten after so long without a mail that hung.
const TROUBLE_LIFE: Duration = Duration::from_mins(30);
/// Domains that are remembered before idle ones are forgotten.
const MANY_DOMAINS: usize = 1_000;

/// The traffic of one mail server. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Traffic(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    pace: Pace,
    state: Mutex<State>,
    /// A mail has ended.
    freed: Notify,
}

/// There is no place now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    /// When to come again.
    pub again: Duration,
}

/// A place on the way out; dropped, it is free again.
#[derive(Debug)]
pub struct Pass(Option<Held>);

#[derive(Debug)]
struct Held {
    shared: Arc<Shared>,
    domain: String,
    began: Instant,
}

#[derive(Debug, Default)]
struct State {
    /// This process's part of the limits.
    share: Share,
    active: usize,
    /// When the next mail may start, by the overall rate.
    next_at: Option<Instant>,
    domains: HashMap<String, Domain>,
}

#[derive(Debug, Default)]
struct Domain {
    /// When each mail that is on its way began.
    began: Vec<Instant>,
    /// How many have hung, one after another.
    trouble: u32,
    /// When the last of them did.
    trouble_at: Option<Instant>,
    /// When the next mail may start, by the domain's rate.
    next_at: Option<Instant>,
    /// When the last mail that was sent away comes again.
    again_at: Option<Instant>,
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Go,
    /// Ask again when a place is freed, at the latest then.
    Wait(Instant),
    Full(Duration),
}

impl Traffic {
    pub(super) fn new(pace: Pace) -> Self {
        Self(Arc::new(Shared { pace, state: Mutex::default(), freed: Notify::new() }))
    }

    /// Tasks that may be in hand at once: those that send, and as many that wait for a place.
    pub(super) fn places(&self) -> usize {
        self.0.pace.max_connections * 2
    }

    /// From now on this process has such a part of the limits.
    pub(super) fn share(&self, share: Share) {
        let before = std::mem::replace(&mut self.0.state().share, share);
        if before != share {
            tracing::info!(workers = share.of(), "the limits of mail are shared");
            self.0.freed.notify_waiters();
        }
    }

    /// A place for a mail to that domain (in lower case, as A-labels), after a short wait at most.
    pub(super) async fn enter(&self, domain: &str) -> Result<Pass, Full> {
        let since = Instant::now();
        loop {
            let freed = self.0.freed.notified();
            tokio::pin!(freed);
            // Listens before it looks: a place that is freed in between is heard of.
            freed.as_mut().enable();
            let now = Instant::now();
            let answer = self.0.state().ask(&self.0.pace, domain, since, now);
            match answer {
                Answer::Go => {
                    return Ok(Pass(Some(Held { shared: Arc::clone(&self.0), domain: domain.to_owned(), began: now })));
                }
                Answer::Full(again) => return Err(Full { again }),
                Answer::Wait(until) => {
                    tokio::select! {
                        () = freed => {}
                        () = tokio::time::sleep_until(until.into()) => {}
                    }
                }
            }
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// A place where there is no limit.
    pub(super) const fn free() -> Self {
        Self(None)
    }

    /// The server answered: the domain is well.
    pub(super) fn answered(&self) {
        self.judge(|domain, _| domain.trouble = 0);
    }

    /// The mail hung until its deadline, or the connection died after a long silence.
    pub(super) fn hung(&self) {
        self.judge(|domain, now| {
            domain.trouble = (domain.trouble + 1).min(8);
            domain.trouble_at = Some(now);
        });
    }

    /// Of mails that were on their way together the first judges for all.
    fn judge(&self, judge: impl FnOnce(&mut Domain, Instant)) {
        let Some(held) = &self.0 else { return };
        let mut state = held.shared.state();
        if let Some(domain) = state.domains.get_mut(&held.domain)
            && domain.trouble_at.is_none_or(|at| held.began >= at)
        {
            judge(domain, Instant::now());
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.shared.state().leave(&self.domain, self.began);
        self.shared.freed.notify_waiters();
    }
}

impl State {
    fn ask(&mut self, pace: &Pace, name: &str, since: Instant, now: Instant) -> Answer {
        if self.domains.len() > MANY_DOMAINS {
            self.domains.retain(|_, domain| !domain.is_idle(now));
        }
        let own = pace.domains.iter().find(|domain| domain.name == name);
        let share = self.share;
        let limit = share.places(own.and_then(|own| own.max_connections).unwrap_or(pace.max_per_domain), name);
        let max_connections = share.places(pace.max_connections, "");
        let own_interval = own.and_then(|own| own.rate).map(|rate| share.interval(rate));
        let interval = pace.rate.map(|rate| share.interval(rate));
        // Domains in trouble together leave half of all connections to the others.
        let troubled: usize =
            self.domains.values().filter(|domain| domain.trouble > 0).map(|domain| domain.began.len()).sum();
        let crowded = troubled >= (max_connections / 2).max(1);
        let domain = self.domains.entry(name.to_owned()).or_default();

        if limit.min(max_connections) == 0 {
            return Answer::Full(domain.again(now, ELSEWHERE, SPACING));
        }
        let in_trouble = domain.trouble > 0;
        if domain.began.len() >= (limit >> domain.trouble).max(1) || (in_trouble && crowded) {
            let slow_at = domain.began.iter().min().map_or(now, |began| *began + SLOW);
            if in_trouble || slow_at <= now {
                return Answer::Full(domain.again(now, SLOW_PAUSE * 2_u32.pow(domain.trouble.min(4)), SPACING));
            }
            if since + PATIENCE <= now {
                return Answer::Full(domain.again(now, PAUSE, SPACING));
            }
            return Answer::Wait(slow_at.min(since + PATIENCE));
        }
        if self.active >= max_connections {
            if since + LONG_PATIENCE <= now {
                return Answer::Full(domain.again(now, PAUSE, SPACING));
            }
            return Answer::Wait(since + LONG_PATIENCE);
        }
        let turn = self.next_at.max(domain.next_at).filter(|turn| *turn > now);
        if let Some(turn) = turn {
            if turn <= since + PATIENCE {
                return Answer::Wait(turn);
            }
            let spacing = interval.max(own_interval).unwrap_or(SPACING);
            return Answer::Full(domain.again(now, turn - now, spacing));
        }
        domain.began.push(now);
        domain.next_at = own_interval.map(|interval| next_turn(domain.next_at, interval, now));
        self.next_at = interval.map(|interval| next_turn(self.next_at, interval, now));
        self.active += 1;
        Answer::Go
    }

    fn leave(&mut self, name: &str, began: Instant) {
        self.active -= 1;
        let Some(domain) = self.domains.get_mut(name) else { return };
        if let Some(at) = domain.began.iter().position(|one| *one == began) {
            domain.began.swap_remove(at);
        }
        if domain.is_idle(Instant::now()) {
            self.domains.remove(name);
        }
    }
}

impl Domain {
    /// How long to stay away: at least `pause`, and each mail a little longer than the one before it.
    fn again(&mut self, now: Instant, pause: Duration, spacing: Duration) -> Duration {
        let at = self.again_at.map_or(now + pause, |last| (last + spacing).max(now + pause)).min(now + MOST_PAUSE);
        self.again_at = Some(at);
        at - now
    }

    /// Whether nothing of it need be remembered.
    fn is_idle(&self, now: Instant) -> bool {
        let past = |at: Option<Instant>| at.is_none_or(|at| at <= now);
        let forgiven = self.trouble == 0 || past(self.trouble_at.map(|at| at + TROUBLE_LIFE));
        self.began.is_empty() && forgiven && past(self.next_at) && past(self.again_at)
    }
}

fn next_turn(last: Option<Instant>, interval: Duration, now: Instant) -> Instant {
    let behind = now.checked_sub(SLACK).unwrap_or(now);
    last.map_or(now, |last| last.max(behind)) + interval
}

#[cfg(test)]
mod tests;
