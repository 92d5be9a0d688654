//! `refit guard log`: what made guarded drivers fail.

use std::process::ExitCode;

use serde::Serialize;

use super::domains::{self, Domain};
use super::failure::Failure;
use crate::arguments::GuardShow;
use crate::output;

/// One failure of a driver. The guard keeps the last 64.
#[derive(PartialEq, Eq, Debug, Serialize)]
struct Stop {
    driver: String,
    /// Nanoseconds since the kernel started.
    at: u64,
    /// page-fault, denied-store, bad-argument, endless, ...
    cause: String,
    /// The driver's function that the kernel had called.
    call: String,
    /// Where, as `function+offset/size [module]`.
    place: String,
    /// What could not be accessed, or the bad argument.
    address: String,
    /// Microseconds until the driver ran again; none if it does not.
    recovered_after: Option<u64>,
}

/// Prints them, oldest first, driver by driver.
pub(super) fn show(arguments: &GuardShow) -> Result<ExitCode, Failure> {
    let domains = domains::read(arguments, "log")?;
    let stops: Vec<Stop> = domains.iter().flat_map(stops).collect();
    let text: String = if arguments.json {
        stops.iter().filter_map(|stop| serde_json::to_string(stop).ok()).map(|l| l + "\n").collect()
    } else {
        stops.iter().map(sentence).collect()
    };
    let printed = output::text(text.as_bytes());
    Ok(printed.map_or(ExitCode::from(2), |()| ExitCode::SUCCESS))
}

fn stops(domain: &Domain) -> impl Iterator<Item = Stop> {
    domain.text.lines().filter_map(|line| stop(&domain.name, line))
}

/// `AT CAUSE in=CALL at=PLACE address=ADDRESS recovered-us=N`; N is -1 if it has not. A place may have a blank in it.
fn stop(driver: &str, line: &str) -> Option<Stop> {
    let (at, rest) = line.split_once(' ')?;
    let (cause, rest) = rest.split_once(" in=")?;
    let (call, rest) = rest.split_once(" at=")?;
    let (place, rest) = rest.split_once(" address=")?;
    let (address, recovered) = rest.split_once(" recovered-us=")?;
    Some(Stop {
        driver: driver.to_owned(),
        at: at.parse().ok()?,
        cause: cause.to_owned(),
        call: call.to_owned(),
        place: place.to_owned(),
        address: address.to_owned(),
        recovered_after: recovered.trim().parse().ok(),
    })
}

fn sentence(stop: &Stop) -> String {
    let seconds = stop.at / 1_000_000_000;
    let milliseconds = stop.at / 1_000_000 % 1000;
    let after = match stop.recovered_after {
        Some(microseconds) => format!("ran again after {} ms", microseconds.div_ceil(1000)),
        None => "did not run again".to_owned(),
    };
    format!(
        "{seconds}.{milliseconds:03} {}: {} at {}, address {}, called by way of {}; {after}\n",
        stop.driver, stop.cause, stop.place, stop.address, stop.call
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "3002408981 denied-store in=cp_open at=cp_open+0x42/0x70 [8139cp] address=ffff8880 recovered-us=7047";

    #[test]
    fn a_failure_is_told_in_a_sentence() {
        assert_eq!(
            sentence(&stop("8139cp", LINE).unwrap()),
            "3.002 8139cp: denied-store at cp_open+0x42/0x70 [8139cp], address ffff8880, called by way of cp_open; ran again after 8 ms\n"
        );
    }

    #[test]
    fn a_driver_that_was_given_up_did_not_run_again() {
        let line = LINE.replace("7047", "-1");
        assert_eq!(stop("8139cp", &line).unwrap().recovered_after, None);
    }

    #[test]
    fn another_line_is_none() {
        assert_eq!(stop("8139cp", "phase running"), None);
    }
}
