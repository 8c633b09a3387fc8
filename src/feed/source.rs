//! Sources: paths or a request's body become lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// The longest line, in bytes without its line break (`feed.md`: 1 MiB).
pub(super) const LONGEST_LINE: usize = 1 << 20;
const BUFFER: usize = 256 << 10;

/// Why a source cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A path cannot be opened or read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder holds no feed.
    #[error("the folder {} holds no *.ndjson file", path.display())]
    NoFeed {
        /// Which.
        path: PathBuf,
    },
    /// A pipe or device: a feed is read twice.
    #[error("{} is no regular file (a feed is read twice: once to check it, once to import it)", path.display())]
    NotAFile {
        /// Which.
        path: PathBuf,
    },
    /// Somebody wrote to a file during the import.
    #[error("{} changed while it was being imported; nothing was imported, send it again", path.display())]
    Changed {
        /// Which.
        path: PathBuf,
    },
    /// No path was given.
    #[error("no feed was given")]
    Nothing,
}

/// One file or body.
#[derive(Debug, Clone)]
pub(super) struct Input {
    /// How it is called in faults.
    pub(super) name: String,
    /// The folder that its media are relative to; none for a request's body.
    pub(super) folder: Option<PathBuf>,
    origin: Origin,
}

#[derive(Debug, Clone)]
enum Origin {
    File { path: PathBuf, size: u64, modified: Option<SystemTime> },
    Memory(Arc<[u8]>),
}

/// Where a feed comes from: files, or the body of a request.
#[derive(Debug, Clone)]
pub struct Source {
    pub(super) inputs: Vec<Input>,
}

/// One line as it was read.
#[derive(Clone, Copy)]
pub(super) enum Line<'a> {
    Text(&'a str),
    TooLong,
    NotUtf8 { valid_up_to: usize },
}

impl Source {
    /// Files, and folders with `*.ndjson` in order of name.
    pub fn paths(paths: &[PathBuf]) -> Result<Self, SourceError> {
        let mut inputs = Vec::new();
        for path in paths {
            let read = |source| SourceError::Read { path: path.clone(), source };
            if std::fs::metadata(path).map_err(read)?.is_dir() {
                let mut files = Vec::new();
                for entry in std::fs::read_dir(path).map_err(read)? {
                    let file = entry.map_err(read)?.path();
                    if file.extension().is_some_and(|extension| extension == "ndjson") {
                        files.push(file);
                    }
                }
                files.sort();
                if files.is_empty() {
                    return Err(SourceError::NoFeed { path: path.clone() });
                }
                for file in files {
                    inputs.push(Input::file(&file)?);
                }
            } else {
                inputs.push(Input::file(path)?);
            }
        }
        if inputs.is_empty() { Err(SourceError::Nothing) } else { Ok(Self { inputs }) }
    }

    /// A request's body in memory; it has no folder, so its media must be in the bucket already.
    #[must_use]
    pub fn body(name: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { inputs: vec![Input { name: name.to_owned(), folder: None, origin: Origin::Memory(bytes.into()) }] }
    }

    /// A request's body that was written to a file; like [`Source::body`] it has no folder.
    pub fn spooled(name: &str, path: &Path) -> Result<Self, SourceError> {
        let input = Input::file(path)?;
        Ok(Self { inputs: vec![Input { name: name.to_owned(), folder: None, ..input }] })
    }

    /// How many bytes there are to read.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.inputs.iter().map(Input::size).sum()
    }

    /// Fails where a file is not what it was when the source was made.
    pub(super) fn unchanged(&self) -> Result<(), SourceError> {
        for input in &self.inputs {
            if let Origin::File { path, size, modified } = &input.origin {
                let now = std::fs::metadata(path).map_err(|source| SourceError::Read { path: path.clone(), source })?;
                if now.len() != *size || now.modified().ok() != *modified {
                    return Err(SourceError::Changed { path: path.clone() });
                }
            }
        }
        Ok(())
    }
}

impl Input {
    fn file(path: &Path) -> Result<Self, SourceError> {
        let read = |source| SourceError::Read { path: path.to_path_buf(), source };
        let metadata = std::fs::metadata(path).map_err(read)?;
        if !metadata.is_file() {
            return Err(SourceError::NotAFile { path: path.to_path_buf() });
        }
        let whole = path.canonicalize().map_err(read)?;
        // A feed that is itself a link belongs to the folder it is linked from, where its media lie beside it.
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(Self {
            name: path.display().to_string(),
            folder: Some(parent.canonicalize().map_err(read)?),
            origin: Origin::File { path: whole, size: metadata.len(), modified: metadata.modified().ok() },
        })
    }

    fn size(&self) -> u64 {
        match &self.origin {
            Origin::File { size, .. } => *size,
            Origin::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// Reads each line with its number from 1 and the bytes read so far, blank ones included, until told to stop.
    pub(super) fn lines(
        &self,
        mut each: impl FnMut(u64, u64, Line<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, SourceError> {
        match &self.origin {
            Origin::Memory(bytes) => lines_of(&**bytes, &mut each),
            Origin::File { path, .. } => {
                File::open(path).and_then(|file| lines_of(BufReader::with_capacity(BUFFER, file), &mut each))
            }
        }
        .map_err(|source| SourceError::Read { path: self.name.clone().into(), source })
    }
}

fn lines_of(
    mut reader: impl BufRead,
    each: &mut impl FnMut(u64, u64, Line<'_>) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let mut bytes = Vec::with_capacity(4096);
    let (mut number, mut read) = (0, 0);
    loop {
        bytes.clear();
        // One more byte than allowed, and the line break.
        let got = reader.by_ref().take(LONGEST_LINE as u64 + 2).read_until(b'\n', &mut bytes)?;
        if got == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        (number, read) = (number + 1, read + got as u64);
        let ended = bytes.last() == Some(&b'\n');
        let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if number == 1 { line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(line) } else { line };
        let flow = if line.len() > LONGEST_LINE {
            if !ended {
                read += skip_line(&mut reader)?;
            }
            each(number, read, Line::TooLong)
        } else {
            match std::str::from_utf8(line) {
                Ok(text) => each(number, read, Line::Text(text)),
                Err(error) => each(number, read, Line::NotUtf8 { valid_up_to: error.valid_up_to() }),
            }
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
}

/// Reads past the next line break without keeping anything.
fn skip_line(reader: &mut impl BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let (take, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        reader.consume(take);
        skipped += take as u64;
        if ended {
            return Ok(skipped);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<String> {
        let mut seen = Vec::new();
        let flow = Source::body("body", bytes).inputs[0]
            .lines(|number, _, line| {
                seen.push(match line {
                    Line::Text(text) => format!("{number} {text}"),
                    Line::TooLong => format!("{number} too long"),
                    Line::NotUtf8 { valid_up_to } => format!("{number} not UTF-8 at {valid_up_to}"),
                });
                ControlFlow::Continue(())
            })
            .unwrap();
        assert!(flow.is_continue());
        seen
    }

    #[test]
    fn lines_are_counted_whatever_is_in_them() {
        assert_eq!(lines("\u{FEFF}a\r\n\nb".as_bytes()), ["1 a", "2 ", "3 b"]);
        assert_eq!(lines(b"ok\nab\xffc\nok\n"), ["1 ok", "2 not UTF-8 at 2", "3 ok"]);
        assert_eq!(lines(b""), [""; 0]);
    }

    #[test]
    fn a_line_of_one_mebibyte_is_read_and_a_longer_one_is_skipped() {
        let longest = "x".repeat(LONGEST_LINE);
        let seen = lines(format!("{longest}\r\n{longest}x\n{longest}{longest}{longest}\nend").as_bytes());
        assert_eq!(seen[0].len(), LONGEST_LINE + 2);
        assert_eq!(seen[1..], ["2 too long", "3 too long", "4 end"]);
    }
}
