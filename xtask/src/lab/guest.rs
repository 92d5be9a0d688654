//! A virtual machine: what it is made of, and how it is run.
//!
//! Invariants: no machine outlives its time limit, nor this process, however it ends: the kernel kills `timeout` when
//! its parent is gone, and QEMU when `timeout` is. QEMU gets a serial port of its own for the results.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::lab::image::Kernel;
use crate::lab::outcome::{self, Ending, Outcome, Values};
use crate::lab::peer::Peer;
use crate::lab::{initramfs, modules, programs, run};
use crate::workspace;

/// A machine that can be started, as often as one likes. `Guest::new` has what most tests want.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    pub(crate) kernel: Kernel,
    pub(crate) devices: Vec<Device>,
    /// Where in the guest, and what. What comes later replaces what was there.
    pub(crate) files: Vec<(String, Content)>,
    /// Run by `sh -ex`; see `crate::lab` for the programs that it finds.
    pub(crate) script: String,
    pub(crate) on_fault: OnFault,
    /// The whole of it, from start to end.
    pub(crate) limit: Duration,
    /// How long nothing may be reported; the machine counts as one whose time was over. No watchdog of an emulated machine
    /// sees a processor that does not take interrupts.
    pub(crate) silence: Option<Duration>,
    pub(crate) mebibytes: u32,
    pub(crate) processors: u32,
    /// More for the kernel's command line.
    pub(crate) append: String,
}

/// What is plugged in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Device {
    /// A network card by QEMU's name for it (`rtl8139`, `e1000`), with the peer at its other end.
    Network(&'static str),
    /// Options for QEMU.
    Options(Vec<String>),
}

/// What a file of a guest holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Content {
    /// The content of a file of this machine.
    Host(PathBuf),
    Text(String),
}

/// What the kernel does when something is wrong with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OnFault {
    /// It goes on, if it can.
    GoOn,
    /// It panics, after an oops, a lockup, a stall or a hung task alike, so that the machine stops at once.
    Panic,
}

/// The peer's address in QEMU's user network: this machine's loopback.
const PEER: &str = "10.0.2.2";

/// What a machine may take to turn itself off after its script; a broken driver may be in its way.
const POWER_OFF: Duration = Duration::from_secs(4);

/// A kernel that says more than this is in a loop.
const CONSOLE_LIMIT: u64 = 32 << 20;

/// How often a running machine is looked at.
const TICK: Duration = Duration::from_millis(20);

pub(crate) const CONSOLE: &str = "console";
const RESULTS: &str = "results";
const COMPLAINTS: &str = "qemu";
pub(crate) const INITRAMFS: &str = "initramfs";

impl Guest {
    /// A guest without devices, which has a minute.
    pub(crate) fn new(kernel: &Kernel, script: &str) -> Guest {
        Guest {
            kernel: kernel.clone(),
            devices: Vec::new(),
            files: Vec::new(),
            script: script.to_owned(),
            on_fault: OnFault::GoOn,
            limit: Duration::from_secs(60),
            silence: None,
            mebibytes: 512,
            processors: 1,
            append: String::new(),
        }
    }

    /// The same, whose script is one of `lab/guest`, called with arguments.
    pub(crate) fn scripted(kernel: &Kernel, script: &str, arguments: &str) -> Guest {
        let mut guest = Guest::new(kernel, &format!("{script} {arguments}\n"));
        let file = workspace::root().join("lab/guest").join(script);
        guest.files.push((format!("/bin/{script}"), Content::Host(file)));
        guest
    }

    /// Puts a module of the kernel's package into `/modules`, with those that it needs.
    pub(crate) fn add_module(&mut self, name: &str) -> Result<()> {
        let module = modules::in_tree(&self.kernel, name)?;
        let names: Vec<_> = module.needs.iter().map(|file| file_name(file)).collect();
        let names: Vec<_> = names.iter().map(|name| modules::module_name(name)).collect();
        self.files.push((format!("/modules/{name}.needs"), Content::Text(names.join("\n") + "\n")));
        self.files.push((format!("/modules/{name}.ko"), Content::Host(module.file.clone())));
        module.needs.iter().for_each(|file| self.add_built_module(file));
        Ok(())
    }

    /// Puts a module that was built into `/modules`. It replaces one of the kernel's package that was added before.
    pub(crate) fn add_built_module(&mut self, file: &Path) {
        let place = format!("/modules/{}", file_name(file));
        self.files.push((place, Content::Host(file.to_owned())));
    }

    /// Puts a program of `lab/guest` into `/bin`.
    pub(crate) fn add_program(&mut self, name: &str) -> Result<()> {
        self.files.push((format!("/bin/{name}"), Content::Host(programs::built(name)?)));
        Ok(())
    }

    /// Runs the machine to its end. `folder` is made anew and then has the logs (`Outcome::folder`).
    ///
    /// An error means that there was no machine: a file was not there, or QEMU did not like its options.
    pub(crate) fn run(&self, folder: &Path) -> Result<Outcome> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let peer = Peer::start()?;
        let environment = [("PEER", PEER.to_owned()), ("PEER_PORT", peer.port().to_string())];
        write(&folder.join(INITRAMFS), &initramfs::pack(self, &environment)?)?;
        let mut command = self.command(folder);
        write(&folder.join("command"), format!("{}\n", run::shown(&command)).as_bytes())?;
        let begin = Instant::now();
        let end = Machine::start(&mut command, folder)?.wait(self.limit, self.silence)?;
        let elapsed = begin.elapsed();
        if let End::Refused(status) = end {
            let said = read(&folder.join(COMPLAINTS));
            bail!("{} ended with {status}\n{}", run::shown(&command), said.trim());
        }
        let values = Values::parse(&read(&folder.join(RESULTS)));
        Ok(Outcome {
            ending: ending(&end, &values),
            faults: outcome::faults(&read(&folder.join(CONSOLE))),
            values,
            transfers: peer.finish(),
            elapsed,
            folder: folder.to_owned(),
        })
    }

    /// Both wrappers are needed: the first dies with this process, the second with the first.
    fn command(&self, folder: &Path) -> Command {
        const DIE_WITH_PARENT: [&str; 4] = ["setpriv", "--pdeathsig", "KILL", "--"];
        let limit = (self.limit + POWER_OFF + Duration::from_secs(5)).as_secs();
        let mut command = Command::new(DIE_WITH_PARENT[0]);
        command.args(&DIE_WITH_PARENT[1..]);
        command.args(["timeout", "--signal=KILL", &limit.to_string()]).args(DIE_WITH_PARENT);
        command.args(["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-no-reboot"]);
        let accelerator = self.kernel.accelerator;
        command.args(["-accel", accelerator.name(), "-cpu", accelerator.processor()]);
        command.args(["-smp", &self.processors.to_string(), "-m", &self.mebibytes.to_string()]);
        command.args(["-display", "none", "-monitor", "none"]);
        for port in [CONSOLE, RESULTS] {
            command.arg("-serial").arg(format!("file:{}", folder.join(port).display()));
        }
        command.arg("-kernel").arg(self.kernel.vmlinux());
        command.arg("-initrd").arg(folder.join(INITRAMFS));
        command.arg("-append").arg(self.kernel_command_line());
        for (index, device) in self.devices.iter().enumerate() {
            command.args(device.options(index));
        }
        command
    }

    fn kernel_command_line(&self) -> String {
        // The ciphers' own tests take 6.12 a sixth of its start.
        const ALWAYS: &str = "console=ttyS0 quiet panic=-1 cryptomgr.notests";
        // A lockup is one after twice the threshold: ten seconds, and no guest waits so long for a processor.
        const PANIC: &str = "oops=panic sysctl.kernel.softlockup_panic=1 \
            sysctl.kernel.watchdog_thresh=5 \
            sysctl.kernel.panic_on_rcu_stall=1 sysctl.kernel.hung_task_panic=1 \
            sysctl.kernel.hung_task_timeout_secs=20";
        let on_fault = if self.on_fault == OnFault::Panic { PANIC } else { "" };
        [ALWAYS, on_fault, &self.append].join(" ").trim_end().to_owned()
    }
}

impl Device {
    fn options(&self, index: usize) -> Vec<String> {
        match self {
            Device::Network(model) => vec![
                "-netdev".into(),
                format!("user,id=n{index}"),
                "-device".into(),
                // Without the code that could boot from the card.
                format!("{model},netdev=n{index},romfile="),
            ],
            Device::Options(options) => options.clone(),
        }
    }
}

/// QEMU, which is killed when it is not wanted any more.
struct Machine {
    child: Child,
    folder: PathBuf,
}

/// How QEMU ended.
enum End {
    /// By itself.
    Off,
    /// It was killed.
    Killed,
    /// It did not start, or failed.
    Refused(ExitStatus),
}

impl Machine {
    fn start(command: &mut Command, folder: &Path) -> Result<Machine> {
        let complaints = folder.join(COMPLAINTS);
        let complaints =
            File::create(&complaints).with_context(|| complaints.display().to_string())?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(complaints);
        let child = command.spawn().with_context(|| run::shown(command))?;
        Ok(Machine { child, folder: folder.to_owned() })
    }

    /// Waits for the end, until the time is over or the machine does not turn off after its script.
    fn wait(mut self, limit: Duration, silence: Option<Duration>) -> Result<End> {
        let begin = Instant::now();
        let mut heard = begin;
        let mut script_ended = None;
        let mut seen = 0;
        loop {
            if let Some(status) = self.child.try_wait().context("cannot wait for QEMU")? {
                return Ok(if status.success() { End::Off } else { End::Refused(status) });
            }
            let results = self.length(RESULTS);
            if results != seen {
                heard = Instant::now();
                if Values::parse(&read(&self.folder.join(RESULTS))).are_complete() {
                    script_ended.get_or_insert(heard);
                }
            }
            seen = results;
            let lingers = script_ended.is_some_and(|ended| ended.elapsed() > POWER_OFF);
            let silent = silence.is_some_and(|silence| heard.elapsed() > silence);
            let over = (begin.elapsed() > limit || silent) && script_ended.is_none();
            if lingers || over || self.length(CONSOLE) > CONSOLE_LIMIT {
                return Ok(End::Killed);
            }
            thread::sleep(TICK);
        }
    }

    fn length(&self, file: &str) -> u64 {
        self.folder.join(file).metadata().map_or(0, |metadata| metadata.len())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ending(end: &End, values: &Values) -> Ending {
    match end {
        _ if values.are_complete() => Ending::Finished,
        End::Killed => Ending::TimedOut,
        End::Off | End::Refused(_) => Ending::Crashed,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What a machine wrote need not be UTF-8, nor be there.
fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_reported_counts_more_than_how_the_machine_stopped() {
        let (finished, cut) = (Values::parse("a=1\n.exit=3\n"), Values::parse("a=1\n.exit=3"));
        assert_eq!(ending(&End::Off, &finished), Ending::Finished);
        assert_eq!(ending(&End::Killed, &finished), Ending::Finished);
        assert_eq!(ending(&End::Off, &cut), Ending::Crashed);
        assert_eq!(ending(&End::Killed, &cut), Ending::TimedOut);
    }

    #[test]
    fn cards_have_networks_of_their_own() {
        let options = Device::Network("e1000").options(1);
        assert_eq!(options, ["-netdev", "user,id=n1", "-device", "e1000,netdev=n1,romfile="]);
    }
}
