//! `daybreak preview`: a night as files, with no state and no mail.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{Failure, Global, print, select};
use crate::model::{LocationRef, NightDate};

/// Write a site's night as its contacts would get it into a folder: subject, HTML, text, PDF and the whole message.
///
/// Nothing is stored and nobody is mailed. Links lead to pages only once the report is built.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  daybreak preview --location harbor --night 2026-03-28 --out /tmp/harbor")]
pub(super) struct Preview {
    /// The site
    #[arg(long, value_name = "REF")]
    location: LocationRef,
    /// The date of the night's evening
    #[arg(long, value_name = "DATE")]
    night: NightDate,
    /// The folder; made where missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Preview {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        select::sites(&app.pipeline.db, std::slice::from_ref(&self.location)).await?;
        let preview = app.pipeline.preview(&self.location, self.night).await?;
        app.close().await;
        let mut written = vec![write(&self.out, "report.json", &preview.json)?];
        if preview.mails.is_empty() {
            print::complain("nobody is notified of this site, so there is no mail to show");
        }
        for mail in preview.mails {
            let name: String = mail
                .contact
                .as_str()
                .chars()
                .map(|c| if c.is_alphanumeric() || "-_".contains(c) { c } else { '-' })
                .collect();
            written.push(write(&self.out, &format!("{name}.subject.txt"), format!("{}\n", mail.subject).as_bytes())?);
            written.push(write(&self.out, &format!("{name}.html"), mail.html.as_bytes())?);
            written.push(write(&self.out, &format!("{name}.txt"), mail.text.as_bytes())?);
            if let Some((_, pdf)) = &mail.pdf {
                written.push(write(&self.out, &format!("{name}.pdf"), pdf)?);
            }
            match mail.message {
                Ok(message) => written.push(write(&self.out, &format!("{name}.eml"), &message)?),
                Err(error) => print::complain(format!("{}: {error}", mail.contact)),
            }
        }
        if global.json {
            print::json(&written)?;
        } else {
            for path in &written {
                print::line(path.display().to_string());
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, bytes))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?;
    Ok(path)
}
