//! The bytes of `lab/guest/stream.c`, from the same seed.
//!
//! 64 KiB of splitmix64 numbers (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), repeated,
//! each time with all numbers changed by the count of repetitions times a constant. The table makes that as cheap as a
//! copy, also where a processor is emulated, and still no piece of the stream is equal to another.

/// Bytes of a block.
pub(crate) const BLOCK: usize = 65_536;

const WORD: usize = size_of::<u64>();
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream that can be read at each position.
#[derive(Debug)]
pub(crate) struct Pattern {
    table: Vec<u64>,
    block: Vec<u8>,
    /// Of the block that is there.
    number: u64,
}

impl Pattern {
    pub(crate) fn new(seed: u64) -> Pattern {
        let mut state = seed;
        let table = (0..BLOCK / WORD).map(|_| splitmix64(&mut state)).collect();
        let mut pattern = Pattern { table, block: vec![0; BLOCK], number: 0 };
        pattern.fill(0);
        pattern
    }

    /// The bytes from a position to the end of its block.
    pub(crate) fn at(&mut self, position: u64) -> &[u8] {
        let (number, offset) = (position / BLOCK as u64, position as usize % BLOCK);
        if number != self.number {
            self.fill(number);
        }
        &self.block[offset..]
    }

    /// The position of the first byte that is wrong, where `bytes` stand at `position`.
    pub(crate) fn first_wrong(&mut self, mut position: u64, mut bytes: &[u8]) -> Option<u64> {
        while !bytes.is_empty() {
            let right = self.at(position);
            let length = right.len().min(bytes.len());
            let (part, rest) = bytes.split_at(length);
            if *part != right[..length] {
                let same = part.iter().zip(right).take_while(|(a, b)| a == b).count();
                return Some(position + same as u64);
            }
            position += length as u64;
            bytes = rest;
        }
        None
    }

    fn fill(&mut self, number: u64) {
        let change = number.wrapping_mul(GOLDEN);
        for (bytes, word) in self.block.chunks_exact_mut(WORD).zip(&self.table) {
            bytes.copy_from_slice(&(word ^ change).to_le_bytes());
        }
        self.number = number;
    }
}

fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(GOLDEN);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three blocks of a stream.
    fn bytes(seed: u64) -> Vec<u8> {
        let mut pattern = Pattern::new(seed);
        (0..3).flat_map(|block| pattern.at(block * BLOCK as u64).to_vec()).collect()
    }

    #[test]
    fn the_numbers_are_splitmix64() {
        let mut state = 1_234_567;
        assert_eq!(splitmix64(&mut state), 6_457_827_717_110_365_317);
        assert_eq!(splitmix64(&mut state), 3_203_168_211_198_807_973);
    }

    #[test]
    fn right_bytes_are_right_at_each_position() {
        let (bytes, mut pattern) = (bytes(7), Pattern::new(7));
        assert_eq!(pattern.first_wrong(0, &bytes), None);
        assert_eq!(pattern.first_wrong(65_530, &bytes[65_530..140_000]), None);
    }

    #[test]
    fn damage_loss_and_another_block_are_found() {
        let (mut bytes, mut pattern) = (bytes(7), Pattern::new(7));
        assert_eq!(pattern.first_wrong(0, &bytes[BLOCK..]), Some(0));
        bytes[100_000] ^= 1;
        assert_eq!(pattern.first_wrong(10, &bytes[10..]), Some(100_000));
        bytes.drain(70_000..70_001);
        assert!(pattern.first_wrong(0, &bytes).is_some_and(|at| (70_000..70_010).contains(&at)));
    }
}
