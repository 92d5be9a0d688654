//! `refit guard status` and `refit guard log` on a folder that looks like debugfs.

use super::folder::Folder;

const STATUS: &str = "phase running\ncrossings 7\nrefused 0\nchecks 42\nfailures 1\nrecoveries 1\nobjects-irq 1\nobjects-skb 0\n";
const LOG: &str = "5000000000 page-fault in=cp_open at=cp_open+0x1/0x2 [8139cp] address=0000000000000018 recovered-us=900\n";

fn debugfs() -> Folder {
    Folder::with(&[
        ("refit/8139cp/status", STATUS),
        ("refit/8139cp/log", LOG),
        ("refit/e1000/status", STATUS),
        ("refit/e1000/log", ""),
    ])
}

#[test]
fn the_status_has_a_line_for_each_driver() {
    debugfs().refit(&["guard", "status", "--debugfs", "."]).ended(0).printed(
        "DRIVER  PHASE    CALLS  REFUSED  STORES  FAILURES  RECOVERIES  HOLDS\n\
         8139cp  running  7      0        42      1         1           1 irq\n\
         e1000   running  7      0        42      1         1           1 irq\n",
    );
}

#[test]
fn the_log_can_be_that_of_one_driver() {
    let folder = debugfs();
    folder.refit(&["guard", "log", "8139cp", "--debugfs", "."]).ended(0).printed(
        "5.000 8139cp: page-fault at cp_open+0x1/0x2 [8139cp], address 0000000000000018, called by way of cp_open; ran again after 1 ms\n",
    );
    folder.refit(&["guard", "log", "e1000", "--debugfs", "."]).ended(0).printed("");
}

#[test]
fn a_program_reads_json() {
    let ran = debugfs().refit(&["guard", "status", "e1000", "--json", "--debugfs", "."]).ended(0);
    ran.printed(
        "{\"driver\":\"e1000\",\"phase\":\"running\",\"crossings\":7,\"refused\":0,\"checks\":42,\"failures\":1,\"recoveries\":1,\"objects\":[[\"irq\",1]]}\n",
    );
}

#[test]
fn a_driver_that_is_not_guarded_is_named_with_those_that_are() {
    debugfs()
        .refit(&["guard", "status", "r8169", "--debugfs", "."])
        .ended(2)
        .printed("")
        .complained(&["r8169 is no guarded driver", "hint: guarded drivers: 8139cp, e1000"]);
}

#[test]
fn without_the_guard_there_is_a_hint() {
    Folder::with(&[("file", "")])
        .refit(&["guard", "log", "--debugfs", "."])
        .ended(2)
        .printed("")
        .complained(&["there is no guard", "hint: load refit_guard.ko"]);
}
