//! Who finds a place, who waits, and who is sent away.

use super::*;
use crate::config::{DomainPace, Rate};

fn pace(max_connections: usize, max_per_domain: usize) -> Pace {
    Pace { max_connections, max_per_domain, ..Pace::default() }
}

/// A state and its beginning, to count seconds from.
struct Street {
    pace: Pace,
    state: State,
    zero: Instant,
}

impl Street {
    fn new(pace: Pace) -> Self {
        Self { pace, state: State::default(), zero: Instant::now() }
    }

    fn at(&self, seconds: f64) -> Instant {
        self.zero + Duration::from_secs_f64(seconds)
    }

    /// One that comes at that second and asks at once.
    fn ask(&mut self, domain: &str, seconds: f64) -> Answer {
        let now = self.at(seconds);
        self.state.ask(&self.pace, domain, now, now)
    }

    fn trouble(&mut self, domain: &str, trouble: u32, seconds: f64) {
        let at = self.at(seconds);
        let domain = self.state.domains.entry(domain.into()).or_default();
        (domain.trouble, domain.trouble_at) = (trouble, Some(at));
    }
}

#[test]
fn a_full_domain_is_waited_for_while_it_is_quick_and_left_once_it_is_slow() {
    let mut street = Street::new(pace(10, 2));
    assert_eq!([street.ask("a", 0.0), street.ask("a", 0.5)], [Answer::Go, Answer::Go]);
    assert_eq!(street.ask("a", 1.0), Answer::Wait(street.at(2.0)), "the first may end any moment");
    assert_eq!(street.ask("b", 1.0), Answer::Go, "another domain is not concerned");
    assert_eq!(street.ask("a", 2.5), Answer::Full(SLOW_PAUSE));
    assert_eq!(street.ask("a", 2.5), Answer::Full(SLOW_PAUSE + SPACING), "they do not all come back at once");
    let first = street.at(0.0);
    street.state.leave("a", first);
    assert_eq!(street.ask("a", 2.6), Answer::Go);
}

#[test]
fn domains_on_which_mails_hung_get_less_room_and_never_all_of_it() {
    let mut street = Street::new(pace(4, 4));
    street.trouble("a", 1, 0.0);
    assert_eq!([street.ask("a", 1.0), street.ask("a", 1.0)], [Answer::Go, Answer::Go]);
    assert!(matches!(street.ask("a", 1.0), Answer::Full(_)), "half of its four");
    street.trouble("b", 8, 0.0);
    assert!(matches!(street.ask("b", 1.0), Answer::Full(_)), "half of all connections are with such domains");
    assert_eq!([street.ask("c", 1.0), street.ask("c", 1.0)], [Answer::Go, Answer::Go]);
    assert!(matches!(street.ask("d", 1.0), Answer::Wait(_)), "all four are taken");
}

#[test]
fn a_rate_spaces_mails_and_those_that_come_too_soon_get_turns_of_their_own() {
    let rate = Some(Rate { mails: 6, per: Duration::from_mins(1) });
    let own = DomainPace { name: "a".into(), max_connections: None, rate };
    let mut street = Street::new(Pace { domains: vec![own], ..pace(10, 10) });
    assert_eq!(street.ask("a", 0.0), Answer::Go);
    assert_eq!(street.ask("a", 0.0), Answer::Full(Duration::from_secs(10)));
    assert_eq!(street.ask("a", 0.0), Answer::Full(Duration::from_secs(20)));
    assert_eq!(street.ask("b", 0.0), Answer::Go);
    assert_eq!(street.ask("a", 9.0), Answer::Wait(street.at(10.0)), "soon is waited for");
    assert_eq!(street.ask("a", 10.0), Answer::Go);
    let overall = Pace { rate: Some(Rate { mails: 10, per: Duration::from_secs(1) }), ..pace(100, 100) };
    let mut street = Street::new(overall);
    let started = (0..200).filter(|n| street.ask(&n.to_string(), f64::from(*n) * 0.01) == Answer::Go).count();
    assert!((19..=22).contains(&started), "ten a second for two seconds: {started}");
}

#[test]
fn two_workers_together_keep_what_one_would() {
    let living = ["a", "b"].map(ToOwned::to_owned).into();
    let rate = Some(Rate { mails: 10, per: Duration::from_secs(1) });
    let mut streets = ["a", "b"].map(|own| {
        let mut street = Street::new(Pace { rate, ..pace(5, 1) });
        street.state.share = Share::among(own, &living);
        street
    });
    let mut go = |domain: &str, seconds| {
        streets.iter_mut().filter_map(|street| (street.ask(domain, seconds) == Answer::Go).then_some(())).count()
    };
    assert_eq!(go("one.example", 0.0), 1, "one of them has the domain's only place");
    assert_eq!(go("one.example", 0.5), 0);
    let more: usize = (0..9).map(|n| go(&format!("{n}.example"), f64::from(n) + 1.0)).sum();
    assert_eq!(more, 4, "five connections in all");
    let mut street = Street::new(Pace { rate, ..pace(5, 5) });
    street.state.share = Share::among("a", &living);
    assert_eq!([street.ask("a", 0.0), street.ask("a", 0.1)], [Answer::Go, Answer::Wait(street.at(0.2))]);
}

#[test]
fn nothing_is_remembered_of_domains_that_are_done() {
    let mut street = Street::new(pace(10, 10));
    assert_eq!(street.ask("a", 0.0), Answer::Go);
    let began = street.at(0.0);
    street.state.leave("a", began);
    assert!(street.state.domains.is_empty());
    assert_eq!(street.state.active, 0);
}

#[tokio::test]
async fn a_place_that_is_freed_goes_to_one_who_waits() {
    let traffic = Traffic::new(pace(1, 1));
    let first = traffic.enter("a").await.unwrap();
    let second = tokio::spawn({
        let traffic = traffic.clone();
        async move { traffic.enter("b").await.is_ok() }
    });
    tokio::task::yield_now().await;
    first.answered();
    drop(first);
    assert!(second.await.unwrap());
    assert_eq!(traffic.0.state().active, 0);
}

#[tokio::test]
async fn of_mails_that_hung_together_the_first_judges_for_all() {
    let traffic = Traffic::new(pace(8, 8));
    let (one, other) = (traffic.enter("a").await.unwrap(), traffic.enter("a").await.unwrap());
    one.hung();
    other.hung();
    other.answered();
    assert_eq!(traffic.0.state().domains["a"].trouble, 1);
    let later = traffic.enter("a").await.unwrap();
    later.answered();
    assert_eq!(traffic.0.state().domains["a"].trouble, 0);
}
