//! Programs that are measured: how much memory they take, and that they end.

use std::fs;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::postgres::pause;

/// Memory of a process, in bytes, as Linux tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// What it holds now (`VmRSS`).
    pub now: u64,
    /// The most it ever held (`VmHWM`).
    pub peak: u64,
}

impl Memory {
    /// Reads `/proc/PID/status`; `None` where there is none, because the process ended or this is no Linux.
    pub fn of(process: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{process}/status")).ok()?)
    }

    fn parse(status: &str) -> Option<Self> {
        let field = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
            Some(kibibytes * 1024)
        };
        Some(Self { now: field("VmRSS")?, peak: field("VmHWM")? })
    }
}

/// A program that ends when this value is dropped.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a program to its end. Gives the time it took and the most memory it held, in bytes, looked at twenty times a second.
///
/// # Errors
/// When it cannot be started or does not end well.
pub fn time(command: &mut Command) -> Result<(Duration, u64)> {
    let begun = Instant::now();
    let mut running = Running(command.spawn().context("cannot start the server's program")?);
    let mut peak = 0;
    loop {
        if let Some(memory) = Memory::of(running.0.id()) {
            peak = peak.max(memory.peak);
        }
        if let Some(status) = running.0.try_wait().context("cannot wait for the server's program")? {
            if !status.success() {
                bail!("{:?} ended with {status}", command.get_program());
            }
            return Ok((begun.elapsed(), peak));
        }
        pause();
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    fn the_status_file_is_read() {
        let status = "Name:\ttoit\nVmPeak:\t  900 kB\nVmHWM:\t     200 kB\nVmRSS:\t     100 kB\nThreads:\t3\n";
        assert_eq!(Memory::parse(status), Some(Memory { now: 102_400, peak: 204_800 }));
        assert_eq!(Memory::parse("Name:\tkthreadd\n"), None);
    }
}
