//! Presigned URLs on a server that judges them: what is tampered with, expired or over-long is refused; ranges work.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use daybreak::archive::{Archive, ArchiveError, Key, PresignOptions};
use daybreak::clock::Clock;
use daybreak::config;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use url::Url;

use crate::services::{Bucket, open, shared_archive};

fn configured(bucket: &Bucket, secret: &str) -> config::Archive {
    config::Archive::S3 {
        endpoint: Some(bucket.endpoint.clone()),
        public_endpoint: None,
        region: "us-east-1".into(),
        bucket: bucket.name.clone(),
        path_style: true,
        access_key_id: bucket.key.clone(),
        secret_access_key: secret.to_owned(),
    }
}

fn clip() -> (Key, Bytes) {
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    (Key::media(&"ab".repeat(32), "video/mp4"), bytes.into())
}

fn options<'a>(now: DateTime<Utc>) -> PresignOptions<'a> {
    PresignOptions {
        now,
        expires_in: Duration::from_mins(5),
        content_type: Some("video/mp4"),
        file_name: Some("3.mp4"),
    }
}

#[tokio::test]
async fn a_presigned_link_works_in_ranges_until_it_expires_and_for_nothing_else() {
    let Some(bucket) = shared_archive("presigned").await else { return };
    let archive = Archive::connect(&configured(&bucket, &bucket.secret)).await.unwrap();
    let (key, bytes) = clip();
    archive.put(&key, bytes.clone()).await.unwrap();
    let now = Clock::System.now();
    let url = archive.presign(&key, options(now)).await.unwrap();

    let whole = open(&url, "").await;
    assert_eq!((whole.status, whole.body.len()), (200, bytes.len()), "{}", whole.headers);
    assert!(whole.headers.contains("content-type: video/mp4"), "{}", whole.headers);
    assert!(whole.headers.contains("no-store"), "{}", whole.headers);
    let part = open(&url, "Range: bytes=1000-1999\r\n").await;
    assert_eq!((part.status, part.body.as_slice()), (206, &bytes[1_000..2_000]), "{}", part.headers);
    let end = open(&url, "Range: bytes=-500\r\n").await;
    assert_eq!((end.status, end.body.as_slice()), (206, &bytes[bytes.len() - 500..]));
    assert_eq!(archive.get_range(&key, 299_000, 1_000).await.unwrap(), bytes.slice(299_000..));
    assert!(matches!(archive.get_range(&key, 299_000, 1_001).await, Err(ArchiveError::Range { .. })));

    // Expired an hour ago.
    let old = archive.presign(&key, options(now - TimeDelta::hours(1))).await.unwrap();
    assert_eq!(open(&old, "").await.status, 403, "an expired link");
    // Each part of the link is signed: another object, a longer life, another type, another signature.
    let other = Key::media(&"cd".repeat(32), "video/mp4");
    archive.put(&other, Bytes::from_static(b"somebody else's")).await.unwrap();
    for (from, to) in [
        (key.path(), other.path()),
        ("X-Amz-Expires=300", "X-Amz-Expires=86400"),
        ("video%2Fmp4", "text%2Fhtml"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
    ] {
        let tampered = Url::parse(&url.as_str().replacen(from, to, 1)).unwrap();
        assert_ne!(tampered, url, "{from} is in {url}");
        assert_eq!(open(&tampered, "").await.status, 403, "{from} → {to}");
    }
    let unsigned = Url::parse(url.as_str().split('?').next().unwrap()).unwrap();
    assert_eq!(open(&unsigned, "").await.status, 403, "no signature at all");
    // Rightly signed, but for eight days: S3 allows seven at most, and Daybreak asks for fifteen minutes at most.
    assert_eq!(open(&signed_by_hand(&bucket, &key, now, 300), "").await.status, 200, "the hand's signature is right");
    assert!([400, 403].contains(&open(&signed_by_hand(&bucket, &key, now, 8 * 86_400), "").await.status), "eight days");
    let day = PresignOptions { expires_in: Duration::from_hours(24), ..options(now) };
    assert!(archive.presign(&key, day).await.unwrap().as_str().contains("X-Amz-Expires=900"), "never over 15 minutes");
    // Somebody without the key.
    let stranger = Archive::connect(&configured(&bucket, "not the secret")).await.unwrap();
    assert!(matches!(stranger.get(&key).await, Err(ArchiveError::Refused { .. } | ArchiveError::Denied { .. })));
}

/// AWS Signature Version 4 in the query, as its documentation describes it: for what no SDK signs.
fn signed_by_hand(bucket: &Bucket, key: &Key, now: DateTime<Utc>, seconds: u32) -> Url {
    let hash = |data: &[u8], secret: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(data);
        mac.finalize().into_bytes().to_vec()
    };
    let host = bucket.endpoint.trim_start_matches("http://");
    let path = format!("/{}/{}", bucket.name, key.path());
    let (day, instant) = (now.format("%Y%m%d").to_string(), now.format("%Y%m%dT%H%M%SZ").to_string());
    let scope = format!("{day}/us-east-1/s3/aws4_request");
    let query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}%2F{}&X-Amz-Date={instant}&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host",
        bucket.key,
        scope.replace('/', "%2F")
    );
    let request = format!("GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD");
    let text = format!("AWS4-HMAC-SHA256\n{instant}\n{scope}\n{}", hex::encode(Sha256::digest(request)));
    let secret = format!("AWS4{}", bucket.secret);
    let signing = [day.as_str(), "us-east-1", "s3", "aws4_request"]
        .iter()
        .fold(secret.into_bytes(), |secret, step| hash(step.as_bytes(), &secret));
    let signature = hex::encode(hash(text.as_bytes(), &signing));
    Url::parse(&format!("{}{path}?{query}&X-Amz-Signature={signature}", bucket.endpoint)).unwrap()
}
