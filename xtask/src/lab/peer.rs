//! The other end of a guest's traffic: `lab/guest/stream.c` talks to it, through QEMU's user network and with the
//! loopback address of this machine.
//!
//! The protocol stands in `lab/guest/stream.c`. Each connection has a thread, which ends when the connection does; what
//! QEMU leaves open when it is killed is closed by the kernel.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::lab::pattern::{BLOCK, Pattern};

/// A guest that says nothing for so long is no peer any more; the guest's own limit is below that.
const SILENCE: Duration = Duration::from_secs(120);

/// One connection, as this side saw it.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub(crate) struct Transfer {
    /// `send` or `receive`, as the guest sees it.
    pub(crate) mode: String,
    pub(crate) seed: u64,
    /// Bytes that this side sent or received.
    pub(crate) bytes: u64,
    pub(crate) milliseconds: u64,
    /// The longest time in which not a byte moved.
    pub(crate) pause_milliseconds: u64,
    /// The position of the first wrong byte, whichever side found it.
    pub(crate) bad: Option<u64>,
    /// Bytes that the guest did not confirm, though the connection was ended in order.
    pub(crate) lost: u64,
    /// Why the connection broke.
    pub(crate) broken: Option<String>,
}

impl Transfer {
    /// Whether all bytes arrived and were right.
    pub(crate) fn is_intact(&self) -> bool {
        self.bad.is_none() && self.broken.is_none() && self.lost == 0
    }
}

/// A listener, until it is asked what it saw.
#[derive(Debug)]
pub(crate) struct Peer {
    port: u16,
    state: Arc<State>,
    listener: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    over: AtomicBool,
    transfers: Mutex<Vec<Transfer>>,
}

impl Peer {
    /// Listens on a free port.
    pub(crate) fn start() -> Result<Peer> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen")?;
        let port = socket.local_addr().context("a listener without address")?.port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let listener = thread::spawn(move || listen(&socket, &shared));
        Ok(Peer { port, state, listener: Some(listener) })
    }

    /// The port, on this machine's loopback address.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the last connection to end, and says what became of each.
    pub(crate) fn finish(mut self) -> Vec<Transfer> {
        self.stop();
        let mut transfers =
            self.state.transfers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::take(&mut transfers)
    }

    fn stop(&mut self) {
        self.state.over.store(true, Ordering::Release);
        if let Some(listener) = self.listener.take() {
            // The listener waits for a connection; here is one.
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                let _ = listener.join();
            }
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn listen(socket: &TcpListener, state: &State) {
    thread::scope(|scope| {
        for stream in socket.incoming() {
            if state.over.load(Ordering::Acquire) {
                break;
            }
            let Ok(stream) = stream else { continue };
            scope.spawn(|| {
                let transfer = converse(stream);
                let transfers = state.transfers.lock();
                transfers.unwrap_or_else(std::sync::PoisonError::into_inner).push(transfer);
            });
        }
    });
}

/// One connection from its first line to its end.
fn converse(stream: TcpStream) -> Transfer {
    let mut meter = Meter::default();
    let broken = talk(&stream, &mut meter).err().map(|error| error.to_string());
    Transfer { broken, milliseconds: meter.milliseconds(), ..meter.transfer }
}

fn talk(stream: &TcpStream, meter: &mut Meter) -> io::Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    let mut reader = BufReader::with_capacity(BLOCK, stream);
    let (mode, seed, seconds) = request(&line(&mut reader)?)?;
    (meter.transfer.mode, meter.transfer.seed) = (mode, seed);
    meter.start();
    let mut pattern = Pattern::new(seed);
    if meter.transfer.mode == "send" {
        receive(&mut reader, &mut pattern, meter)?;
        let Transfer { bytes, bad, .. } = meter.transfer;
        let bad = bad.map_or("-1".to_owned(), |bad| bad.to_string());
        return (&*stream).write_all(format!("{bytes} {bad}\n").as_bytes());
    }
    let time = Duration::from_secs(seconds);
    let (confirmed, bad) = send_and_listen(stream, &mut reader, &mut pattern, time, meter)?;
    meter.moved(0);
    meter.transfer.bad = bad;
    meter.transfer.lost = meter.transfer.bytes.saturating_sub(confirmed);
    Ok(())
}

/// What the guest sends, until it ends. After a wrong byte nothing more is compared.
fn receive(reader: &mut impl Read, pattern: &mut Pattern, meter: &mut Meter) -> io::Result<()> {
    let mut buffer = vec![0; BLOCK];
    loop {
        let length = match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read?,
        };
        if meter.transfer.bad.is_none() {
            meter.transfer.bad = pattern.first_wrong(meter.transfer.bytes, &buffer[..length]);
        }
        meter.moved(length);
    }
}

/// Sends until the time is over or the guest has enough; what the guest has got then.
fn send_and_listen(
    stream: &TcpStream,
    reader: &mut (impl BufRead + Send),
    pattern: &mut Pattern,
    time: Duration,
    meter: &mut Meter,
) -> io::Result<(u64, Option<u64>)> {
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        let listener = scope.spawn(|| {
            let mut said = line(reader)?;
            if said == "enough\n" {
                enough.store(true, Ordering::Relaxed);
                said = line(reader)?;
            }
            answer(&said)
        });
        let sent = send(stream, pattern, time, &enough, meter);
        // The listener is not to wait for a guest that is gone.
        stream.shutdown(if sent.is_ok() { Shutdown::Write } else { Shutdown::Both })?;
        let answer = listener.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        sent.and(answer)
    })
}

fn send(
    mut stream: &TcpStream,
    pattern: &mut Pattern,
    time: Duration,
    enough: &AtomicBool,
    meter: &mut Meter,
) -> io::Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < time && !enough.load(Ordering::Relaxed) {
        match stream.write(pattern.at(meter.transfer.bytes)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            written => meter.moved(written?),
        }
    }
    Ok(())
}

/// Lines are short; who sends a long one is somebody else.
fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(64).read_line(&mut line)?;
    if line.ends_with('\n') { Ok(line) } else { Err(io::Error::other("the line was cut off")) }
}

/// `send SEED SECONDS` or `receive SEED SECONDS`.
fn request(line: &str) -> io::Result<(String, u64, u64)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        [mode @ ("send" | "receive"), seed, seconds] => {
            seed.parse().ok().zip(seconds.parse().ok()).map(|(a, b)| (mode.to_owned(), a, b))
        }
        _ => None,
    }
    .ok_or_else(|| io::Error::other(format!("no request: {}", line.trim())))
}

/// `BYTES BAD`.
fn answer(line: &str) -> io::Result<(u64, Option<u64>)> {
    let numbers = line.trim().split_once(' ');
    let numbers = numbers.and_then(|(bytes, bad)| Some((bytes.parse().ok()?, bad.parse().ok()?)));
    let (bytes, bad): (u64, i64) =
        numbers.ok_or_else(|| io::Error::other(format!("no answer: {}", line.trim())))?;
    Ok((bytes, u64::try_from(bad).ok()))
}

/// Keeps the time of a transfer.
#[derive(Default)]
struct Meter {
    transfer: Transfer,
    /// When it began and when the last bytes moved.
    times: Option<(Instant, Instant)>,
}

impl Meter {
    fn start(&mut self) {
        let now = Instant::now();
        self.times = Some((now, now));
    }

    fn moved(&mut self, bytes: usize) {
        let now = Instant::now();
        let (begin, before) = self.times.unwrap_or((now, now));
        self.times = Some((begin, now));
        self.transfer.pause_milliseconds =
            self.transfer.pause_milliseconds.max(milliseconds(now - before));
        self.transfer.bytes += bytes as u64;
    }

    fn milliseconds(&self) -> u64 {
        self.times.map_or(0, |(begin, last)| milliseconds(last - begin))
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A guest of our own: what it sends, and what it is answered.
    fn sent(bytes: &[u8]) -> (String, Vec<Transfer>) {
        let peer = Peer::start().unwrap();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, peer.port())).unwrap();
        stream.write_all(b"send 7 1\n").unwrap();
        stream.write_all(bytes).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer, peer.finish())
    }

    fn stream(length: usize) -> Vec<u8> {
        let mut pattern = Pattern::new(7);
        let blocks = (0..=length / BLOCK).map(|block| pattern.at((block * BLOCK) as u64).to_vec());
        let mut bytes: Vec<u8> = blocks.flatten().collect();
        bytes.truncate(length);
        bytes
    }

    #[test]
    fn right_bytes_are_counted() {
        let (answer, transfers) = sent(&stream(100_000));
        assert_eq!(answer, "100000 -1\n");
        assert!(transfers.len() == 1 && transfers[0].is_intact());
        assert_eq!(transfers[0].bytes, 100_000);
    }

    #[test]
    fn the_first_wrong_byte_is_answered() {
        let mut bytes = stream(100_000);
        bytes[70_000] ^= 0x80;
        let (answer, transfers) = sent(&bytes);
        assert_eq!(answer, "100000 70000\n");
        assert_eq!((transfers[0].bad, transfers[0].is_intact()), (Some(70_000), false));
    }

    #[test]
    fn bytes_that_are_not_confirmed_are_lost() {
        let peer = Peer::start().unwrap();
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, peer.port())).unwrap();
        (&stream).write_all(b"receive 7 0\n").unwrap();
        let mut bytes = Vec::new();
        (&stream).read_to_end(&mut bytes).unwrap();
        (&stream).write_all(b"0 -1\n").unwrap();
        drop(stream);
        assert!(bytes.is_empty());
        assert!(peer.finish()[0].is_intact());
        assert_eq!(answer("5 3\n").unwrap(), (5, Some(3)));
    }

    #[test]
    fn a_guest_that_has_enough_is_sent_no_more() {
        let peer = Peer::start().unwrap();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, peer.port())).unwrap();
        let begin = Instant::now();
        stream.write_all(b"receive 7 100\nenough\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        stream.write_all(format!("{} -1\n", bytes.len()).as_bytes()).unwrap();
        drop(stream);
        let transfer = &peer.finish()[0];
        assert!(transfer.is_intact(), "{transfer:?}");
        assert_eq!(transfer.bytes, bytes.len() as u64);
        assert!(begin.elapsed() < Duration::from_secs(100));
    }

    #[test]
    fn what_is_no_request_breaks_the_connection() {
        let peer = Peer::start().unwrap();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, peer.port())).unwrap();
        stream.write_all(b"hello\n").unwrap();
        let _ = stream.read_to_string(&mut String::new());
        assert_eq!(peer.finish()[0].broken.as_deref(), Some("no request: hello"));
    }
}
