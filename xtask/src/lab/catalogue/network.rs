//! Network cards with the drivers of the kernel's own package: what they do when nobody interferes.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Test, ended_well};
use crate::lab::guest::{Device, Guest};
use crate::lab::image::Kernel;
use crate::lab::outcome::Outcome;

pub(super) const PLAIN_8139CP: Test = Test {
    name: "plain-8139cp",
    shows: "8139cp as it is: bulk in both directions, each byte checked",
    guest: |kernel, _| plain(kernel, "8139cp", "rtl8139"),
    check: both_directions,
};

pub(super) const PLAIN_E1000: Test = Test {
    name: "plain-e1000",
    shows: "e1000 as it is: bulk in both directions, each byte checked",
    guest: |kernel, _| plain(kernel, "e1000", "e1000"),
    check: both_directions,
};

/// What a card is asked to do once its driver is there.
const TRAFFIC: &str = "
network
ping -c 3 $PEER
stream send $PEER $PEER_PORT 1 10 >/dev/results
stream receive $PEER $PEER_PORT 2 10 >/dev/results
";

fn plain(kernel: &Kernel, driver: &str, card: &'static str) -> Result<Guest> {
    let mut guest = Guest::new(kernel, &format!("load {driver}{TRAFFIC}rmmod {driver}\n"));
    guest.limit = Duration::from_secs(120);
    guest.devices.push(Device::Network(card));
    guest.add_module(driver)?;
    guest.add_program("stream")?;
    Ok(guest)
}

/// The guest's verdict is in its exit code; this side's is asked for here.
fn both_directions(outcome: &Outcome) -> Result<()> {
    ended_well(outcome)?;
    let modes: Vec<&str> = outcome.transfers.iter().map(|transfer| &*transfer.mode).collect();
    ensure!(modes == ["send", "receive"], "the peer saw other traffic: {modes:?}");
    for transfer in &outcome.transfers {
        ensure!(transfer.is_intact(), "not all bytes arrived: {transfer:?}");
        ensure!(transfer.bytes > 0, "no byte moved");
    }
    Ok(())
}
