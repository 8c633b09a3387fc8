//! Ports for servers that stop and start again: below the range that the kernel hands out by itself, so that no client
//! takes one while its server is down.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// The first of `count` ports in a row that nobody listens on now. Another process may take one a moment later; its
/// server then does not start, and says so.
pub(crate) fn free_ports(count: u16) -> u16 {
    // Processes that run at once begin far apart, and one process never looks at the same ports twice.
    let offset = u16::try_from(std::process::id() * 97 % u32::from(COUNT)).unwrap_or(0);
    for _ in 0..1_000 {
        let at = (offset + NEXT.fetch_add(count, Ordering::Relaxed) % COUNT) % (COUNT - count);
        let first = FIRST + at;
        let taken =
            (first..first + count).map(|port| TcpListener::bind(("127.0.0.1", port))).any(|bound| bound.is_err());
        if !taken {
            return first;
        }
    }
    panic!("no {count} free ports in a row");
}
