//! Upload: the body of a form with a file (`multipart/form-data`, RFC 7578) becomes its fields.
//!
//! The fields are in memory, and small. It must not look into a file: whoever takes it does.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;
use multer::{Constraints, Multipart, SizeLimit};

use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

/// A form with a file is no larger; a file that is larger than may be used can still be told so in words.
const MOST: u64 = 4 << 20;
/// A form of ours has fewer fields.
const MOST_FIELDS: usize = 16;

/// The fields of a signed-in person's form with a file.
#[derive(Debug)]
pub(super) struct Uploaded(Vec<Field>);

#[derive(Debug, PartialEq, Eq)]
struct Field {
    name: String,
    bytes: Bytes,
}

impl Uploaded {
    /// A field's bytes; empty where it was not sent.
    pub(super) fn bytes(&self, name: &str) -> &[u8] {
        self.0.iter().find(|field| field.name == name).map_or(&[], |field| &field.bytes)
    }

    /// A field's text; empty where it was not sent, or is none.
    pub(super) fn text(&self, name: &str) -> &str {
        std::str::from_utf8(self.bytes(name)).unwrap_or_default()
    }
}

impl FromRequest<PortalState> for Uploaded {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &PortalState) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let Ok(viewer) = Viewer::from_request_parts(&mut parts, state).await;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(kind).map_err(|_| Fault::Form)?;
        let limit = Constraints::new().size_limit(SizeLimit::new().whole_stream(MOST));
        let form = Self(fields(Multipart::with_constraints(body.into_data_stream(), boundary, limit)).await?);
        // Both are hashes of 160 random bits: how long the comparison takes tells nothing of use.
        if viewer.csrf.is_none_or(|csrf| csrf != form.text("csrf")) {
            return Err(Fault::Form);
        }
        Ok(form)
    }
}

/// The fields of a form that is whole.
async fn fields(mut form: Multipart<'_>) -> Result<Vec<Field>, Fault> {
    let mut found = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| fault(&error))? {
        if found.len() == MOST_FIELDS {
            return Err(Fault::Form);
        }
        let name = field.name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|error| fault(&error))?;
        found.extend(name.map(|name| Field { name, bytes }));
    }
    Ok(found)
}

fn fault(error: &multer::Error) -> Fault {
    if matches!(error, multer::Error::StreamSizeExceeded { .. }) { Fault::TooLarge } else { Fault::Form }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(body: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
        let stream = axum::body::Body::from(body.to_vec()).into_data_stream();
        let found = fields(Multipart::new(stream, "x")).await.ok()?;
        Some(found.into_iter().map(|field| (field.name, field.bytes.to_vec())).collect())
    }

    #[tokio::test]
    async fn a_form_with_a_file_is_read_as_browsers_write_it() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nword\r\n\
            --x\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"a; name=b.png\"\r\n\
            Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\n--not\r\n\0\xff\r\n--x--\r\n";
        let found = read(body).await.unwrap();
        assert_eq!(found[0], ("csrf".into(), b"word".to_vec()));
        assert_eq!(found[1], ("logo".into(), b"\x89PNG\r\n\r\n--not\r\n\0\xff".to_vec()));
        assert_eq!(read(b"--x--\r\n").await.unwrap(), []);
    }

    #[tokio::test]
    async fn what_is_not_whole_is_no_form() {
        for body in [
            &b""[..],
            b"--x",
            b"--x\r\n",
            b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nword",
            b"--x\r\nno head\r\n--x--",
            b"--y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nword\r\n--y--",
            b"--x\r\n\xff: a\r\n\r\n\r\n--x--",
        ] {
            assert_eq!(read(body).await, None, "{}", String::from_utf8_lossy(body));
        }
        let many = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(17);
        assert_eq!(read(&[&many[..], b"--x--"].concat()).await, None);
    }
}
