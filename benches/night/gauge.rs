//! Gauge: what the kernel and the clock say of this process becomes figures.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::{Failure, Step};

/// Clock ticks a second in `/proc`: `USER_HZ`, 100 on every Linux that Rust runs on.
const TICKS: f64 = 100.0;
/// How long a repeated measurement goes on.
const LONG_ENOUGH: Duration = Duration::from_millis(1_500);
/// How often it repeats at least, and at most.
const ROUNDS: (usize, usize) = (5, 3_000);

/// Processor seconds of this process so far, user and system, all threads.
pub(crate) fn cpu_seconds() -> Result<f64, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat").step("read /proc/self/stat (the bench runs on Linux)")?;
    // The second field is the program's name in parentheses, which may hold blanks; the 14th and 15th are the times.
    let after_name = stat.rsplit_once(')').map(|(_, after)| after).unwrap_or_default();
    let mut times = after_name.split_whitespace().skip(11).map(str::parse::<f64>);
    match (times.next(), times.next()) {
        (Some(Ok(user)), Some(Ok(system))) => Ok((user + system) / TICKS),
        _ => Err(Failure::new("/proc/self/stat has no processor times")),
    }
}

/// The most memory that this process ever held, in MB (10⁶ bytes).
pub(crate) fn peak_mb() -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status").step("read /proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.trim().strip_suffix("kB")).and_then(|kib| kib.trim().parse::<f64>().ok());
    kib.map(|kib| kib * 1_024.0 / 1e6).ok_or_else(|| Failure::new("/proc/self/status has no peak memory"))
}

/// The median time of `work`, in milliseconds, after two rounds that warm it up.
pub(crate) fn median_ms(mut work: impl FnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
    work()?;
    work()?;
    let began = Instant::now();
    let mut times = Vec::new();
    while times.len() < ROUNDS.0 || (times.len() < ROUNDS.1 && began.elapsed() < LONG_ENOUGH) {
        let round = Instant::now();
        work()?;
        times.push(round.elapsed());
    }
    Ok(middle(times))
}

/// The median of some times, in milliseconds.
pub(crate) fn middle(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

/// How often a second `threads` threads together get `work` done.
pub(crate) fn a_second(threads: u32, work: impl Fn() -> Result<(), Failure> + Sync) -> Result<f64, Failure> {
    work()?;
    let began = Instant::now();
    let until_enough = || -> Result<u32, Failure> {
        let mut done = 0;
        while began.elapsed() < LONG_ENOUGH {
            work()?;
            done += 1;
        }
        Ok(done)
    };
    let done = std::thread::scope(|scope| {
        let working: Vec<_> = (0..threads).map(|_| scope.spawn(until_enough)).collect();
        let mut sum = 0;
        for thread in working {
            sum += thread.join().map_err(|_| Failure::new("a measuring thread died"))??;
        }
        Ok(sum)
    })?;
    Ok(f64::from(done) / began.elapsed().as_secs_f64())
}

/// How many pages a PDF has, as Poppler's pdfinfo says; none where that is not installed.
pub(crate) fn pages(pdf: &[u8]) -> Result<Option<u32>, Failure> {
    let mut file = tempfile::NamedTempFile::new().step("make a temporary file")?;
    file.write_all(pdf).step("write a temporary file")?;
    let told = Command::new("pdfinfo").arg(file.path()).stderr(Stdio::inherit()).output();
    let told = match told {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        told => told.step("run pdfinfo")?,
    };
    let text = String::from_utf8_lossy(&told.stdout);
    let pages = text.lines().find_map(|line| line.strip_prefix("Pages:")).and_then(|pages| pages.trim().parse().ok());
    pages.map(Some).ok_or_else(|| Failure::new("pdfinfo does not say how many pages the PDF has"))
}
