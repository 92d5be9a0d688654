//! What became of a guest, read from the two things that it leaves: the console, where the kernel and the script
//! print, and the results, where nothing but the lab's own programs write.
//!
//! Invariants: reading never fails. A machine can stop in the middle of a line; such a line of the results does not
//! count. Only what the kernel says (it puts the time before it) can be a fault, not what a script prints.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::lab::guest::{CONSOLE, INITRAMFS};
use crate::lab::peer::Transfer;

/// A guest that has run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) ending: Ending,
    /// What the kernel complained of, in order.
    pub(crate) faults: Vec<Fault>,
    /// What the script reported.
    pub(crate) values: Values,
    /// The traffic as this side saw it, in the order in which it ended.
    pub(crate) transfers: Vec<Transfer>,
    /// From the start of QEMU to its end.
    pub(crate) elapsed: Duration,
    /// What both serial ports said: `console` and `results` lie in it, and `command`, which starts QEMU again.
    pub(crate) folder: PathBuf,
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ending {
    /// The script came to its end.
    Finished,
    /// The machine stopped before: a panic, or a triple fault.
    Crashed,
    /// The time was over.
    TimedOut,
}

/// Something that the kernel complained of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// The kernel's words, without the time.
    pub(crate) line: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FaultKind {
    Panic,
    Oops,
    Bug,
    SoftLockup,
    HardLockup,
    RcuStall,
    HungTask,
    /// `WARN_ON` and its kin, which a kernel survives. It is the one kind that `Outcome::crash` passes over.
    Warning,
}

/// `key=value` lines. A key may come several times.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Values(Vec<(String, String)>);

/// What the lab's own `init` says: keys with a dot before them.
const EXIT: &str = ".exit";
const BOOTED: &str = ".booted";

impl Outcome {
    /// The exit code of the script, if it came to its end.
    pub(crate) fn exit(&self) -> Option<i32> {
        self.values.number(EXIT)
    }

    /// Seconds from the guest's first instruction to the start of its script.
    pub(crate) fn booted(&self) -> Option<f64> {
        self.values.number(BOOTED)
    }

    /// What the kernel and the script printed.
    pub(crate) fn console(&self) -> PathBuf {
        self.folder.join(CONSOLE)
    }

    /// The initramfs is big, and wanted only by who starts the machine by hand.
    pub(crate) fn remove_initramfs(&self) -> Result<()> {
        let file = self.folder.join(INITRAMFS);
        fs::remove_file(&file).with_context(|| file.display().to_string())
    }

    /// The first thing that no kernel should do: fault, lock up or stop. Warnings are not counted.
    pub(crate) fn crash(&self) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.kind != FaultKind::Warning);
        fault.map(|fault| fault.line.clone()).or_else(|| {
            let silent = self.ending == Ending::Crashed;
            silent.then(|| "the machine stopped without a word".to_owned())
        })
    }
}

impl Values {
    /// Reads the results. What is no complete `key=value` line is passed over.
    pub(crate) fn parse(results: &str) -> Values {
        let lines = results.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        let pairs = lines.filter_map(|line| line.trim_end_matches('\r').split_once('='));
        Values(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
    }

    /// The last value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.all(key).last()
    }

    /// All values of a key.
    pub(crate) fn all(&self, key: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The last value of a key as a number.
    pub(crate) fn number<N: std::str::FromStr>(&self, key: &str) -> Option<N> {
        self.get(key)?.trim().parse().ok()
    }

    /// All values of a key that are numbers, in their order.
    pub(crate) fn numbers(&self, key: &str) -> Vec<f64> {
        self.all(key).filter_map(|value| value.trim().parse().ok()).collect()
    }

    /// Whether the script came to its end.
    pub(crate) fn are_complete(&self) -> bool {
        self.get(EXIT).is_some()
    }

    /// What the script reported, as JSON: a key that comes several times has an array.
    pub(crate) fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
        let mut object = serde_json::Map::new();
        for (key, _) in self.0.iter().filter(|(key, _)| !key.starts_with('.')) {
            let all: Vec<&str> = self.all(key).collect();
            let value = if let [one] = all[..] { one.into() } else { all.into() };
            object.insert(key.clone(), value);
        }
        object
    }
}

/// What the kernel complained of.
pub(crate) fn faults(console: &str) -> Vec<Fault> {
    console.lines().filter_map(kernel_message).filter_map(fault).collect()
}

/// What follows the time, `[    1.234567] `. A script's unfinished line may stand before it.
fn kernel_message(line: &str) -> Option<&str> {
    line.match_indices('[').find_map(|(at, _)| {
        let (time, message) = line[at + 1..].split_once("] ")?;
        let (seconds, fraction) = time.trim_start().split_once('.')?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        (digits(seconds) && digits(fraction)).then_some(message.trim_end())
    })
}

/// The words are those of kernel/panic.c, arch/x86/{kernel/dumpstack,mm/fault}.c, lib/bug.c, kernel/watchdog*.c,
/// kernel/hung_task.c, kernel/rcu/tree_stall.h, mm/slub.c, mm/page_poison.c and net/sched/sch_generic.c in 6.1 and 6.12. A fault of a program in user space has none of them:
/// it begins with the name of the program, or with `traps:`.
fn fault(message: &str) -> Option<Fault> {
    let starts = |words: &str| message.starts_with(words);
    let has = |words: &str| message.contains(words);
    let kind = if starts("Kernel panic") {
        FaultKind::Panic
    } else if has("BUG: soft lockup") {
        FaultKind::SoftLockup
    } else if has("hard LOCKUP") {
        FaultKind::HardLockup
    } else if (starts("rcu: ") || starts("INFO: rcu_")) && has(" stall") {
        FaultKind::RcuStall
    } else if starts("INFO: task ") && has(" blocked for more than ") {
        FaultKind::HungTask
    } else if starts("Oops: ") || has_die_counter(message) {
        FaultKind::Oops
    } else if ["BUG: ", "BUG ", "kernel BUG at ", "pagealloc: "].into_iter().any(starts) {
        FaultKind::Bug
    } else if starts("WARNING: ") || starts("UBSAN: ") || has("NETDEV WATCHDOG: ") {
        FaultKind::Warning
    } else {
        return None;
    };
    Some(Fault { kind, line: message.to_owned() })
}

/// `invalid opcode: 0000 [#1] PREEMPT SMP`: each oops has an error code and a number.
fn has_die_counter(message: &str) -> bool {
    message.split_once(" [#").is_some_and(|(before, after)| {
        let code = before.rsplit_once(": ").map_or("", |(_, code)| code);
        let number = after.split_once(']').map_or("", |(number, _)| number);
        code.len() == 4 && u16::from_str_radix(code, 16).is_ok() && number.parse::<u32>().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(console: &str) -> Vec<FaultKind> {
        faults(console).into_iter().map(|fault| fault.kind).collect()
    }

    #[test]
    fn a_null_write_that_panics() {
        let console = "\
            [    2.101] BUG: kernel NULL pointer dereference, address: 0000000000000000\r\n\
            [    2.102] #PF: supervisor write access in kernel mode\r\n\
            [    2.103] Oops: 0002 [#1] PREEMPT SMP NOPTI\r\n\
            [    2.104] Call Trace:\r\n\
            [    2.105] Kernel panic - not syncing: Fatal exception\r\n";
        assert_eq!(kinds(console), [FaultKind::Bug, FaultKind::Oops, FaultKind::Panic]);
        assert_eq!(faults(console)[1].line, "Oops: 0002 [#1] PREEMPT SMP NOPTI");
    }

    #[test]
    fn each_way_to_stand_still() {
        for (line, kind) in [
            (
                "watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [insmod:80]",
                FaultKind::SoftLockup,
            ),
            ("NMI watchdog: Watchdog detected hard LOCKUP on cpu 0", FaultKind::HardLockup),
            ("rcu: INFO: rcu_preempt self-detected stall on CPU", FaultKind::RcuStall),
            ("rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", FaultKind::RcuStall),
            ("INFO: task kworker/0:1:9 blocked for more than 20 seconds.", FaultKind::HungTask),
        ] {
            assert_eq!(kinds(&format!("[   30.000001] {line}\n")), [kind], "{line}");
        }
    }

    #[test]
    fn each_way_to_fault() {
        for (line, kind) in [
            ("Oops: general protection fault, probably for 0x6b: 0000 [#1]", FaultKind::Oops),
            ("general protection fault, maybe for address 0x6b: 0000 [#2] SMP", FaultKind::Oops),
            ("invalid opcode: 0000 [#1] PREEMPT SMP NOPTI", FaultKind::Oops),
            ("kernel BUG at drivers/net/ethernet/realtek/8139cp.c:1!", FaultKind::Bug),
            ("BUG: scheduling while atomic: sh/77/0x00000002", FaultKind::Bug),
            ("BUG kmalloc-64 (Not tainted): Poison overwritten", FaultKind::Bug),
            ("8139cp eth0: NETDEV WATCHDOG: CPU: 0: timed out", FaultKind::Warning),
            ("WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 f+0x1/0x2", FaultKind::Warning),
        ] {
            assert_eq!(kinds(&format!("[    2.1] {line}\n")), [kind], "{line}");
        }
    }

    #[test]
    fn a_driver_may_say_what_it_likes() {
        assert_eq!(kinds("[    2.1] hello: rcu_hello was installed\n"), []);
        assert_eq!(kinds("[    2.1] hello: packet [#1] came\n"), []);
    }

    #[test]
    fn a_script_or_program_is_no_kernel() {
        assert_eq!(kinds("BUG: said by a script\nKernel panic\n[x] BUG: no\n"), []);
        assert_eq!(kinds("[    2.1] traps: a[9] general protection fault ip:1 sp:2 error:0\n"), []);
        assert_eq!(kinds("[    2.1] hello: BUG: is my word\n"), []);
        assert_eq!(kinds("half a line[    2.1] BUG: kernel NULL\n"), [FaultKind::Bug]);
    }

    #[test]
    fn values_are_whole_lines() {
        let values = Values::parse("a=1\r\nnoise\nb=x=y\na=2\n.exit=0\nc=cut o");
        assert_eq!(values.get("a"), Some("2"));
        assert_eq!(values.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(values.get("b"), Some("x=y"));
        assert_eq!(values.get("c"), None);
        assert!(values.are_complete());
        assert_eq!(
            serde_json::Value::from(values.to_json()).to_string(),
            r#"{"a":["1","2"],"b":"x=y"}"#
        );
    }

    #[test]
    fn a_cut_exit_is_none() {
        assert!(!Values::parse("a=1\n.exit=").are_complete());
    }
}
