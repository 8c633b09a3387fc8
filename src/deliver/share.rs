//! Share: the limits of `[mail]` become one worker's part of them, so that all workers together keep them.
//!
//! What does not divide is given to some of the workers, to others for each domain; whoever has no place for a domain
//! leaves its mails to those who have. It must not count the workers.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::config::Rate;

/// Which of how many workers this one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    rank: usize,
    of: usize,
}

impl Default for Share {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl Share {
    /// The only worker's.
    pub const WHOLE: Self = Self { rank: 0, of: 1 };

    /// The share of the worker `own` among those that live; it may not be among them yet.
    #[must_use]
    pub fn among(own: &str, living: &BTreeSet<String>) -> Self {
        let rank = living.iter().filter(|other| other.as_str() < own).count();
        Self { rank, of: living.len() + usize::from(!living.contains(own)) }
    }

    /// How many workers share.
    #[must_use]
    pub const fn of(self) -> usize {
        self.of
    }

    /// This worker's places of a limit for a domain, or for no one domain (`""`). All workers' together are the limit.
    pub(super) fn places(self, limit: usize, name: &str) -> usize {
        let turn = (self.rank + spread(name)) % self.of;
        limit / self.of + usize::from(turn < limit % self.of)
    }

    /// From one of this worker's mails to its next.
    pub(super) fn interval(self, rate: Rate) -> Duration {
        rate.interval().saturating_mul(u32::try_from(self.of).unwrap_or(u32::MAX))
    }
}

/// Any number that follows from a name alone (FNV-1a): it must be the same in each worker, of whatever version.
fn spread(name: &str) -> usize {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    usize::try_from(hash >> 16).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn all_workers_together_have_exactly_the_limit() {
        for of in 1..9 {
            for limit in 1..25 {
                for domain in ["", "example.com", "other.example", "xn--ys-nja.example"] {
                    let all: usize = (0..of).map(|rank| Share { rank, of }.places(limit, domain)).sum();
                    assert_eq!(all, limit, "{limit} for {domain:?} among {of}");
                }
            }
        }
    }

    #[test]
    fn what_does_not_divide_is_not_always_the_same_worker_s() {
        let owner = |domain: &str| (0..3).find(|rank| Share { rank: *rank, of: 3 }.places(1, domain) == 1).unwrap();
        let mut domains = [0; 3];
        (0..90).for_each(|number| domains[owner(&format!("domain-{number}.example"))] += 1);
        assert!(domains.iter().all(|of_one| *of_one > 15), "{domains:?}");
    }

    #[test]
    fn each_worker_has_a_rank_of_its_own_and_one_that_is_new_counts_itself() {
        let living = names(&["worker-1", "worker-2"]);
        assert_eq!(Share::among("worker-1", &living), Share { rank: 0, of: 2 });
        assert_eq!(Share::among("worker-2", &living), Share { rank: 1, of: 2 });
        assert_eq!(Share::among("worker-0", &living), Share { rank: 0, of: 3 });
        assert_eq!(Share::among("worker-1", &names(&[])), Share::WHOLE);
    }

    #[test]
    fn a_rate_is_shared_too() {
        let rate = Rate { mails: 60, per: Duration::from_mins(1) };
        assert_eq!(Share { rank: 2, of: 3 }.interval(rate), Duration::from_secs(3));
    }
}
