//! `refit guard status`: a line for each guarded driver.

use std::process::ExitCode;

use serde::Serialize;

use super::domains::{self, Domain};
use super::failure::Failure;
use crate::arguments::GuardShow;
use crate::output;

/// What the guard counts for a driver.
#[derive(PartialEq, Eq, Debug, Default, Serialize)]
struct Status {
    driver: String,
    /// running, failed, restarting, dead; loading and unloading are short.
    phase: String,
    /// Calls of the kernel into the driver.
    crossings: u64,
    /// Such calls while the driver was stopped.
    refused: u64,
    /// Stores that were looked at.
    checks: u64,
    failures: u64,
    recoveries: u64,
    /// What the driver holds: kind and number, where it isn't 0.
    objects: Vec<(String, u64)>,
}

/// Prints them.
pub(super) fn show(arguments: &GuardShow) -> Result<ExitCode, Failure> {
    let domains = domains::read(arguments, "status")?;
    let all: Vec<Status> = domains.iter().map(status).collect();
    let text = if arguments.json { json(&all) } else { table(&all) };
    let printed = output::text(text.as_bytes());
    Ok(printed.map_or(ExitCode::from(2), |()| ExitCode::SUCCESS))
}

/// Lines are `name value`; what is not known here is left out.
fn status(domain: &Domain) -> Status {
    let mut status = Status { driver: domain.name.clone(), ..Status::default() };
    for (name, value) in domain.text.lines().filter_map(|line| line.split_once(' ')) {
        let number = value.parse().unwrap_or_default();
        match name {
            "phase" => value.clone_into(&mut status.phase),
            "crossings" => status.crossings = number,
            "refused" => status.refused = number,
            "checks" => status.checks = number,
            "failures" => status.failures = number,
            "recoveries" => status.recoveries = number,
            _ => {
                let kind = name.strip_prefix("objects-").filter(|_| number > 0);
                status.objects.extend(kind.map(|kind| (kind.to_owned(), number)));
            }
        }
    }
    status
}

fn json(all: &[Status]) -> String {
    let lines = all.iter().filter_map(|status| serde_json::to_string(status).ok());
    lines.map(|line| line + "\n").collect()
}

fn table(all: &[Status]) -> String {
    const HEAD: [&str; 8] =
        ["DRIVER", "PHASE", "CALLS", "REFUSED", "STORES", "FAILURES", "RECOVERIES", "HOLDS"];
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(all.iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEAD.len() - 1).map(width).collect();
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn row(status: &Status) -> [String; 8] {
    let objects: Vec<String> =
        status.objects.iter().map(|(kind, number)| format!("{number} {kind}")).collect();
    [
        status.driver.clone(),
        status.phase.clone(),
        status.crossings.to_string(),
        status.refused.to_string(),
        status.checks.to_string(),
        status.failures.to_string(),
        status.recoveries.to_string(),
        objects.join(", "),
    ]
}

/// The last column has the width that it needs.
fn line(row: &[String; 8], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}  "));
    let line = cells.collect::<String>() + &row[7];
    line.trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Status {
        let text = "phase running\ncrossings 12\nchecks 900\nnew 3\nobjects-irq 1\nobjects-skb 0\n";
        status(&Domain { name: "e1000".to_owned(), text: text.to_owned() })
    }

    #[test]
    fn kinds_of_which_there_is_none_are_left_out() {
        assert_eq!(sample().objects, [("irq".to_owned(), 1)]);
    }

    #[test]
    fn what_is_held_stands_last() {
        let table = table(&[sample()]);
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].ends_with("RECOVERIES  HOLDS"), "{table}");
        assert!(lines[1].starts_with("e1000   running  12 "), "{table}");
        assert!(lines[1].ends_with("  1 irq"), "{table}");
    }
}
