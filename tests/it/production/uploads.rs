//! Presigned uploads on a server that judges them: an address takes what it was signed for, once more harmlessly, and
//! nothing else.

use std::time::Duration;

use chrono::TimeDelta;
use daybreak::archive::{Archive, Key, Upload, UploadAddress};
use daybreak::clock::Clock;
use daybreak::config;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::{Position, Url};

use crate::services::shared_archive;

/// Uploads with the headers that go with an address, but for one that is changed.
async fn put(address: &UploadAddress, url: &Url, bytes: &[u8], changed: Option<(&str, &str)>) -> u16 {
    let (host, port) = (url.host_str().unwrap(), url.port().unwrap());
    let mut head =
        format!("PUT {} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n", &url[Position::BeforePath..]);
    for (name, value) in &address.headers {
        let value = changed.filter(|(other, _)| other == name).map_or(value.as_str(), |(_, value)| value);
        if name != "host" {
            head.extend([name, ": ", value, "\r\n"]);
        }
    }
    let mut socket = tokio::net::TcpStream::connect((host, port)).await.unwrap();
    socket.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    // A server that refuses may not wait for the body.
    let _ = socket.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn an_upload_address_takes_these_bytes_and_no_others() {
    let Some(bucket) = shared_archive("uploads").await else { return };
    let reach = config::Archive::S3 {
        endpoint: Some(bucket.endpoint.clone()),
        public_endpoint: None,
        region: "us-east-1".into(),
        bucket: bucket.name.clone(),
        path_style: true,
        access_key_id: bucket.key.clone(),
        secret_access_key: bucket.secret.clone(),
    };
    let archive = Archive::connect(&reach).await.unwrap();
    let bytes = b"\0\0\0\x20ftypisom and some footage".to_vec();
    let other = b"\0\0\0\x20ftypisom and some FOOTAGE".to_vec();
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let key = Key::upload(Some(&"north".parse().unwrap()), &hex::encode(sha256), "video/mp4");
    let now = Clock::System.now();
    let upload = Upload { size: bytes.len() as u64, sha256, now, expires_in: Duration::from_mins(5) };
    let address = archive.presign_upload(&key, &upload).await.unwrap();

    for changed in [("content-type", "text/html"), ("content-length", "5")] {
        assert_eq!(put(&address, &address.url, &bytes, Some(changed)).await, 403, "{changed:?}");
    }
    let elsewhere = Url::parse(&address.url.as_str().replacen("/uploads/", "/media/", 1)).unwrap();
    assert_eq!(put(&address, &elsewhere, &bytes, None).await, 403, "another key");
    let old = Upload { now: now - TimeDelta::hours(1), ..upload.clone() };
    let old = archive.presign_upload(&key, &old).await.unwrap();
    assert_eq!(put(&old, &old.url, &bytes, None).await, 403, "an expired address");
    assert_ne!(put(&address, &address.url, &other, None).await, 200, "other bytes of the same length");
    assert_eq!(archive.head(&key).await.unwrap(), None, "nothing of all that was stored");
    assert_eq!(put(&address, &address.url, &bytes, None).await, 200);
    let stored = archive.head(&key).await.unwrap().unwrap();
    assert_eq!((stored.size, stored.content_type.as_deref()), (bytes.len() as u64, Some("video/mp4")));
}
