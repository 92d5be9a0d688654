//! The figures, and what they have to be.

use super::compare::{Comparison, Counts};
use super::functions::Fate;

/// The share of functions that must agree. What is missing is what no parser can know without headers: whether a name
/// alone is a type, as in `sizeof(name)`, and what a macro opens or closes. Those are few; one fault in a heuristic is
/// more than that.
const LEAST_AGREEMENT: f64 = 0.995;

/// The figures of some files.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Summary {
    /// Files that gcc does not accept.
    pub(super) skipped: usize,
    /// Files that were compared.
    pub(super) files: usize,
    /// Problems in preprocessed texts.
    pub(super) problems: usize,
    pub(super) files_with_problems: usize,
    /// Nodes of preprocessed texts that are macros by their kind.
    pub(super) mistaken: usize,
    /// Files that have a problem as they are.
    pub(super) odd_files: usize,
    functions: Functions,
    counts: Counts,
}

#[derive(Clone, Copy, Debug, Default)]
struct Functions {
    exact: usize,
    /// Those among the exact ones that use no macro at all.
    without_macros: usize,
    but_for_macros: usize,
    differing: usize,
    not_compiled: usize,
    made_by_macro: usize,
    other_branch: usize,
    unparsed: usize,
}

impl Functions {
    fn agreeing(self) -> usize {
        self.exact + self.but_for_macros
    }

    fn compared(self) -> usize {
        self.agreeing() + self.differing
    }

    fn agreement(self) -> f64 {
        self.agreeing() as f64 / self.compared().max(1) as f64
    }

    fn add(&mut self, other: Functions) {
        self.exact += other.exact;
        self.without_macros += other.without_macros;
        self.but_for_macros += other.but_for_macros;
        self.differing += other.differing;
        self.not_compiled += other.not_compiled;
        self.made_by_macro += other.made_by_macro;
        self.other_branch += other.other_branch;
        self.unparsed += other.unparsed;
    }
}

impl Summary {
    pub(super) fn add_comparison(&mut self, comparison: &Comparison) {
        if comparison.is_exact() {
            self.functions.exact += 1;
            self.functions.without_macros += usize::from(comparison.is_without_macros);
        } else if comparison.differences.is_empty() {
            self.functions.but_for_macros += 1;
        } else {
            self.functions.differing += 1;
        }
        self.counts.add(comparison.counts);
    }

    pub(super) fn add_unpaired(&mut self, fate: Fate) {
        match fate {
            Fate::NotCompiled => self.functions.not_compiled += 1,
            Fate::MadeByMacro => self.functions.made_by_macro += 1,
            Fate::OtherBranch => self.functions.other_branch += 1,
            Fate::Unparsed => self.functions.unparsed += 1,
            Fate::OnlyInFile(_) | Fate::OnlyInPreprocessed(_) => self.functions.differing += 1,
            Fate::Paired { .. } => {}
        }
    }

    pub(super) fn add(&mut self, other: &Summary) {
        self.skipped += other.skipped;
        self.files += other.files;
        self.problems += other.problems;
        self.files_with_problems += other.files_with_problems;
        self.mistaken += other.mistaken;
        self.odd_files += other.odd_files;
        self.functions.add(other.functions);
        self.counts.add(other.counts);
    }

    /// Whether all preprocessed texts parse, as what they are, and enough functions agree.
    pub(super) fn is_good(&self) -> bool {
        self.problems == 0 && self.mistaken == 0 && self.functions.agreement() >= LEAST_AGREEMENT
    }

    /// The figures, one a line.
    pub(super) fn text(&self) -> String {
        let functions = &self.functions;
        let counts = &self.counts;
        let not_compared = functions.not_compiled
            + functions.made_by_macro
            + functions.other_branch
            + functions.unparsed;
        let nodes = counts.statements + counts.calls + counts.others + counts.in_arguments;
        let rows = [
            ("files compared", self.files),
            ("  not accepted by gcc, passed over", self.skipped),
            ("  with a problem as they are", self.odd_files),
            ("  with a problem when preprocessed", self.files_with_problems),
            ("  such problems", self.problems),
            ("  taken for macros there", self.mistaken),
            ("functions compared", functions.compared()),
            ("  exact", functions.exact),
            ("    of these without any macro", functions.without_macros),
            ("  agreeing but for macros", functions.but_for_macros),
            ("  differing", functions.differing),
            ("functions not compared", not_compared),
            ("  dropped by the configuration", functions.not_compiled),
            ("  made by a macro", functions.made_by_macro),
            ("  parsed with another branch of #if", functions.other_branch),
            ("  with a problem when preprocessed", functions.unparsed),
            ("nodes compared", nodes),
            ("  statements", counts.statements),
            ("  calls", counts.calls),
            ("  others", counts.others),
            ("  expressions in arguments of macros", counts.in_arguments),
            ("statements and calls made by macros", counts.aside),
        ];
        let row = |(name, count): (&str, usize)| format!("{name:<38}{count:8}\n");
        let agreement = 100.0 * functions.agreement();
        rows.map(row).concat()
            + &format!("functions that agree, of those compared {agreement:.2} %\n")
    }
}
