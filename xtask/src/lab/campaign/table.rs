//! The tables of a campaign, in Markdown, from its rows.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::lab::campaign::row::Row;

/// All of it: a table for each driver and kernel, and what the guard did not do.
pub(super) fn tables(rows: &[Row]) -> String {
    let mut groups: BTreeMap<(&str, &str), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry((&row.driver, &row.kernel)).or_default().push(row);
    }
    let mut text = String::new();
    for ((driver, kernel), rows) in groups {
        // Writing to a string cannot fail.
        let _ = write!(text, "## {driver} on {kernel}\n\n{}\n{}", by_kind(&rows), others(&rows));
        let _ = write!(text, "{}\n{}", speed(&rows), shortcomings(&rows));
    }
    text
}

/// The faults of one kind, counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Counts {
    faults: usize,
    /// Of the plain kernel, and tried with the guard. All that follow are of these.
    crashes: usize,
    survived: usize,
    /// Those that were armed while the card worked.
    later: usize,
    resumed: usize,
    intact: usize,
}

impl Counts {
    fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Counts {
        let mut counts = Counts::default();
        for row in rows {
            counts.faults += 1;
            if !(row.plain_crashed() && row.was_guarded()) {
                continue;
            }
            counts.crashes += 1;
            counts.survived += usize::from(row.survived());
            if !row.armed_from_start() {
                counts.later += 1;
                counts.resumed += usize::from(row.resumed);
                counts.intact += usize::from(row.intact);
            }
        }
        counts
    }

    fn line(&self, name: &str) -> String {
        let Counts { faults, crashes, survived, later, resumed, intact } = *self;
        format!(
            "| {name} | {faults} | {crashes} | {} | {} | {} |\n",
            share(survived, crashes),
            share(resumed, later),
            share(intact, later)
        )
    }
}

/// `3 of 4 (75 %)`.
fn share(part: usize, whole: usize) -> String {
    match whole {
        0 => "-".to_owned(),
        _ => format!("{part} of {whole} ({:.0} %)", 100.0 * part as f64 / whole as f64),
    }
}

fn by_kind(rows: &[&Row]) -> String {
    let mut kinds: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        kinds.entry(&row.kind).or_default().push(row);
    }
    let mut text = "| kind | faults | plain kernel crashed | guarded kernel survived | transfer resumed | intact |\n\
        |---|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for (kind, rows) in kinds {
        text += &Counts::of(rows).line(kind);
    }
    text + &Counts::of(rows.iter().copied()).line("**all**")
}

/// The faults that the plain kernel got over.
fn others(rows: &[&Row]) -> String {
    let count = |is_one: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is_one(row)).count();
    let tried = |row: &Row| !row.plain_crashed() && row.was_guarded();
    format!(
        "Armed from the start: {} faults; of the {} of them that crashed the plain kernel, {} did not crash the guarded \
        one. They are not counted as transfers.\n\
        The plain kernel got over {} faults: without effect {} (never come by: {}), traffic broken {}. The guarded \
        driver was tried with {} of them: {} survived, {} resumed or never stopped.\n\
        {} choices did not compile and were replaced.\n",
        count(&Row::armed_from_start),
        count(&|row| row.armed_from_start() && row.plain_crashed() && row.was_guarded()),
        count(&|row| row.armed_from_start() && row.plain_crashed() && row.survived()),
        count(&|row| !row.plain_crashed()),
        count(&|row| row.plain == "no-effect"),
        count(&|row| row.plain == "no-effect" && row.reached == "no"),
        count(&|row| row.plain == "broken"),
        count(&tried),
        count(&|row| tried(row) && row.survived()),
        count(&|row| tried(row) && row.resumed),
        rows.iter().map(|row| row.not_compiled).sum::<usize>(),
    )
}

/// How long recoveries took.
fn speed(rows: &[&Row]) -> String {
    let resumed = || rows.iter().filter(|row| row.resumed && row.recoveries > 0);
    let recoveries = middle_and_most(resumed().filter_map(|row| row.recovery_us).collect());
    let pauses = middle_and_most(resumed().filter_map(|row| row.pause_ms).collect());
    match (recoveries, pauses) {
        (Some((recovery, longest)), Some((pause, longest_pause))) => format!(
            "Where the transfer resumed after a restart: failure to running again {recovery} us (median), at most \
            {longest} us; longest pause of the traffic {pause} ms (median), at most {longest_pause} ms.\n"
        ),
        _ => String::new(),
    }
}

fn middle_and_most(mut numbers: Vec<u64>) -> Option<(u64, u64)> {
    numbers.sort_unstable();
    Some((*numbers.get(numbers.len() / 2)?, *numbers.last()?))
}

/// Each fault that the guarded driver did not get over.
fn shortcomings(rows: &[&Row]) -> String {
    let mut text = String::new();
    for row in rows.iter().filter(|row| row.was_guarded()) {
        if let Some(why) = shortcoming(row) {
            let _ = writeln!(text, "- {}: {why}", row.name());
        }
    }
    if text.is_empty() { text } else { format!("What the guard did not do:\n\n{text}\n") }
}

fn shortcoming(row: &Row) -> Option<String> {
    let Row { guarded_reason: reason, phase, causes, .. } = row;
    let noted = if causes.is_empty() { "no failure" } else { causes };
    if !row.survived() {
        Some(format!("CRASHED: {reason}"))
    } else if row.armed_from_start() {
        None
    } else if !row.resumed {
        Some(format!("not resumed: {reason} (phase {phase}; {noted})"))
    } else if !row.intact {
        Some(format!("not intact: {reason} (phase {phase}; {noted})"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &str, plain: &str, guarded: &str) -> Row {
        Row {
            driver: "d".into(),
            kernel: "6.1".into(),
            kind: kind.into(),
            file: "d.c".into(),
            armed: "later".into(),
            plain: plain.into(),
            guarded: guarded.into(),
            resumed: guarded == "survived",
            intact: guarded == "survived",
            ..Row::default()
        }
    }

    #[test]
    fn crashes_of_the_plain_kernel_are_what_counts() {
        let rows = [
            row("bug", "crashed", "survived"),
            row("bug", "crashed", "crashed"),
            row("bug", "no-effect", "not-run"),
            Row { resumed: false, armed: "loaded".into(), ..row("bug", "crashed", "survived") },
        ];
        let counts = Counts::of(&rows);
        let expect = Counts { faults: 4, crashes: 3, survived: 2, later: 2, resumed: 1, intact: 1 };
        assert_eq!(counts, expect);
        let line = "| bug | 4 | 3 | 2 of 3 (67 %) | 1 of 2 (50 %) | 1 of 2 (50 %) |\n";
        assert_eq!(counts.line("bug"), line);
    }

    #[test]
    fn each_driver_and_kernel_has_a_table() {
        let other = Row { kernel: "6.12".into(), ..row("bug", "crashed", "survived") };
        let text = tables(&[row("bug", "broken", "not-run"), other]);
        assert!(text.contains("## d on 6.1\n") && text.contains("## d on 6.12\n"), "{text}");
        assert!(text.contains("| bug | 1 | 0 | - | - | - |\n"), "{text}");
        assert!(text.contains("| **all** | 1 | 1 | 1 of 1 (100 %) |"), "{text}");
    }

    #[test]
    fn what_the_guard_did_not_do_is_told() {
        let why = |row: Row| shortcoming(&row);
        assert_eq!(why(row("bug", "crashed", "survived")), None);
        let crashed = Row { guarded_reason: "oops".into(), ..row("bug", "crashed", "crashed") };
        assert_eq!(why(crashed).as_deref(), Some("CRASHED: oops"));
        let stopped = Row {
            resumed: false,
            guarded_reason: "send broke".into(),
            phase: "dead".into(),
            ..row("bug", "crashed", "survived")
        };
        let expect = "not resumed: send broke (phase dead; no failure)";
        assert_eq!(why(stopped.clone()).as_deref(), Some(expect));
        assert_eq!(why(Row { armed: "loaded".into(), ..stopped }), None);
    }

    #[test]
    fn the_middle_and_the_most() {
        assert_eq!(middle_and_most(vec![9, 1, 5]), Some((5, 9)));
        assert_eq!(middle_and_most(Vec::new()), None);
    }
}
