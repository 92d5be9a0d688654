//! Tests of the lab itself: it sees what it has to see.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::{Test, ended_well};
use crate::lab::guest::{Device, Guest, OnFault};
use crate::lab::image::Kernel;
use crate::lab::modules::build_module;
use crate::lab::outcome::{Ending, FaultKind, Outcome};
use crate::workspace;

pub(super) const BOOT: Test = Test {
    name: "boot",
    shows: "a kernel starts, runs a script and is turned off",
    guest: |kernel, _| Ok(Guest::new(kernel, "report release $(uname -r)")),
    check: |outcome| {
        ended_well(outcome)?;
        outcome.values.get("release").context("the script reported nothing")?;
        Ok(())
    },
};

pub(super) const DEVICE: Test = Test {
    name: "device",
    shows: "what QEMU is told to plug in is seen by the kernel",
    guest: |kernel, _| {
        let mut guest = Guest::new(kernel, "report devices $(cat /sys/bus/pci/devices/*/device)");
        guest.devices.push(Device::Options(vec!["-device".into(), "pci-testdev".into()]));
        Ok(guest)
    },
    check: |outcome| {
        ended_well(outcome)?;
        let devices = outcome.values.get("devices").unwrap_or_default();
        ensure!(devices.contains("0x0005"), "there is no pci-testdev in {devices}");
        Ok(())
    },
};

pub(super) const BUILT_MODULE: Test = Test {
    name: "built-module",
    shows: "a module is built for the kernel and put into it",
    guest: |kernel, folder| {
        hello(kernel, folder, "load hello word=hi; report hello $(dmesg | grep -c 'hello: hi')")
    },
    check: |outcome| {
        ended_well(outcome)?;
        ensure!(outcome.values.get("hello") == Some("1"), "the module said nothing");
        Ok(())
    },
};

pub(super) const OOPS: Test = Test {
    name: "oops",
    shows: "a driver's fault is seen, and the kernel goes on",
    guest: |kernel, folder| hello(kernel, folder, "load hello crash=1 || true"),
    check: |outcome| {
        ensure!(outcome.exit() == Some(0), "the script did not go on");
        faulted(outcome)
    },
};

pub(super) const PANIC: Test = Test {
    name: "panic",
    shows: "a driver's fault is seen, and ends the machine at once",
    guest: |kernel, folder| {
        let guest = hello(kernel, folder, "load hello crash=1 || true; sleep 1000")?;
        Ok(Guest { on_fault: OnFault::Panic, ..guest })
    },
    check: |outcome| {
        ensure!(outcome.ending == Ending::Crashed, "the machine went on: {:?}", outcome.ending);
        faulted(outcome)
    },
};

pub(super) const LOCKUP: Test = Test {
    name: "lockup",
    shows: "a driver that never returns is seen, and ends the machine",
    guest: |kernel, folder| {
        let guest = hello(kernel, folder, "load hello hang=1")?;
        Ok(Guest { on_fault: OnFault::Panic, ..guest })
    },
    check: |outcome| {
        ensure!(outcome.ending == Ending::Crashed, "it did not crash: {:?}", outcome.ending);
        let mut faults = outcome.faults.iter();
        ensure!(faults.any(|fault| fault.kind == FaultKind::SoftLockup), "no lockup was seen");
        Ok(())
    },
};

pub(super) const TIME_LIMIT: Test = Test {
    name: "time-limit",
    shows: "a machine that does not end is ended",
    guest: |kernel, _| {
        let guest = Guest::new(kernel, "report before 1; sleep 1000");
        Ok(Guest { limit: Duration::from_secs(15), ..guest })
    },
    check: |outcome| {
        ensure!(outcome.ending == Ending::TimedOut, "it ended: {:?}", outcome.ending);
        ensure!(outcome.values.get("before").is_some(), "what it reported before is lost");
        ensure!(outcome.crash().is_none(), "it crashed");
        Ok(())
    },
};

fn hello(kernel: &Kernel, folder: &Path, script: &str) -> Result<Guest> {
    let mut guest = Guest::new(kernel, script);
    let sources = workspace::root().join("lab/modules/hello");
    for module in build_module(&sources, kernel, &[], folder)? {
        guest.add_built_module(&module);
    }
    Ok(guest)
}

fn faulted(outcome: &Outcome) -> Result<()> {
    let oops = outcome.faults.iter().find(|fault| fault.kind == FaultKind::Oops);
    oops.context("no oops was seen")?;
    Ok(())
}
