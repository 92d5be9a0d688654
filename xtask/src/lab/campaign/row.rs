//! One fault's line of the CSV file, from which all tables are made.
//!
//! Invariant: a row that was written is read as it was. Fields have no line ends; one that has a comma or a quotation mark is
//! quoted (RFC 4180).

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::lab::campaign::verdict::{Guarded, Plain};

/// One fault, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Row {
    pub(super) driver: String,
    pub(super) kernel: String,
    pub(super) seed: u64,
    pub(super) index: usize,
    pub(super) kind: String,
    pub(super) file: String,
    pub(super) line: usize,
    /// `later` or `loaded`.
    pub(super) armed: String,
    /// How many choices before it did not compile.
    pub(super) not_compiled: usize,
    /// `crashed`, `no-effect` or `broken`.
    pub(super) plain: String,
    pub(super) plain_reason: String,
    /// Whether the plain driver came by the fault while it was armed, if that was told.
    pub(super) reached: String,
    /// `not-run`, `crashed` or `survived`.
    pub(super) guarded: String,
    /// Why it crashed, or why the traffic did not go on or was damaged.
    pub(super) guarded_reason: String,
    pub(super) loaded: bool,
    pub(super) failures: u64,
    pub(super) recoveries: u64,
    pub(super) phase: String,
    pub(super) causes: String,
    pub(super) resumed: bool,
    pub(super) intact: bool,
    pub(super) pause_ms: Option<u64>,
    pub(super) recovery_us: Option<u64>,
    pub(super) complaints: String,
    /// The changed lines.
    pub(super) shown: String,
}

const HEAD: [&str; 25] = [
    "driver",
    "kernel",
    "seed",
    "index",
    "kind",
    "file",
    "line",
    "armed",
    "not_compiled",
    "plain",
    "plain_reason",
    "reached",
    "guarded",
    "guarded_reason",
    "loaded",
    "failures",
    "recoveries",
    "phase",
    "causes",
    "resumed",
    "intact",
    "pause_ms",
    "recovery_us",
    "complaints",
    "shown",
];

impl Row {
    /// Puts down what became of the plain driver.
    pub(super) fn set_plain(&mut self, plain: &Plain) {
        let (word, reason) = match plain {
            Plain::Crashed(reason) => ("crashed", reason.as_str()),
            Plain::NoEffect => ("no-effect", ""),
            Plain::Broken(reason) => ("broken", reason.as_str()),
        };
        (self.plain, self.plain_reason) = (word.to_owned(), reason.to_owned());
    }

    /// Puts down what became of the guarded one.
    pub(super) fn set_guarded(&mut self, found: Guarded) {
        let traffic = found.traffic;
        self.guarded = if found.crash.is_some() { "crashed" } else { "survived" }.to_owned();
        self.guarded_reason = found.crash.unwrap_or(traffic.trouble);
        self.loaded = found.loaded;
        (self.failures, self.recoveries) = (found.failures, found.recoveries);
        (self.phase, self.causes) = (found.phase, found.causes);
        let crashed = self.guarded == "crashed";
        (self.resumed, self.intact) = (traffic.resumed && !crashed, traffic.intact && !crashed);
        (self.pause_ms, self.recovery_us) = (traffic.pause_ms, found.recovery_us);
        self.complaints = found.complaints;
    }

    pub(super) fn plain_crashed(&self) -> bool {
        self.plain == "crashed"
    }

    pub(super) fn was_guarded(&self) -> bool {
        self.guarded != "not-run"
    }

    pub(super) fn survived(&self) -> bool {
        self.guarded == "survived"
    }

    /// The fault was there from the start, so that there need not have been any traffic.
    pub(super) fn armed_from_start(&self) -> bool {
        self.armed == "loaded"
    }

    /// Whether the same is changed at the same place, and armed at the same time.
    pub(super) fn is_same_fault(&self, other: &Row) -> bool {
        let fault = |row: &Row| {
            let Row { kind, file, line, armed, shown, .. } = row.clone();
            (kind, file, line, armed, on_one_line(&shown))
        };
        fault(self) == fault(other)
    }

    /// For one line: `8139cp 6.1 #3 bug 8139cp.c:77`.
    pub(super) fn name(&self) -> String {
        let Row { driver, kernel, index, kind, file, line, .. } = self;
        format!("{driver} {kernel} #{index} {kind} {file}:{line}")
    }

    fn fields(&self) -> [String; HEAD.len()] {
        let number =
            |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
        [
            self.driver.clone(),
            self.kernel.clone(),
            self.seed.to_string(),
            self.index.to_string(),
            self.kind.clone(),
            self.file.clone(),
            self.line.to_string(),
            self.armed.clone(),
            self.not_compiled.to_string(),
            self.plain.clone(),
            self.plain_reason.clone(),
            self.reached.clone(),
            self.guarded.clone(),
            self.guarded_reason.clone(),
            self.loaded.to_string(),
            self.failures.to_string(),
            self.recoveries.to_string(),
            self.phase.clone(),
            self.causes.clone(),
            self.resumed.to_string(),
            self.intact.to_string(),
            number(self.pause_ms),
            number(self.recovery_us),
            self.complaints.clone(),
            self.shown.clone(),
        ]
    }

    fn from_fields(fields: &[String]) -> Option<Row> {
        let mut fields = fields.iter().cloned();
        let mut next = || fields.next();
        let row = Row {
            driver: next()?,
            kernel: next()?,
            seed: next()?.parse().ok()?,
            index: next()?.parse().ok()?,
            kind: next()?,
            file: next()?,
            line: next()?.parse().ok()?,
            armed: next()?,
            not_compiled: next()?.parse().ok()?,
            plain: next()?,
            plain_reason: next()?,
            reached: next()?,
            guarded: next()?,
            guarded_reason: next()?,
            loaded: next()?.parse().ok()?,
            failures: next()?.parse().ok()?,
            recoveries: next()?.parse().ok()?,
            phase: next()?,
            causes: next()?,
            resumed: next()?.parse().ok()?,
            intact: next()?.parse().ok()?,
            pause_ms: next()?.parse().ok(),
            recovery_us: next()?.parse().ok(),
            complaints: next()?,
            shown: next()?,
        };
        next().is_none().then_some(row)
    }

    pub(super) fn csv(&self) -> String {
        line(&self.fields())
    }
}

/// The first line of a file.
pub(super) fn head() -> String {
    line(&HEAD.map(str::to_owned))
}

/// All rows of a file. A last line without its end was cut off, and is passed over.
pub(super) fn read(file: &Path) -> Result<Vec<Row>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    parse(&text).with_context(|| file.display().to_string())
}

fn parse(text: &str) -> Result<Vec<Row>> {
    let whole = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    let mut lines = whole.enumerate();
    match lines.next() {
        None => return Ok(Vec::new()),
        Some((_, first)) if first.to_owned() + "\n" == head() => {}
        Some(_) => bail!("this is no campaign's file, or an older one's"),
    }
    let row = |(number, text): (usize, &str)| {
        Row::from_fields(&fields(text)).with_context(|| format!("line {} is no row", number + 1))
    };
    lines.map(row).collect()
}

fn on_one_line(field: &str) -> String {
    field.replace(['\n', '\r'], " ")
}

fn line(fields: &[String]) -> String {
    let quoted = |field: &String| {
        let field = on_one_line(field);
        if field.contains([',', '"']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field
        }
    };
    fields.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n"
}

fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(character),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            driver: "8139cp".into(),
            seed: u64::MAX,
            line: 7,
            plain: "crashed".into(),
            plain_reason: "a, \"b\"".into(),
            resumed: true,
            pause_ms: Some(3),
            shown: "f(\"\", x)".into(),
            ..Row::default()
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let text = head() + &row().csv() + &Row::default().csv();
        assert_eq!(parse(&text).unwrap(), [row(), Row::default()]);
    }

    #[test]
    fn a_line_that_was_cut_off_is_no_row() {
        let text = head() + &row().csv() + "8139cp,6.1,";
        assert_eq!(parse(&text).unwrap(), [row()]);
        assert_eq!(parse("").unwrap(), []);
    }

    #[test]
    fn another_file_is_refused() {
        assert!(parse("a,b\n1,2\n").is_err());
        assert_eq!(parse(&(head() + "1,2\n")).unwrap_err().to_string(), "line 2 is no row");
    }

    #[test]
    fn what_became_of_a_fault_does_not_make_it_another() {
        let other = Row { plain: "no-effect".into(), index: 9, ..row() };
        assert!(row().is_same_fault(&other));
        let lines = Row { shown: "a;\nb;".into(), ..row() };
        assert!(lines.is_same_fault(&parse(&(head() + &lines.csv())).unwrap()[0]));
        assert!(!row().is_same_fault(&Row { line: 8, ..row() }));
    }

    #[test]
    fn a_crash_is_no_resumption() {
        let mut row = row();
        let crash = Guarded { crash: Some("panic".into()), ..Guarded::default() };
        row.set_guarded(crash);
        assert!(!row.survived() && !row.resumed && row.was_guarded());
        assert_eq!(row.guarded_reason, "panic");
    }
}
