//! The blocks of a file, and which of them the guest's script comes by.
//!
//! Most of a driver is for cards that QEMU does not have, or for what nobody asks. A fault there shows nothing and costs
//! as much as one that strikes. `--survey` finds out which blocks are entered: the driver tells on the console when it
//! enters one for the first time, and for the first time while a fault would be armed. What it told is kept in
//! `lab/faults/reached`, so that the choice of faults does not depend on a machine's mood; `--reached` chooses among the
//! sites in these blocks.
//!
//! A block is what braces enclose in a function, but for `switch (...) {`, initialisers and statement expressions; those
//! belong to the block around them. A line of braces belongs to the block around, too. What an early return or a branch
//! without braces leaves out is not seen, and a site outside of all functions, in a macro say, counts as come by.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use crate::lab::campaign::choice::Arming;
use crate::lab::campaign::sites::tokens;

/// A block that tells when it is entered.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Block {
    /// Behind its opening brace.
    at: usize,
    /// Lines from its opening to its closing brace, counted from 1.
    lines: Range<usize>,
}

const WORD: &str = "refit-survey ";

/// What a surveyed driver needs: the flag that the script sets, as a fault would have it.
const FLAG: &str = "#include <linux/module.h>\nint refit_survey_flag;\n\
    module_param_named(fault, refit_survey_flag, int, 0644);\n\
    static int refit_reached;\nmodule_param_named(reached, refit_reached, int, 0444);\n";

/// The text of a file that tells of each block that is entered. One file of a driver has the flag.
pub(super) fn surveyed(text: &str, name: &str, has_flag: bool) -> String {
    let mut changed = "#include <linux/printk.h>\nextern int refit_survey_flag;\n".to_owned();
    let mut end = 0;
    for block in blocks(text) {
        let (at, line) = (block.at, block.lines.start);
        // Writing to a string cannot fail.
        let _ = write!(
            changed,
            "{} int refit_survey __attribute__((unused)) = ({{ static int seen; if (seen <= refit_survey_flag) {{ \
             seen = refit_survey_flag + 1; \
             printk(\"{WORD}%s {name}:{line}\\n\", refit_survey_flag ? \"later\" : \"loaded\"); }} 0; }});",
            &text[end..at]
        );
        end = at;
    }
    changed += &text[end..];
    if has_flag { changed + FLAG } else { changed }
}

/// What a console tells of: lines `later FILE:LINE` and `loaded FILE:LINE`.
pub(super) fn told(console: &str) -> BTreeSet<String> {
    let words = console.lines().filter_map(|line| line.split_once(WORD));
    words.map(|(_, word)| word.trim().to_owned()).collect()
}

/// For each line of a file, counted from 1, whether it may be come by while a fault is armed.
pub(super) fn reachable(
    text: &str,
    name: &str,
    reached: &BTreeSet<String>,
    arming: Arming,
) -> impl Fn(usize) -> bool {
    let is_reached = |block: &Block| {
        let told = |when| reached.contains(&format!("{when} {name}:{}", block.lines.start));
        told("later") || (arming == Arming::Loaded && told("loaded"))
    };
    let blocks: Vec<(Range<usize>, bool)> = blocks(text)
        .into_iter()
        .map(|block| (block.lines.start + 1..block.lines.end - 1, is_reached(&block)))
        .collect();
    // Blocks that begin later lie deeper.
    move |line| {
        let innermost = blocks.iter().rev().find(|(lines, _)| lines.contains(&line));
        innermost.is_none_or(|(_, reached)| *reached)
    }
}

/// In the order in which they begin.
fn blocks(text: &str) -> Vec<Block> {
    let mut scan = Scan::default();
    let (mut at, mut line) = (0, 1);
    let mut directive_ends = 0;
    for token in tokens(text) {
        line += text[at..token.start].matches('\n').count();
        at = token.start;
        if token.start < directive_ends {
            continue;
        }
        match &text[token.clone()] {
            "#" => directive_ends = directive_end(text, token.start),
            word => scan.take(word, token.end, line, text[..token.start].ends_with('\n')),
        }
    }
    let mut blocks = scan.blocks;
    blocks.retain(|block| !block.lines.is_empty());
    blocks
}

/// The end of the line that a directive ends with.
fn directive_end(text: &str, begin: usize) -> usize {
    let mut end = begin;
    for line in text[begin..].split_inclusive('\n') {
        end += line.len();
        if !line.trim_end().ends_with('\\') {
            break;
        }
    }
    end
}

#[derive(Default)]
struct Scan<'a> {
    blocks: Vec<Block>,
    /// Braces that are open: which block they begin, if they do.
    open: Vec<Option<usize>>,
    /// What stands before each parenthesis that is open, and before the one that was closed last.
    before: Vec<&'a str>,
    closed: &'a str,
    last: &'a str,
}

impl<'a> Scan<'a> {
    fn take(&mut self, word: &'a str, end: usize, line: usize, begins_line: bool) {
        match word {
            "(" => self.before.push(self.last),
            ")" => self.closed = self.before.pop().unwrap_or_default(),
            "{" => {
                let tells = self.begins_block();
                self.open.push(tells.then_some(self.blocks.len()));
                if tells {
                    // The end is not known yet.
                    self.blocks.push(Block { at: end, lines: line..line });
                }
            }
            "}" => {
                let block = self.open.pop().flatten();
                if let Some(block) = block.and_then(|block| self.blocks.get_mut(block)) {
                    block.lines.end = line + 1;
                }
                if begins_line {
                    // Whatever the branches of an #if have done to the count.
                    (self.open, self.before) = (Vec::new(), Vec::new());
                }
            }
            _ => {}
        }
        self.last = word;
    }

    /// Whether a brace that opens now is that of a function, or of a branch or loop in one.
    fn begins_block(&self) -> bool {
        let is_name = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && !["switch", "return", "sizeof"].contains(&word)
        };
        match self.last {
            ")" => is_name(self.closed),
            "else" | "do" | ":" => !self.open.is_empty(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "#define M(x) do { \\\n\tf(x); } while (0)\n\
        static int one (int a)\n{\n\tif (a) {\n\t\tb();\n\t} else {\n\t\tc();\n\t}\n\
        \tswitch (a) {\n\tcase 1:\n\t\td((struct s) { 1 });\n\t}\n}\n\
        struct s t = {\n\t.a = 1,\n};\n";

    #[test]
    fn blocks_are_functions_branches_and_loops() {
        let lines: Vec<_> = blocks(TEXT).into_iter().map(|block| block.lines).collect();
        assert_eq!(lines, [4..15, 5..8, 7..10]);
    }

    #[test]
    fn what_is_not_entered_is_not_come_by() {
        let reached =
            told("[1.1] refit-survey later d.c:4\r\nno\n[1.2] refit-survey loaded d.c:7\n");
        let later = reachable(TEXT, "d.c", &reached, Arming::Later);
        let lines: Vec<usize> = (1..18).filter(|line| later(*line)).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
        let loaded = reachable(TEXT, "d.c", &reached, Arming::Loaded);
        assert!(loaded(8) && !loaded(6));
        assert!(!reachable(TEXT, "e.c", &reached, Arming::Later)(5));
    }

    #[test]
    fn each_block_tells_its_place() {
        let text = surveyed(TEXT, "d.c", true);
        assert_eq!(text.matches("printk(\"refit-survey %s d.c:").count(), 3);
        assert_eq!(text.matches('\n').count(), TEXT.matches('\n').count() + 7);
        assert!(!surveyed(TEXT, "d.c", false).contains("module_param"));
    }
}
