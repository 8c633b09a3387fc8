//! Dice: a seed becomes numbers that look random and are the same each time.

use std::time::Duration;

use daybreak::clock::Clock;

/// `SplitMix64` (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
pub(super) struct Dice(u64);

impl Dice {
    /// The seed that is named, or one of the moment; printed either way.
    pub(super) fn from_environment() -> Self {
        let named = std::env::var("DAYBREAK_CHAOS_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = named.unwrap_or_else(|| Clock::System.now().timestamp_subsec_micros().into());
        println!("DAYBREAK_CHAOS_SEED={seed}");
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(end).unwrap()).unwrap()
    }

    /// A time between two.
    pub(super) fn between(&mut self, least_ms: usize, most_ms: usize) -> Duration {
        Duration::from_millis(u64::try_from(least_ms + self.below(most_ms - least_ms)).unwrap())
    }

    /// Another order.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            list.swap(end, self.below(end + 1));
        }
    }
}
