//! Each case that differs has its reason in ledger.md.
//!
//! A case of the suite stands in the table "Cases of Coccinelle's own tests", by name; several may share a line. One of
//! the kernel is named somewhere as ``kernel `name` ``. Invariant: a case that does not differ has no line in the table.

use super::ratchet::{Ratchet, Status};

/// The heading of the table of the suite.
const HEADING: &str = "## Cases of Coccinelle's own tests";

/// What the ledger lacks, or has too much.
pub(super) fn check(ledger: &str, now: &Ratchet) -> Vec<String> {
    let named = names(ledger);
    let mut faults = Vec::new();
    for case in &now.suite {
        let is_named = named.contains(&case.name.as_str());
        match case.status {
            Status::Differs | Status::Tokens if !is_named => {
                faults.push(format!("no reason for the case {case}"));
            }
            Status::Exact if is_named => {
                faults.push(format!("the case {} does not differ any more", case.name));
            }
            _ => {}
        }
    }
    for name in named {
        if !now.has(name) {
            faults.push(format!("there is no case {name}"));
        }
    }
    for case in &now.kernel {
        let differs = case.exact < case.files || case.extra > 0;
        if differs && !ledger.contains(&format!("kernel `{}`", case.name)) {
            faults.push(format!("no reason for the kernel's case {case}"));
        }
    }
    faults
}

/// The names in the first column of the table: `` | `a`, `b` | reason | ``.
fn names(ledger: &str) -> Vec<&str> {
    let table = ledger.split(HEADING).nth(1).unwrap_or_default();
    let table = table.split("\n## ").next().unwrap_or_default();
    let cells = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEDGER: &str = "\
## Other

| kernel `k`: a.c | `elsewhere` |

## Cases of Coccinelle's own tests

| case | why |
|---|---|
| `a`, `b` | `words` of a reason |

## Another

| `c` | - |
";

    fn faults(cases: &str) -> Vec<String> {
        check(LEDGER, &Ratchet::parse(cases).unwrap())
    }

    #[test]
    fn cases_that_differ_are_named() {
        assert_eq!(faults("suite a tokens\nsuite b differs\nsuite s script"), [""; 0]);
        assert_eq!(faults("suite a exact\nsuite b tokens").len(), 1, "a does not differ");
        assert_eq!(faults("suite a tokens\nsuite b tokens\nsuite c tokens").len(), 1, "c has none");
        assert_eq!(faults("suite a tokens").len(), 1, "there is no b");
    }

    #[test]
    fn kernel_cases_that_differ_are_named() {
        let suite = "suite a tokens\nsuite b tokens\n";
        let with = |kernel| faults(&format!("{suite}{kernel}"));
        assert_eq!(with("kernel k files=9 tokens=9 exact=8 extra=0"), [""; 0]);
        assert_eq!(with("kernel other files=9 tokens=9 exact=9 extra=0"), [""; 0]);
        assert_eq!(with("kernel other files=9 tokens=9 exact=9 extra=1").len(), 1);
        assert_eq!(with("kernel other files=9 tokens=9 exact=8 extra=0").len(), 1);
    }
}
