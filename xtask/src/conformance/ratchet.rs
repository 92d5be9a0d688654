//! What each case has reached, and the file that keeps it: names and status only.
//!
//! ```text
//! suite a3 exact
//! suite countcalls script prints
//! kernel decl_split files=207 tokens=206 exact=206 extra=0
//! ```
//!
//! Invariant: writing what was read gives the same text, so that a change of the file shows only what changed.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, bail};

const INTRO: &str = "\
# What `cargo xtask conformance` has found of each case; no case may get worse. --update writes this file.
# suite: exact; tokens (other white space or comments); differs; script (differs, and needs one). prints: so does standard output.
";

/// All cases, in the order of the conformance data.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Ratchet {
    pub(super) suite: Vec<SuiteCase>,
    pub(super) kernel: Vec<KernelCase>,
}

/// A case of Coccinelle's own tests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SuiteCase {
    pub(super) name: String,
    pub(super) status: Status,
    /// What is printed to standard output is as expected; only some cases ask for that.
    pub(super) prints: bool,
}

/// How near a result comes to the expected one, worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Status {
    /// It differs, and the case needs a script.
    Script,
    /// It differs.
    Differs,
    /// The tokens are the same.
    Tokens,
    /// The bytes are the same.
    Exact,
}

const WORDS: [(Status, &str); 4] = [
    (Status::Script, "script"),
    (Status::Differs, "differs"),
    (Status::Tokens, "tokens"),
    (Status::Exact, "exact"),
];

/// A semantic patch that runs on a folder of a kernel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct KernelCase {
    pub(super) name: String,
    /// How many files Coccinelle changes.
    pub(super) files: usize,
    /// In how many of these the tokens agree.
    pub(super) tokens: usize,
    /// In how many of these the bytes agree.
    pub(super) exact: usize,
    /// How many others are changed here.
    pub(super) extra: usize,
}

/// What has changed, a line a case.
#[derive(Default, PartialEq, Eq, Debug)]
pub(super) struct Comparison {
    pub(super) better: Vec<String>,
    pub(super) worse: Vec<String>,
}

/// A case of either kind.
trait Case: fmt::Display + PartialEq + Sized {
    fn name(&self) -> &str;
    fn is_worse_than(&self, before: &Self) -> bool;
}

impl Case for SuiteCase {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_worse_than(&self, before: &SuiteCase) -> bool {
        self.status < before.status || (before.prints && !self.prints)
    }
}

impl Case for KernelCase {
    fn name(&self) -> &str {
        &self.name
    }

    /// Another number of files means other data, which somebody has to look at.
    fn is_worse_than(&self, before: &KernelCase) -> bool {
        self.files != before.files
            || self.tokens < before.tokens
            || self.exact < before.exact
            || self.extra > before.extra
    }
}

impl Ratchet {
    /// Reads the file.
    pub(super) fn parse(text: &str) -> Result<Ratchet> {
        let mut ratchet = Ratchet::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let case = || format!("no case in xtask/conformance.ratchet: {line}");
            if let Some(rest) = line.strip_prefix("suite ") {
                ratchet.suite.push(rest.parse().with_context(case)?);
            } else if let Some(rest) = line.strip_prefix("kernel ") {
                ratchet.kernel.push(rest.parse().with_context(case)?);
            } else {
                bail!(case());
            }
        }
        Ok(ratchet)
    }

    /// Whether a case was run.
    pub(super) fn has(&self, name: &str) -> bool {
        self.suite.iter().any(|case| case.name == name)
            || self.kernel.iter().any(|case| case.name == name)
    }

    /// What is better or worse now. When all cases were asked for, each has to be there.
    pub(super) fn compare(&self, now: &Ratchet, all: bool) -> Comparison {
        let mut comparison = Comparison::default();
        compare(&self.suite, &now.suite, all, &mut comparison);
        // Where there is no kernel, nothing is known of its cases.
        compare(&self.kernel, &now.kernel, all && !now.kernel.is_empty(), &mut comparison);
        comparison
    }

    /// What to write after a run of all cases.
    pub(super) fn updated(self, now: &Ratchet) -> Ratchet {
        let kernel = if now.kernel.is_empty() { self.kernel } else { now.kernel.clone() };
        Ratchet { suite: now.suite.clone(), kernel }
    }

    /// The sums, in two lines.
    pub(super) fn summary(&self) -> String {
        let reached = |status| self.suite.iter().filter(|case| case.status >= status).count();
        let sum = |count: fn(&KernelCase) -> usize| self.kernel.iter().map(count).sum::<usize>();
        format!(
            "suite: {} cases, {} token-equal, {} exact, {} print as expected\nkernel: {} cases, {} files, {} token-equal, {} exact, {} extra",
            self.suite.len(),
            reached(Status::Tokens),
            reached(Status::Exact),
            self.suite.iter().filter(|case| case.prints).count(),
            self.kernel.len(),
            sum(|case| case.files),
            sum(|case| case.tokens),
            sum(|case| case.exact),
            sum(|case| case.extra),
        )
    }
}

fn compare<C: Case>(before: &[C], now: &[C], all: bool, comparison: &mut Comparison) {
    for case in now {
        match before.iter().find(|old| old.name() == case.name()) {
            None => comparison.better.push(format!("{case} (new)")),
            Some(old) if old == case => {}
            Some(old) if case.is_worse_than(old) => {
                comparison.worse.push(format!("{case} (was {old})"));
            }
            Some(old) => comparison.better.push(format!("{case} (was {old})")),
        }
    }
    let gone = before.iter().filter(|old| now.iter().all(|case| case.name() != old.name()));
    comparison.worse.extend(gone.filter(|_| all).map(|old| format!("gone: {old}")));
}

impl fmt::Display for Ratchet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(INTRO)?;
        self.suite.iter().try_for_each(|case| writeln!(f, "suite {case}"))?;
        self.kernel.iter().try_for_each(|case| writeln!(f, "kernel {case}"))
    }
}

impl fmt::Display for SuiteCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, word) = WORDS[self.status as usize];
        write!(f, "{} {word}{}", self.name, if self.prints { " prints" } else { "" })
    }
}

impl fmt::Display for KernelCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let KernelCase { name, files, tokens, exact, extra } = self;
        write!(f, "{name} files={files} tokens={tokens} exact={exact} extra={extra}")
    }
}

impl FromStr for SuiteCase {
    type Err = Error;

    fn from_str(text: &str) -> Result<SuiteCase> {
        let words: Vec<&str> = text.split(' ').collect();
        let (&name, rest) = words.split_first().context("no name")?;
        let (&word, rest) = rest.split_first().context("no status")?;
        let (status, _) = WORDS.into_iter().find(|(_, w)| *w == word).context("no such status")?;
        Ok(SuiteCase { name: name.to_owned(), status, prints: rest == ["prints"] })
    }
}

impl FromStr for KernelCase {
    type Err = Error;

    fn from_str(text: &str) -> Result<KernelCase> {
        let mut words = text.split(' ');
        let name = words.next().context("no name")?.to_owned();
        let mut count = |key: &str| -> Result<usize> {
            let word = words.next().and_then(|word| word.strip_prefix(key));
            Ok(word
                .and_then(|word| word.strip_prefix('='))
                .context("a count is missing")?
                .parse()?)
        };
        Ok(KernelCase {
            name,
            files: count("files")?,
            tokens: count("tokens")?,
            exact: count("exact")?,
            extra: count("extra")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str = "suite a exact\nsuite b tokens\nsuite c differs\nsuite d script prints\nkernel k files=9 tokens=8 exact=7 extra=1\n";

    fn changed(from: &str, to: &str) -> Comparison {
        let before = Ratchet::parse(CASES).unwrap();
        before.compare(&Ratchet::parse(&CASES.replace(from, to)).unwrap(), true)
    }

    fn is_worse(from: &str, to: &str) -> bool {
        let Comparison { better, worse } = changed(from, to);
        assert_eq!(better.len() + worse.len(), 1);
        worse.len() == 1
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        assert_eq!(Ratchet::parse(CASES).unwrap().to_string(), format!("{INTRO}{CASES}"));
        assert_eq!(changed("", ""), Comparison::default());
    }

    #[test]
    fn a_line_that_is_no_case_is_an_error() {
        for line in ["other a exact", "suite a", "suite a good", "kernel k files=9 exact=9"] {
            assert!(Ratchet::parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_case_of_the_suite_gets_worse_or_better() {
        assert!(is_worse("a exact", "a tokens"));
        assert!(is_worse("b tokens", "b differs"));
        assert!(is_worse("script prints", "script"));
        assert!(!is_worse("c differs", "c tokens"));
        assert!(!is_worse("d script prints", "d exact prints"));
    }

    #[test]
    fn a_case_of_the_kernel_gets_worse_or_better() {
        assert!(is_worse("tokens=8", "tokens=7"));
        assert!(is_worse("exact=7", "exact=6"));
        assert!(is_worse("extra=1", "extra=2"));
        assert!(is_worse("files=9", "files=10"));
        assert!(!is_worse("tokens=8", "tokens=9"));
        assert!(!is_worse("extra=1", "extra=0"));
    }

    #[test]
    fn a_case_must_not_go_unless_only_some_were_asked_for() {
        assert!(is_worse("suite a exact\n", ""));
        let before = Ratchet::parse(CASES).unwrap();
        let now = Ratchet::parse("suite b tokens").unwrap();
        assert_eq!(before.compare(&now, false), Comparison::default());
    }

    #[test]
    fn without_a_kernel_its_cases_stay() {
        let before = Ratchet::parse(CASES).unwrap();
        let now = Ratchet { kernel: Vec::new(), ..before.clone() };
        assert_eq!(before.compare(&now, true), Comparison::default());
        assert_eq!(before.clone().updated(&now), before);
    }
}
