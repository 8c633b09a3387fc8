//! HTTP as a browser without any library speaks it: one request, one answer, one connection.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::{Position, Url};

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// In lower case.
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
}

/// Opens a URL with further header lines, each ended by CR LF.
pub(crate) async fn open(url: &Url, headers: &str) -> Answer {
    let (host, port) = (url.host_str().unwrap(), url.port().unwrap());
    let mut socket = tokio::net::TcpStream::connect((host, port)).await.unwrap();
    let target = &url[Position::BeforePath..];
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n{headers}\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an HTTP answer");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
    Answer { status, headers: head.to_ascii_lowercase(), body: bytes[end + 4..].to_vec() }
}
