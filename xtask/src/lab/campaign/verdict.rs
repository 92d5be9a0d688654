//! What a machine with a fault in its driver showed.
//!
//! A crash is what ends a kernel: a panic, an oops, a lockup, a stall, a hung task, or a machine that stops or does not
//! come to its end. A warning is none, nor is the line `kernel BUG at`, which the kernel prints before anybody can catch
//! the trap.

use crate::lab::outcome::{Ending, Fault, FaultKind, Outcome, Values};
use crate::lab::peer::Transfer;

/// What became of the plain driver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Plain {
    Crashed(String),
    /// The traffic went on as if there were no fault, or the fault was not come by.
    NoEffect,
    /// The kernel lives, the traffic does not, or it was damaged.
    Broken(String),
}

/// What became of the guarded driver.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Guarded {
    pub(super) crash: Option<String>,
    /// The driver's init succeeded.
    pub(super) loaded: bool,
    pub(super) failures: u64,
    pub(super) recoveries: u64,
    pub(super) phase: String,
    /// Cause and entry of each failure.
    pub(super) causes: String,
    /// The longest time from a failure to the driver's running again.
    pub(super) recovery_us: Option<u64>,
    pub(super) traffic: Traffic,
    /// What the kernel said that was no crash.
    pub(super) complaints: String,
}

/// What became of the streams.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Traffic {
    /// Both went on to their end on the same connection.
    pub(super) resumed: bool,
    /// And each byte was right.
    pub(super) intact: bool,
    /// Why not.
    pub(super) trouble: String,
    /// The longest time in which one of them moved nothing.
    pub(super) pause_ms: Option<u64>,
}

pub(super) fn plain(outcome: &Outcome, console: &str) -> Plain {
    if let Some(crash) = crash(outcome, console) {
        return Plain::Crashed(crash);
    }
    let traffic = traffic(&outcome.values, &outcome.transfers);
    let unreached = outcome.values.get("reached") == Some("0");
    if traffic.intact || unreached { Plain::NoEffect } else { Plain::Broken(traffic.trouble) }
}

pub(super) fn guarded(outcome: &Outcome, console: &str) -> Guarded {
    let values = &outcome.values;
    let log: Vec<LogLine<'_>> = values.all("guard.log").filter_map(LogLine::parse).collect();
    Guarded {
        crash: crash(outcome, console),
        loaded: values.get("load") == Some("0"),
        failures: values.number("guard.failures").unwrap_or(0),
        recoveries: values.number("guard.recoveries").unwrap_or(0),
        phase: values.get("guard.phase").unwrap_or_default().to_owned(),
        causes: log.iter().map(LogLine::cause_and_entry).collect::<Vec<_>>().join(" "),
        recovery_us: log.iter().filter_map(|line| line.recovered_us).max(),
        traffic: traffic(values, &outcome.transfers),
        complaints: complaints(&outcome.faults),
    }
}

/// Why a machine did not live, with the place if the kernel has named it.
fn crash(outcome: &Outcome, console: &str) -> Option<String> {
    let Some(at) = outcome.faults.iter().position(is_end) else {
        return match outcome.ending {
            Ending::Finished => None,
            Ending::Crashed => Some("the machine stopped without a word".to_owned()),
            Ending::TimedOut => Some("the time was over".to_owned()),
        };
    };
    let end = &outcome.faults[at];
    // `BUG: kernel NULL pointer dereference` says more than the `Oops: 0002` that follows it.
    let said = at.checked_sub(1).map(|before| &outcome.faults[before]);
    let said = said.filter(|said| said.line.starts_with("BUG: ")).unwrap_or(end);
    let place = place(console, &end.line).map(|place| format!(" at {place}"));
    Some(said.line.clone() + &place.unwrap_or_default())
}

fn is_end(fault: &Fault) -> bool {
    !matches!(fault.kind, FaultKind::Bug | FaultKind::Warning)
}

/// The first instruction pointer after a line: `RIP: 0010:cp_rx_poll+0x11/0x20 [8139cp]`.
fn place<'a>(console: &'a str, line: &str) -> Option<&'a str> {
    let after = &console[console.find(line)?..];
    let (_, place) = after.split_once("RIP: 0010:")?;
    Some(place.lines().next()?.trim())
}

/// What else the kernel said, each once.
fn complaints(faults: &[Fault]) -> String {
    let caught = |fault: &&Fault| is_end(fault) || fault.line.starts_with("kernel BUG at ");
    let mut lines: Vec<&str> = Vec::new();
    for fault in faults.iter().filter(|fault| !caught(fault)) {
        if !lines.contains(&fault.line.as_str()) {
            lines.push(&fault.line);
        }
    }
    lines.join("; ")
}

fn traffic(values: &Values, transfers: &[Transfer]) -> Traffic {
    let exits = [("send", exit(values, "send")), ("receive", exit(values, "receive"))];
    let trouble = trouble(values, &exits);
    let damaged = || {
        let damaged = transfers.iter().find(|transfer| !transfer.is_intact());
        damaged.map(|transfer| format!("{} was damaged", transfer.mode))
    };
    let pauses = ["send.pause_ms", "receive.pause_ms"];
    Traffic {
        resumed: trouble.is_none(),
        intact: trouble.is_none()
            && damaged().is_none()
            && exits.iter().all(|(_, exit)| *exit == Some(0)),
        trouble: trouble.or_else(damaged).unwrap_or_default(),
        pause_ms: pauses.iter().filter_map(|key| values.number(key)).max(),
    }
}

fn exit(values: &Values, direction: &str) -> Option<i32> {
    values.number(&format!("{direction}.exit"))
}

/// Why a stream did not go on to its end.
fn trouble(values: &Values, exits: &[(&str, Option<i32>)]) -> Option<String> {
    if let Some(load) = values.get("load").filter(|load| *load != "0") {
        return Some(format!("the driver did not load ({load})"));
    }
    if let Some(network) = values.get("network").filter(|network| *network != "0") {
        return Some(format!("the network did not come up ({network})"));
    }
    let (direction, exit) = exits.iter().find(|(_, exit)| !matches!(exit, Some(0 | 1)))?;
    let what = if exit.is_some() { "broke" } else { "did not end" };
    Some(format!("{direction} {what}{}", last_ping(values)))
}

fn last_ping(values: &Values) -> &'static str {
    match values.get("ping.last") {
        Some("0") => ", though the card works at the end",
        _ => ", and the card does not work at the end",
    }
}

/// `TIME CAUSE in=FUNCTION at=SYMBOL address=X recovered-us=N`; N is -1 while the driver does not run again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct LogLine<'a> {
    cause: &'a str,
    entry: &'a str,
    recovered_us: Option<u64>,
}

impl<'a> LogLine<'a> {
    fn parse(line: &'a str) -> Option<LogLine<'a>> {
        let mut words = line.split_whitespace();
        let cause = words.nth(1)?;
        let mut value = |key: &str| words.find_map(|word| word.strip_prefix(key));
        let entry = value("in=")?;
        let recovered = value("recovered-us=")?;
        Some(LogLine { cause, entry, recovered_us: recovered.parse().ok() })
    }

    fn cause_and_entry(&self) -> String {
        format!("{}:{}", self.cause, self.entry)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;
    use crate::lab::outcome;

    const WELL: &str = "load=0\nnetwork=0\nsend.exit=0\nreceive.exit=0\nsend.pause_ms=20\n\
        receive.pause_ms=3100\nping.last=0\n.exit=0\n";
    const OOPS: &str = "[    9.1] BUG: kernel NULL pointer dereference, address: 0000000000000000\n\
        [    9.2] Oops: 0002 [#1] PREEMPT SMP NOPTI\n\
        [    9.3] RIP: 0010:cp_rx_poll+0x11/0x20 [8139cp]\n\
        [    9.4] Kernel panic - not syncing: Fatal exception\n";

    fn outcome(ending: Ending, results: &str, console: &str) -> Outcome {
        Outcome {
            ending,
            faults: outcome::faults(console),
            values: Values::parse(results),
            transfers: Vec::new(),
            elapsed: Duration::ZERO,
            folder: PathBuf::new(),
        }
    }

    fn check_plain(ending: Ending, results: &str, console: &str, expect: Plain) {
        assert_eq!(plain(&outcome(ending, results, console), console), expect);
    }

    #[test]
    fn plain_drivers() {
        check_plain(Ending::Finished, WELL, "", Plain::NoEffect);
        check_plain(Ending::Finished, "load=0\nnetwork=0\nreached=0\n", "", Plain::NoEffect);
        let crash = "BUG: kernel NULL pointer dereference, address: 0000000000000000 \
            at cp_rx_poll+0x11/0x20 [8139cp]";
        check_plain(Ending::Crashed, "load=0\n", OOPS, Plain::Crashed(crash.into()));
        let over = Plain::Crashed("the time was over".into());
        check_plain(Ending::TimedOut, "load=0\n", "", over);
        let silent = Plain::Crashed("the machine stopped without a word".into());
        check_plain(Ending::Crashed, "load=0\n", "", silent);
    }

    #[test]
    fn broken_traffic_is_no_crash() {
        let broken = |results: &str, why: &str| {
            check_plain(Ending::Finished, results, "", Plain::Broken(why.to_owned()));
        };
        broken("load=1\n.exit=0\n", "the driver did not load (1)");
        broken("load=0\nnetwork=124\n.exit=0\n", "the network did not come up (124)");
        let ends = "load=0\nnetwork=0\nsend.exit=0\nreceive.exit=";
        broken(
            &format!("{ends}2\nping.last=0\n"),
            "receive broke, though the card works at the end",
        );
        broken(
            &format!("{ends}none\n"),
            "receive did not end, and the card does not work at the end",
        );
    }

    #[test]
    fn damage_is_no_break() {
        let results = WELL.replace("send.exit=0", "send.exit=1");
        let mut outcome = outcome(Ending::Finished, &results, "");
        outcome.transfers.push(Transfer {
            mode: "send".into(),
            bad: Some(7),
            ..Transfer::default()
        });
        let traffic = guarded(&outcome, "").traffic;
        assert!(traffic.resumed && !traffic.intact);
        assert_eq!(traffic.trouble, "send was damaged");
        assert_eq!(plain(&outcome, ""), Plain::Broken("send was damaged".into()));
    }

    #[test]
    fn a_guarded_driver_that_was_restarted() {
        let results = format!(
            "{WELL}guard.phase=running\nguard.failures=2\nguard.recoveries=1\n\
            guard.log=99 page-fault in=cp_rx_poll at=cp_rx+0x1/0x2 [8139cp] address=0 recovered-us=4200\n\
            guard.log=98 trap in=- at=0x0 address=0 recovered-us=-1\n"
        );
        let console = "[    9.1] kernel BUG at drivers/net/8139cp.c:1!\n\
            [    9.2] WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 f+0x1/0x2\n";
        let found = guarded(&outcome(Ending::Finished, &results, console), console);
        assert_eq!(found.crash, None);
        assert_eq!((found.failures, found.recoveries, found.recovery_us), (2, 1, Some(4200)));
        assert_eq!(found.causes, "page-fault:cp_rx_poll trap:-");
        assert_eq!(found.complaints, "WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 f+0x1/0x2");
        assert!(found.traffic.resumed && found.traffic.intact && found.loaded);
        assert_eq!(found.traffic.pause_ms, Some(3100));
    }

    #[test]
    fn a_guarded_kernel_that_crashed() {
        let found = guarded(&outcome(Ending::Crashed, "load=0\n", OOPS), OOPS);
        assert!(found.crash.is_some() && !found.traffic.resumed);
    }
}
