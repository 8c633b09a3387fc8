//! `[portal]`: where the portal listens and how people reach it.

use std::net::SocketAddr;

use url::Url;

/// Where the portal listens and how people reach it.
#[derive(Debug, Clone)]
pub struct Portal {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// What links begin with, as people reach it.
    pub public_url: Url,
}
