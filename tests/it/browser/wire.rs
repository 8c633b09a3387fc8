//! Wire: one request as a program makes it, to see status and headers, which a page's script never sees.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

/// What was answered.
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: u16,
    /// The head, in lower case.
    head: String,
    /// The body as it came.
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A header's value in lower case; empty where it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.map(str::trim).unwrap_or_default()
    }
}

/// Sends a request without a body; `headers` are lines such as `Range: bytes=0-9`.
pub(crate) async fn ask(method: &str, address: &str, headers: &[&str]) -> Reply {
    let url = Url::parse(address).unwrap();
    let (host, port) = (url.host_str().unwrap(), url.port_or_known_default().unwrap());
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n");
    for line in headers {
        request.push_str(line);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    let mut stream = TcpStream::connect((host, port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let raw = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = raw.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
    let lines = raw.lines().map(|line| match line.split_once(':') {
        // An address is case-sensitive, other values are not.
        Some((name, value)) if name.eq_ignore_ascii_case("location") => format!("location:{value}"),
        _ => line.to_ascii_lowercase(),
    });
    Reply { status, head: lines.collect::<Vec<_>>().join("\n"), body: bytes.split_off(end + 4) }
}
