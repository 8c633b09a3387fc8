//! Uploaded: what producers brought to an address that we signed is looked into before a record may name it.
//!
//! A medium that is not what its record says is a fault. What was not uploaded is none here: it may come later, and
//! until then is shown as missing.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use tokio::io::AsyncReadExt;

use super::ImportError;
use super::again::Again;
use super::check::Checked;
use super::content::{ContentType, HEAD};
use super::fault::quoted;
use super::record::{Parsed, Record};
use super::source::Source;
use crate::archive::{Archive, ArchiveError, Key};

/// Objects that are looked into at a time.
const AT_ONCE: usize = 8;

/// A record that names an upload.
struct Named {
    input: usize,
    line: u64,
    key: Key,
    claim: Claim,
}

/// What a record says of a medium.
enum Claim {
    /// A photo must be a picture.
    Picture,
    /// A clip says what it is, or does not.
    Clip(Option<String>),
}

/// Looks into each upload that a record names.
pub(super) async fn look_into(
    archive: &Archive,
    source: &Arc<Source>,
    checked: &mut Checked,
) -> Result<(), ImportError> {
    let any = checked.media.keys.keys().any(|key| Key::external(key.as_str()).is_ok_and(|key| key.is_upload()));
    if !any {
        return Ok(());
    }
    let mut reading = Again::begin(source, std::mem::take(&mut checked.media), named);
    while let Some(batch) = reading.next().await {
        let looked = stream::iter(batch).map(async |named| {
            let head = head(archive, &named.key).await?;
            Ok::<_, ArchiveError>((wrong(&named, head.as_deref()), named))
        });
        let looked: Vec<_> = looked.buffered(AT_ONCE).try_collect().await.map_err(ImportError::Look)?;
        for (wrong, named) in looked {
            if let Some((field, what)) = wrong {
                let file = &source.inputs[named.input].name;
                checked.faults.add(named.input, file, named.line, field.to_owned(), what);
            }
        }
    }
    checked.media = reading.end().await?;
    Ok(())
}

fn named(input: usize, line: u64, parsed: Parsed) -> Option<Named> {
    let (key, claim) = match parsed.record? {
        Record::Clip(clip) => (clip.object_key?, Claim::Clip(clip.content_type)),
        Record::Incident(incident) => (incident.photo_key?, Claim::Picture),
        _ => return None,
    };
    let key = Key::external(key).ok().filter(Key::is_upload)?;
    Some(Named { input, line, key, claim })
}

/// The first bytes of an object, unless there is none.
async fn head(archive: &Archive, key: &Key) -> Result<Option<Vec<u8>>, ArchiveError> {
    let Some((_, reader)) = archive.read(key).await? else { return Ok(None) };
    let mut head = Vec::with_capacity(HEAD);
    let broke_off = |source| ArchiveError::Body { key: key.path().to_owned(), source: Box::new(source) };
    reader.take(HEAD as u64).read_to_end(&mut head).await.map_err(broke_off)?;
    Ok(Some(head))
}

/// The field that is wrong, and what is wrong with it.
fn wrong(named: &Named, head: Option<&[u8]>) -> Option<(&'static str, String)> {
    let found = ContentType::of(head?);
    let is = found.map_or_else(|| "no medium that browsers show".to_owned(), |found| found.to_string());
    let key = quoted(named.key.path());
    match &named.claim {
        Claim::Picture if found.is_some_and(ContentType::is_picture) => None,
        Claim::Picture => Some(("photo", format!("{key} is no picture: its content is {is}"))),
        Claim::Clip(claimed) if found.is_some() && claimed.as_deref() == found.map(ContentType::as_str) => None,
        Claim::Clip(claimed) => {
            let claimed = claimed.as_deref().unwrap_or("not said");
            Some((
                "content_type",
                format!("{} is what the record says, but the content of {key} is {is}", quoted(claimed)),
            ))
        }
    }
}
