//! Which files a patch can match at all, by the words in them.

use std::cell::OnceCell;

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;
use smpl::{SemanticPatch, WordFormula};

/// The words of a patch, ready to be looked for.
#[derive(Debug)]
pub struct Prefilter {
    formula: WordFormula,
    words: Vec<Box<str>>,
    search: Search,
    virtuals: Vec<Box<str>>,
}

/// With few words, one after the other is faster, as the first may say it all; with many, all go at once.
#[derive(Debug)]
enum Search {
    Apart(Vec<Finder<'static>>),
    Together(AhoCorasick),
}

/// More words than these are looked for together.
const FEW: usize = 8;

impl Search {
    fn new(words: &[Box<str>]) -> Search {
        let together = (words.len() > FEW).then(|| AhoCorasick::new(words.iter().map(|w| &**w)));
        match together {
            Some(Ok(search)) => Search::Together(search),
            _ => Search::Apart(words.iter().map(|w| Finder::new(&**w).into_owned()).collect()),
        }
    }
}

impl Prefilter {
    /// The filter of `patch` when `virtuals` are set.
    pub fn new(patch: &SemanticPatch, virtuals: &[Box<str>]) -> Prefilter {
        let mut words = Vec::new();
        collect(&patch.words, &mut words);
        words.sort_unstable();
        words.dedup();
        let search = Search::new(&words);
        Prefilter { formula: patch.words.clone(), words, search, virtuals: virtuals.to_vec() }
    }

    /// Whether a text has any word of the patch, so that something of it may match; all, if the patch asks for no word.
    pub fn has_a_word(&self, text: &[u8]) -> bool {
        match &self.search {
            _ if self.words.is_empty() => true,
            Search::Apart(finders) => finders.iter().any(|finder| has_word(text, finder)),
            Search::Together(search) => search
                .find_overlapping_iter(text)
                .any(|hit| is_whole_word(text, hit.start(), hit.end())),
        }
    }

    /// Whether a file with this text may match; comments and strings count.
    pub fn may_match(&self, text: &[u8]) -> bool {
        match &self.search {
            Search::Apart(finders) => {
                let found = vec![OnceCell::new(); finders.len()];
                self.holds(&|index| *found[index].get_or_init(|| has_word(text, &finders[index])))
            }
            Search::Together(search) => {
                let found = self.all_words(text, search);
                self.holds(&|index| found[index])
            }
        }
    }

    /// Whether the words that are there, by index, are enough.
    fn holds(&self, is_there: &dyn Fn(usize) -> bool) -> bool {
        let has = |word: &str| {
            self.words.binary_search_by(|known| (**known).cmp(word)).is_ok_and(is_there)
        };
        self.formula.holds(&has, &|name| self.virtuals.iter().any(|known| &**known == name))
    }

    /// For each word whether it is there.
    fn all_words(&self, text: &[u8], search: &AhoCorasick) -> Vec<bool> {
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
        found
    }
}

fn has_word(text: &[u8], finder: &Finder<'_>) -> bool {
    let length = finder.needle().len();
    finder.find_iter(text).any(|start| is_whole_word(text, start, start + length))
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
