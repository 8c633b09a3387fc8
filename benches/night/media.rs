//! Media: the samples' clips and photos become those of a feed, copied beside it.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Step};
use crate::feed::nth;

/// A folder of photos serves so many sites, for the file system's sake.
const SHELF: u32 = 500;

/// The media of a feed.
pub(crate) struct Media {
    /// The feed's folder.
    folder: PathBuf,
    clips: Vec<String>,
    photos: Vec<(String, Vec<u8>)>,
}

impl Media {
    /// Copies the samples' media into the feed's folder; photos are kept at hand, too, to make others from.
    pub(crate) fn copy(folder: &Path) -> Result<Self, Failure> {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/media");
        let to = folder.join("media");
        std::fs::create_dir_all(&to).step("make the feed's folder")?;
        let (mut clips, mut photos) = (Vec::new(), Vec::new());
        for entry in std::fs::read_dir(&from).step("open samples/media")? {
            let path = entry.step("read samples/media")?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            let bytes = std::fs::read(&path).step("read a sample's medium")?;
            std::fs::write(to.join(name), &bytes).step("copy a sample's medium")?;
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("jpg") => photos.push((format!("media/{name}"), bytes)),
                Some("mp4") => clips.push(format!("media/{name}")),
                _ => {}
            }
        }
        if photos.is_empty() || clips.is_empty() {
            return Err(Failure::new("samples/media holds no *.jpg or no *.mp4"));
        }
        photos.sort();
        clips.sort();
        Ok(Self { folder: folder.to_path_buf(), clips, photos })
    }

    /// The path of one of the clips.
    pub(crate) fn clip(&self, number: u32) -> String {
        nth(&self.clips, number).clone()
    }

    /// The path of one of the samples' photos.
    pub(crate) fn photo(&self, number: u32) -> String {
        nth(&self.photos, number).0.clone()
    }

    /// The path of a photo that no other event has: a sample's with a comment of its own, so that neither the archive
    /// nor the cache of small pictures has met its bytes.
    pub(crate) fn own_photo(&self, site: u32, number: u32) -> Result<String, Failure> {
        let (sample, bytes) = nth(&self.photos, site + number);
        let Some((start_of_image, rest)) = bytes.split_at_checked(2) else {
            return Err(Failure::new(format!("the samples' {sample} is no JPEG")));
        };
        let comment = format!("site {site:08} event {number:08}");
        // A comment's length counts its own two bytes.
        let length = u16::try_from(comment.len() + 2).step("measure a comment")?.to_be_bytes();
        let bytes = [start_of_image, &[0xFF, 0xFE], &length, comment.as_bytes(), rest].concat();
        let folder = format!("photos/{}", site / SHELF);
        std::fs::create_dir_all(self.folder.join(&folder)).step("make a folder of photos")?;
        let path = format!("{folder}/{site}-{number}.jpg");
        std::fs::write(self.folder.join(&path), bytes).step("write a photo")?;
        Ok(path)
    }
}
