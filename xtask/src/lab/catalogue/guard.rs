//! Guarded drivers. What the guests do stands in `lab/guest/guard-*`.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::{Test, ended_well};
use crate::kernel::ensure;
use crate::lab::drivers::{self, Driver};
use crate::lab::guarded::{Guard, Guarded};
use crate::lab::guest::{Device, Guest, OnFault};
use crate::lab::image::Kernel;
use crate::lab::outcome::{Ending, Outcome};
use crate::workspace;

pub(super) const FAULTY: Test = Test {
    name: "guard-faulty",
    shows: "a driver that fails in each way and context is stopped and runs again, each time",
    guest: faulty,
    check: survived,
};

pub(super) const LOADING: Test = Test {
    name: "guard-loading",
    shows: "loading twice, without the guard, with a failing init, unloading in use: an error and nothing half loaded",
    guest: loading,
    check: ended_well,
};

pub(super) const THROUGHPUT_8139CP: Test = Test {
    name: "guard-throughput-8139cp",
    shows: "8139cp plain and guarded in turns: bytes per second in both directions",
    guest: |kernel, folder| throughput(kernel, Driver::Cp8139, folder),
    check: as_fast,
};

pub(super) const THROUGHPUT_E1000: Test = Test {
    name: "guard-throughput-e1000",
    shows: "e1000 plain and guarded in turns: bytes per second in both directions",
    guest: |kernel, folder| throughput(kernel, Driver::E1000, folder),
    check: as_fast,
};

pub(super) const RECOVERIES_8139CP: Test = Test {
    name: "guard-recoveries-8139cp",
    shows: "1,000 recoveries of 8139cp in a row leave nothing behind",
    guest: |kernel, folder| recoveries(kernel, Driver::Cp8139, folder),
    check: no_leak,
};

pub(super) const RECOVERIES_E1000: Test = Test {
    name: "guard-recoveries-e1000",
    shows: "1,000 recoveries of e1000 in a row leave nothing behind",
    guest: |kernel, folder| recoveries(kernel, Driver::E1000, folder),
    check: no_leak,
};

pub(super) const FIRST_PACKET_8139CP: Test = Test {
    name: "guard-first-packet-8139cp",
    shows: "8139cp fails: no longer than its link-up and a second until the first packet",
    guest: |kernel, folder| first_packet(kernel, Driver::Cp8139, folder),
    check: soon_back,
};

pub(super) const FIRST_PACKET_E1000: Test = Test {
    name: "guard-first-packet-e1000",
    shows: "e1000 fails: no longer than its link-up and a second until the first packet",
    guest: |kernel, folder| first_packet(kernel, Driver::E1000, folder),
    check: soon_back,
};

pub(super) const APART: Test = Test {
    name: "guard-apart",
    shows: "e1000 fails again and again while 8139cp carries traffic, which does not notice",
    guest: apart,
    check: untouched,
};

pub(super) const RECEIVING: Test = Test {
    name: "guard-receiving",
    shows: "each driver fails while packets come in, and the card writes to no memory of others",
    guest: receiving,
    check: received,
};

pub(super) const PROCESSORS: Test = Test {
    name: "guard-processors",
    shows: "with two processors and two cards of a driver: it fails, loses a card and is unloaded, in the middle of traffic",
    guest: processors,
    check: came_through,
};

/// Gives a guest guarded drivers, their cards, and the plain drivers with what they need.
fn with_drivers(
    mut guest: Guest,
    kernel: &Kernel,
    drivers: &[Driver],
    folder: &Path,
) -> Result<Guest> {
    for driver in drivers {
        guest.add_module(driver.name())?;
        let sources = folder.join(driver.name());
        driver.copy_sources(&ensure(kernel.version)?, &sources)?;
        let out = folder.join(format!("guarded-{}", driver.name()));
        Guarded::build(&sources, driver.name(), kernel, Guard::Sources, &out)?.add_to(&mut guest);
        guest.devices.push(Device::Network(driver.card()));
    }
    guest.add_program("stream")?;
    Ok(guest)
}

fn faulty(kernel: &Kernel, folder: &Path) -> Result<Guest> {
    let sources = workspace::root().join("lab/modules/faulty");
    let out = folder.join("faulty");
    let mut guest = Guest::scripted(kernel, "guard-faulty", "");
    Guarded::build(&sources, "faulty", kernel, Guard::Sources, &out)?.add_to(&mut guest);
    guest.limit = Duration::from_secs(120);
    guest.on_fault = OnFault::Panic;
    Ok(guest)
}

/// The kernel says \"kernel BUG at\" before the guard learns of it; that alone is no crash.
fn survived(outcome: &Outcome) -> Result<()> {
    ensure!(outcome.ending == Ending::Finished, "the kernel did not survive");
    ensure!(outcome.exit() == Some(0), "the script ended with {:?}", outcome.exit());
    let missed: Vec<&str> = outcome.values.all("missed").collect();
    ensure!(missed.is_empty(), "not stopped, or more than once: {missed:?}");
    Ok(())
}

fn loading(kernel: &Kernel, folder: &Path) -> Result<Guest> {
    let guest = Guest::scripted(kernel, "guard-loading", "");
    with_drivers(guest, kernel, &[Driver::Cp8139], folder)
}

fn throughput(kernel: &Kernel, driver: Driver, folder: &Path) -> Result<Guest> {
    let arguments = format!("{} {ROUNDS} {ROUND_SECONDS}", driver.name());
    let mut guest = Guest::scripted(kernel, "guard-throughput", &arguments);
    guest.limit = Duration::from_secs(900);
    guest.add_module(driver.name())?;
    guest.add_program("stream")?;
    let name = format!("guarded_{}", driver.name());
    let sources = folder.join(&name);
    driver.copy_sources(&ensure(kernel.version)?, &sources)?;
    drivers::rename(driver, &sources, &name)?;
    let out = folder.join("guarded");
    Guarded::build(&sources, &name, kernel, Guard::Sources, &out)?.add_to(&mut guest);
    guest.devices = vec![Device::Network(driver.card()); 2];
    Ok(guest)
}

const ROUNDS: usize = 13;
const ROUND_SECONDS: usize = 16;

/// Nooks had 0.91 and 0.92 (table 4 of the SOSP paper).
const AS_FAST: f64 = 0.9;

fn as_fast(outcome: &Outcome) -> Result<()> {
    ended_well(outcome)?;
    for mode in ["send", "receive"] {
        let ratio = median_ratio(outcome, mode)?;
        ensure!(ratio >= AS_FAST, "{mode}: {ratio:.2} of the plain driver's throughput");
    }
    Ok(())
}

fn median_ratio(outcome: &Outcome, mode: &str) -> Result<f64> {
    let rates = |module: &str| outcome.values.numbers(&format!("{module}.{mode}.rate"));
    let ratios = rates("plain").iter().zip(rates("guarded")).map(|(p, g)| g / p).collect();
    middle(ratios).with_context(|| format!("no rates of {mode}"))
}

/// A machine that is shared may have other work for a while: of what is measured again and again the middle one counts.
fn middle(mut all: Vec<f64>) -> Option<f64> {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied()
}

fn recoveries(kernel: &Kernel, driver: Driver, folder: &Path) -> Result<Guest> {
    let arguments = format!("{} {RECOVERIES}", driver.name());
    let mut guest = Guest::scripted(kernel, "guard-recoveries", &arguments);
    guest.add_module("dummy")?;
    guest.limit = Duration::from_secs(2400);
    with_drivers(guest, kernel, &[driver], folder)
}

const RECOVERIES: i64 = 1000;

/// Microseconds from a failure until the driver runs again.
const QUICK: f64 = 1_000_000.0;

/// KiB that a kernel may come by otherwise within minutes; a leak of one page a recovery would be 4,000.
const NOISE: i64 = 1000;

fn no_leak(outcome: &Outcome) -> Result<()> {
    ended_well(outcome)?;
    let get = |key: &str| outcome.values.get(key).with_context(|| format!("no {key}"));
    for same in ["objects", "interrupts"] {
        let (before, after) = (get(&format!("before.{same}"))?, get(&format!("after.{same}"))?);
        ensure!(before == after, "{same}: {before} before, {after} after");
    }
    let leaking = leaking(get("before.caches")?, get("after.caches")?);
    ensure!(leaking.is_empty(), "caches have grown: {leaking:?}");
    let number = |key: &str| outcome.values.number::<i64>(key).with_context(|| format!("no {key}"));
    for grows in ["unreclaimable", "vmalloc"] {
        let more = number(&format!("after.{grows}"))? - number(&format!("before.{grows}"))?;
        ensure!(more < NOISE, "{grows}: {more} KiB more");
    }
    let free = number("before.free")? - number("after.free")?;
    ensure!(free < 2 * NOISE, "{free} KiB less free");
    let time = middle(outcome.values.numbers("recovered-us")).context("no times of recoveries")?;
    ensure!(time < QUICK, "a recovery takes {time} us");
    Ok(())
}

fn first_packet(kernel: &Kernel, driver: Driver, folder: &Path) -> Result<Guest> {
    let arguments = format!("{} {FIRST_PACKETS}", driver.name());
    let mut guest = Guest::scripted(kernel, "guard-first-packet", &arguments);
    guest.limit = Duration::from_secs(240);
    with_drivers(guest, kernel, &[driver], folder)
}

const FIRST_PACKETS: usize = 10;

/// The link-up is the plain driver's when it has just been loaded.
fn soon_back(outcome: &Outcome) -> Result<()> {
    ended_well(outcome)?;
    let seconds = |key: &str| -> Result<f64> {
        let all = outcome.values.numbers(key);
        ensure!(all.len() == FIRST_PACKETS, "{} times of {key}", all.len());
        middle(all).with_context(|| format!("no {key}"))
    };
    let early: Vec<&str> = outcome.values.all("early").collect();
    ensure!(early.is_empty(), "packets before the driver ran again: {early:?}");
    let (recovery, link_up) = (seconds("first-packet")?, seconds("link-up")?);
    ensure!(
        recovery < link_up + 1.0,
        "{recovery} s until the first packet; link-up takes {link_up} s"
    );
    Ok(())
}

/// Caches (`name:objects`) with more objects than one for every second recovery.
fn leaking(before: &str, after: &str) -> Vec<String> {
    let caches = |text: &str| -> Vec<(String, i64)> {
        let pairs = text.split_whitespace().filter_map(|word| word.rsplit_once(':'));
        pairs.filter_map(|(name, count)| Some((name.to_owned(), count.parse().ok()?))).collect()
    };
    let before: std::collections::BTreeMap<String, i64> = caches(before).into_iter().collect();
    let grown = caches(after).into_iter().filter_map(|(name, count)| {
        let more = count - before.get(&name).copied().unwrap_or(0);
        (more > RECOVERIES / 2).then(|| format!("{name} by {more}"))
    });
    grown.collect()
}

fn apart(kernel: &Kernel, folder: &Path) -> Result<Guest> {
    let mut guest = Guest::scripted(kernel, "guard-apart", "");
    guest.limit = Duration::from_secs(90);
    with_drivers(guest, kernel, &[Driver::Cp8139, Driver::E1000], folder)
}

fn untouched(outcome: &Outcome) -> Result<()> {
    ended_well(outcome)?;
    let [transfer] = &outcome.transfers[..] else {
        bail!("one transfer was wanted: {:?}", outcome.transfers);
    };
    ensure!(transfer.is_intact(), "the other driver's traffic was hurt: {transfer:?}");
    ensure!(outcome.values.get("e1000.recoveries") == Some("5"), "e1000 was not restarted");
    ensure!(outcome.values.get("8139cp.failures") == Some("0"), "8139cp failed too");
    Ok(())
}

fn receiving(kernel: &Kernel, folder: &Path) -> Result<Guest> {
    let mut guest = Guest::scripted(kernel, "guard-receiving", "");
    guest.limit = Duration::from_secs(240);
    guest.on_fault = OnFault::Panic;
    guest.append = "page_poison=1 slub_debug=FP".to_owned();
    with_drivers(guest, kernel, &[Driver::Cp8139, Driver::E1000], folder)
}

fn received(outcome: &Outcome) -> Result<()> {
    ended_well(outcome)?;
    let transfers = &outcome.transfers;
    ensure!(transfers.len() == RECEIVERS.len(), "not as many as wanted: {transfers:?}");
    let hurt: Vec<_> = transfers.iter().filter(|transfer| !transfer.is_intact()).collect();
    ensure!(hurt.is_empty(), "data were hurt: {hurt:?}");
    for (driver, mtu) in RECEIVERS {
        let receiver = format!("{driver}.{mtu}");
        let get = |what: &str| outcome.values.get(&format!("{receiver}.{what}"));
        ensure!(get("recoveries") == Some("5"), "{receiver} was not restarted");
        let seconds = get("seconds").and_then(|count| count.parse().ok()).unwrap_or(0);
        ensure!(seconds > 5, "{receiver} received something in {seconds} seconds only");
        ensure!(get("mtu") == Some(mtu), "{receiver} has an MTU of {:?} now", get("mtu"));
    }
    Ok(())
}

/// Drivers, and their MTU.
const RECEIVERS: [(&str, &str); 3] = [("8139cp", "1500"), ("e1000", "1500"), ("e1000", "4000")];

fn processors(kernel: &Kernel, folder: &Path) -> Result<Guest> {
    let mut guest = Guest::scripted(kernel, "guard-processors", "");
    guest.limit = Duration::from_secs(240);
    guest.on_fault = OnFault::Panic;
    guest.processors = 2;
    let mut guest = with_drivers(guest, kernel, &[Driver::E1000], folder)?;
    guest.devices.push(Device::Network(Driver::E1000.card()));
    Ok(guest)
}

fn came_through(outcome: &Outcome) -> Result<()> {
    ended_well(outcome)?;
    ensure!(outcome.values.get("processors") == Some("2"), "there were not two processors");
    let [transfer] = &outcome.transfers[..] else {
        bail!("one transfer was wanted: {:?}", outcome.transfers);
    };
    ensure!(transfer.is_intact(), "data were hurt: {transfer:?}");
    ensure!(outcome.values.get("recoveries") == Some("5"), "the driver was not restarted");
    for times in ["unbound", "unloaded"] {
        ensure!(outcome.values.all(times).count() == 5, "not {times} five times");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_that_grows_with_the_recoveries_leaks() {
        let before = "kmalloc-64:200 skbuff:10";
        assert!(leaking(before, "kmalloc-64:420 skbuff:40 new:90").is_empty());
        assert_eq!(leaking(before, "kmalloc-64:1200 skbuff:10"), ["kmalloc-64 by 1000"]);
    }
}
