//! The archive against the embedded server, over real HTTP: what a browser would see.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use super::*;
use crate::config;

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// A request as a browser makes it: no SDK, no signature of its own.
async fn open(url: &Url, header: &str) -> Answer {
    let address = (url.host_str().unwrap(), url.port().unwrap());
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let target = &url[url::Position::BeforePath..];
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n{header}\r\n", address.0, address.1);
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    Answer { status: head[9..12].parse().unwrap(), head, body: bytes[end + 4..].to_vec() }
}

#[expect(clippy::disallowed_methods, reason = "the server judges expiry by the machine's own clock")]
fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

async fn embedded(folder: &std::path::Path) -> Archive {
    Archive::connect(&config::Archive::Embedded { path: folder.to_path_buf() }).await.unwrap()
}

fn clip() -> (Key, Bytes) {
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    (Key::media(&"ab".repeat(32), "application/octet-stream"), bytes.into())
}

fn minutes<'a>(expires: u64, now: DateTime<Utc>) -> PresignOptions<'a> {
    PresignOptions {
        now,
        expires_in: Duration::from_mins(expires),
        content_type: Some("video/mp4"),
        file_name: Some("wejście 3.mp4"),
    }
}

#[tokio::test]
async fn what_was_put_is_there_whole_and_in_ranges_until_it_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let archive = embedded(folder.path()).await;
    let (key, bytes) = clip();
    assert_eq!(archive.head(&key).await.unwrap(), None);
    assert_eq!(archive.get(&key).await.unwrap(), None);
    assert!(matches!(archive.get_range(&key, 0, 5).await, Err(ArchiveError::Missing { .. })));
    archive.put(&key, bytes.clone()).await.unwrap();
    let info = archive.head(&key).await.unwrap().unwrap();
    assert_eq!(info, ObjectInfo { size: 200_000, content_type: Some("application/octet-stream".into()) });
    assert_eq!(archive.get(&key).await.unwrap(), Some(bytes.clone()));
    assert_eq!(archive.get_range(&key, 1_000, 77).await.unwrap(), bytes.slice(1_000..1_077));
    assert_eq!(archive.get_range(&key, 1_000, 0).await.unwrap(), Bytes::new());
    assert!(matches!(archive.get_range(&key, 199_999, 2).await, Err(ArchiveError::Range { .. })));
    assert!(matches!(archive.get_range(&key, 200_000, 2).await, Err(ArchiveError::Range { .. })));
    let (_, mut reader) = archive.read(&key).await.unwrap().unwrap();
    let mut read = Vec::new();
    reader.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, bytes);
    archive.put(&key, Bytes::from_static(b"other")).await.unwrap();
    assert_eq!(archive.get(&key).await.unwrap(), Some(Bytes::from_static(b"other")));
    archive.delete(&key).await.unwrap();
    archive.delete(&key).await.unwrap();
    assert_eq!(archive.head(&key).await.unwrap(), None);
    archive.check().await.unwrap();
    archive.close().await;
    assert!(matches!(archive.get(&key).await, Err(ArchiveError::Unreachable { .. })));
}

#[tokio::test]
async fn a_large_file_and_an_empty_object_arrive_whole() {
    let folder = tempfile::tempdir().unwrap();
    let archive = embedded(&folder.path().join("deep/er")).await;
    let path = folder.path().join("recording.mp4");
    let bytes: Vec<u8> = (0..5_000_003_u32).map(|n| u8::try_from(n % 241).unwrap()).collect();
    std::fs::write(&path, &bytes).unwrap();
    let key = Key::external("s3 feed/Zażółć (1).mp4").unwrap().with_content_type("video/mp4");
    archive.put_file(&key, &path).await.unwrap();
    assert_eq!(archive.get(&key).await.unwrap().unwrap(), bytes);
    assert_eq!(archive.head(&key).await.unwrap().unwrap().content_type.as_deref(), Some("video/mp4"));
    let empty = Key::external("empty").unwrap();
    archive.put(&empty, Bytes::new()).await.unwrap();
    assert_eq!(archive.get(&empty).await.unwrap(), Some(Bytes::new()));
    let missing = archive.put_file(&key, &folder.path().join("nothing")).await;
    assert!(matches!(missing, Err(ArchiveError::File { .. })), "{missing:?}");
}

#[tokio::test]
async fn a_presigned_link_plays_seeks_and_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let archive = embedded(folder.path()).await;
    let (key, bytes) = clip();
    archive.put(&key, bytes.clone()).await.unwrap();
    let url = archive.presign(&key, minutes(15, now())).await.unwrap();
    assert!(url.as_str().starts_with(&archive.public_origin().await.unwrap()), "{url}");
    let whole = open(&url, "").await;
    assert_eq!((whole.status, whole.body.as_slice()), (200, &bytes[..]));
    assert_eq!(whole.header("content-type"), Some("video/mp4"));
    assert_eq!(whole.header("cache-control"), Some("private, no-store"));
    assert_eq!(
        whole.header("content-disposition"),
        Some("inline; filename=\"wej_cie 3.mp4\"; filename*=UTF-8''wej%C5%9Bcie%203.mp4")
    );
    let part = open(&url, "Range: bytes=100000-\r\n").await;
    assert_eq!((part.status, part.body.as_slice()), (206, &bytes[100_000..]));
    assert_eq!(part.header("content-range"), Some("bytes 100000-199999/200000"));
    assert_eq!(part.header("content-type"), Some("video/mp4"));
    let beyond = open(&url, "Range: bytes=900000-\r\n").await;
    assert_eq!(beyond.status, 416);
}

#[tokio::test]
async fn a_link_that_was_changed_has_expired_or_is_not_signed_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let archive = embedded(folder.path()).await;
    let (key, bytes) = clip();
    archive.put(&key, bytes).await.unwrap();
    let other = Key::media(&"cd".repeat(32), "video/mp4");
    archive.put(&other, Bytes::from_static(b"somebody else's")).await.unwrap();
    let good = archive.presign(&key, minutes(15, now())).await.unwrap();
    let moved = good.as_str().replace(key.path(), other.path()).parse().unwrap();
    let longer = good.as_str().replace("X-Amz-Expires=900", "X-Amz-Expires=90000").parse().unwrap();
    let retyped = good.as_str().replace("video%2Fmp4", "text%2Fhtml").parse().unwrap();
    assert_ne!((&good, &good, &good), (&moved, &longer, &retyped));
    let mut unsigned = good.clone();
    unsigned.set_query(None);
    let expired = archive.presign(&key, minutes(15, now() - TimeDelta::minutes(16))).await.unwrap();
    let cut = archive.presign(&key, minutes(900, now() - TimeDelta::minutes(16))).await.unwrap();
    for url in [moved, longer, retyped, unsigned, expired, cut] {
        let answer = open(&url, "").await;
        assert_eq!(answer.status, 403, "{url} {}", answer.head);
        assert!(!answer.body.starts_with(b"somebody"));
    }
    assert_eq!(open(&good, "").await.status, 200, "the link itself still works");
}

#[tokio::test]
async fn two_processes_may_use_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (worker, portal) = (embedded(folder.path()).await, embedded(folder.path()).await);
    assert_ne!(worker.endpoint(), portal.endpoint());
    let keys: Vec<_> = (0..40).map(|n| Key::external(format!("k/{n}")).unwrap()).collect();
    let body = |key: &Key| Bytes::from(key.path().repeat(9_000));
    let puts = keys.iter().enumerate().map(|(n, key)| if n % 2 == 0 { &worker } else { &portal }.put(key, body(key)));
    for done in futures::future::join_all(puts).await {
        done.unwrap();
    }
    for (n, key) in keys.iter().enumerate() {
        let other = if n % 2 == 0 { &portal } else { &worker };
        assert_eq!(other.get(key).await.unwrap(), Some(body(key)));
    }
    // The same object by both at once is whole, whoever was last.
    let racing = (0..20).map(|n| if n % 2 == 0 { &worker } else { &portal }.put(&keys[0], body(&keys[0])));
    for done in futures::future::join_all(racing).await {
        done.unwrap();
    }
    assert_eq!(worker.get(&keys[0]).await.unwrap(), Some(body(&keys[0])));
    worker.close().await;
    assert_eq!(portal.get(&keys[1]).await.unwrap(), Some(body(&keys[1])));
}

/// The port of a server whose certificate no authority has signed that this machine trusts.
async fn impostor() -> u16 {
    use tokio_rustls::rustls::crypto::aws_lc_rs;
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let pem = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/server.pem")).unwrap();
    let config = tokio_rustls::rustls::ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(&pem).unwrap()],
            PrivateKeyDer::from_pem_slice(&pem).unwrap(),
        );
    let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config.unwrap()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move { acceptor.accept(stream).await.map(drop) });
        }
    });
    port
}

#[tokio::test]
async fn what_is_wrong_is_said_by_type() {
    let folder = tempfile::tempdir().unwrap();
    let archive = embedded(folder.path()).await;
    let real = |endpoint: &str, bucket: &str, secret: &str| config::Archive::S3 {
        endpoint: Some(endpoint.into()),
        public_endpoint: None,
        region: "us-east-1".into(),
        bucket: bucket.into(),
        path_style: true,
        access_key_id: std::fs::read_to_string(folder.path().join(".credentials")).unwrap()[..20].into(),
        secret_access_key: secret.into(),
    };
    let keys = std::fs::read_to_string(folder.path().join(".credentials")).unwrap();
    let secret = keys.lines().nth(1).unwrap();
    Archive::connect(&real(archive.endpoint(), "daybreak", secret)).await.unwrap().check().await.unwrap();
    let wrong = Archive::connect(&real(archive.endpoint(), "daybreak", "wrong")).await.unwrap();
    assert!(matches!(wrong.check().await, Err(ArchiveError::Denied { .. })));
    let bucketless = Archive::connect(&real(archive.endpoint(), "another", secret)).await.unwrap();
    let said = bucketless.check().await.unwrap_err();
    assert!(matches!(said, ArchiveError::Bucket { .. }), "{said:?}");
    let put = bucketless.put(&Key::external("a").unwrap(), Bytes::from_static(b"x")).await.unwrap_err();
    assert!(matches!(put, ArchiveError::Bucket { .. }) && !put.is_retryable(), "{put:?}");
    let nobody = Archive::connect(&real("http://127.0.0.1:9", "daybreak", secret)).await.unwrap();
    let said = nobody.check().await.unwrap_err();
    assert!(matches!(said, ArchiveError::Unreachable { .. }) && said.is_retryable(), "{said:?}");
    let endpoint = format!("https://localhost:{}", impostor().await);
    let impostor = Archive::connect(&real(&endpoint, "daybreak", secret)).await.unwrap();
    let said = impostor.check().await.unwrap_err();
    assert!(matches!(said, ArchiveError::Untrusted { .. }) && said.is_retryable(), "{said:?}");
    let told = crate::model::chain(&said);
    assert!(
        told.contains("is not safe") && told.contains("invalid peer certificate") && !told.contains('\n'),
        "{told}"
    );
    let nonsense = Archive::connect(&real("not a url", "daybreak", secret)).await;
    assert!(matches!(nonsense, Err(ArchiveError::Endpoint { .. })), "{nonsense:?}");
    // An object stands where the key wants a folder.
    archive.put(&Key::external("a").unwrap(), Bytes::from_static(b"x")).await.unwrap();
    let through = archive.put(&Key::external("a/b").unwrap(), Bytes::from_static(b"x")).await.unwrap_err();
    assert!(matches!(through, ArchiveError::Refused { .. }), "{through:?}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let unusable = Archive::connect(&config::Archive::Embedded { path: file }).await;
    assert!(matches!(unusable, Err(ArchiveError::Folder { .. })));
}
