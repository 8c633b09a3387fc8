//! `[watch]`: where a process shows how it is.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use super::key::{Key, Reading};

/// Where a process shows how it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watching {
    /// Address and port for `/healthz`, `/readyz` with its reasons and `/metrics`, which the portal does not show.
    pub listen: Option<SocketAddr>,
}

/// Where a process shows how it is, for monitoring.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "watch")]
pub(super) struct RawWatching {
    /// Address and port for /healthz, /readyz with its reasons and /metrics, also of a worker without pages. The portal, which
    /// is open to everybody, shows /healthz and a /readyz without reasons only.
    listen: Key<String>,
}

impl RawWatching {
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Watching {
        Watching {
            listen: self.listen.read(reading, "watch.listen", |raw| {
                raw.parse().map_err(|_| "must be an address and a port, such as \"127.0.0.1:9090\" or \"[::]:9090\"")
            }),
        }
    }
}
