//! Which files a patch can match at all, by the words in them.

use aho_corasick::AhoCorasick;
use smpl::{SemanticPatch, WordFormula};

/// The words of a patch, ready to be looked for.
#[derive(Debug)]
pub struct Prefilter {
    formula: WordFormula,
    words: Vec<Box<str>>,
    search: Option<AhoCorasick>,
    virtuals: Vec<Box<str>>,
}

impl Prefilter {
    /// The filter of `patch` when `virtuals` are set.
    pub fn new(patch: &SemanticPatch, virtuals: &[Box<str>]) -> Prefilter {
        let mut words = Vec::new();
        collect(&patch.words, &mut words);
        words.sort_unstable();
        words.dedup();
        let search = AhoCorasick::new(words.iter().map(|word| word.as_bytes())).ok();
        Prefilter { formula: patch.words.clone(), words, search, virtuals: virtuals.to_vec() }
    }

    /// Whether a text has any word of the patch, so that something of it may match; all, if the patch asks for no word.
    pub fn has_a_word(&self, text: &[u8]) -> bool {
        let Some(search) = self.search.as_ref().filter(|_| !self.words.is_empty()) else {
            return true;
        };
        let mut hits = search.find_overlapping_iter(text);
        hits.any(|hit| is_whole_word(text, hit.start(), hit.end()))
    }

    /// Whether a file with this text may match; comments and strings count.
    pub fn may_match(&self, text: &[u8]) -> bool {
        let Some(search) = &self.search else { return true };
        let mut found = vec![false; self.words.len()];
        let mut left = self.words.len();
        for hit in search.find_overlapping_iter(text) {
            let index = hit.pattern().as_usize();
            if !found[index] && is_whole_word(text, hit.start(), hit.end()) {
                found[index] = true;
                left -= 1;
                if left == 0 {
                    break;
                }
            }
        }
        let has = |word: &str| {
            self.words.binary_search_by(|known| (**known).cmp(word)).is_ok_and(|index| found[index])
        };
        self.formula.holds(&has, &|name| self.virtuals.iter().any(|known| &**known == name))
    }
}

fn is_whole_word(text: &[u8], start: usize, end: usize) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    !is_word(start.checked_sub(1).and_then(|before| text.get(before))) && !is_word(text.get(end))
}

fn collect(formula: &WordFormula, words: &mut Vec<Box<str>>) {
    match formula {
        WordFormula::Word(word) => words.push(word.clone()),
        WordFormula::And(parts) | WordFormula::Or(parts) => {
            parts.iter().for_each(|part| collect(part, words));
        }
        WordFormula::True | WordFormula::False | WordFormula::Virtual(_) => {}
    }
}
