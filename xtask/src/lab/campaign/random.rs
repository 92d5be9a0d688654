//! Numbers that a seed determines, the same on every machine and for ever: a campaign can be repeated.
//!
//! splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of numbers.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The stream of a seed and of names; another name makes another stream.
    pub(super) fn new(seed: u64, names: &[&str]) -> Random {
        let mut random = Random(seed);
        for name in names {
            for byte in name.bytes().chain([0]) {
                random.0 = random.next() ^ u64::from(byte);
            }
        }
        random
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        // With ends far below 2^64, no number is likelier than another to any degree that matters.
        (self.next() % end as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_splitmix64() {
        let mut random = Random::new(1_234_567, &[]);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn another_name_is_another_stream() {
        let first = |names: &[&str]| Random::new(7, names).next();
        assert_eq!(first(&["e1000", "6.1"]), first(&["e1000", "6.1"]));
        assert_ne!(first(&["e1000", "6.1"]), first(&["e1000", "6.12"]));
        assert_ne!(first(&["ab", "c"]), first(&["a", "bc"]));
    }
}
