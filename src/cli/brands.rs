//! `daybreak brands`: what a branch's mails and pages carry in the place of the house's.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, Global, print};
use crate::accounts::By;
use crate::accounts::brands::{self, BrandFault, Wish};
use crate::app::App;
use crate::audit::Actor;
use crate::db::brands::KeptBrand;
use crate::model::{BranchBrand, BranchRef, Color};
use crate::render::{LogoPicture, MOST_LOGO_BYTES};

/// Show and set what a branch's mails, PDFs and pages carry instead of the `[brand]` of jobs.toml.
#[derive(Debug, Subcommand)]
pub(super) enum Brands {
    Show(Show),
    Set(Set),
    Unset(Unset),
}

impl Brands {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::Show(verb) => verb.run(global).await?,
            Self::Set(verb) => verb.run(global).await?,
            Self::Unset(verb) => verb.run(global).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Show a branch's brand, and what is the house's.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The branch
    #[arg(value_name = "BRANCH")]
    branch: BranchRef,
}

impl Show {
    async fn run(self, global: &Global) -> Result<(), Failure> {
        let app = global.app().await?;
        known(&app, &self.branch).await?;
        tell(global, app, self.branch).await
    }
}

/// Set a branch's brand; what is not named stays as it is, and "" gives a field back to the house.
///
/// Mails, PDFs, letters and report pages carry it from the next report on. The sender's address stays that of `[mail]`:
/// mails are signed for its domain. White text must be readable on the colour (WCAG AA, 4.5 : 1), and the dark colour
/// on dark ground. The logo is shrunk to 280 × 56 pixels (twice that for sharp screens) and laid on white.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak brands set north --name 'Northwind Watch' --color '#8a1538' --logo northwind.png
  daybreak brands set north --sender 'Northwind nights' --reply-to desk@example.com
  daybreak brands set north --reply-to '' --no-logo")]
pub(super) struct Set {
    /// The branch
    #[arg(value_name = "BRANCH")]
    branch: BranchRef,
    /// Name in heads and footers
    #[arg(long)]
    name: Option<String>,
    /// Name in From
    #[arg(long)]
    sender: Option<String>,
    /// Address to which answers go
    #[arg(long, value_name = "ADDRESS")]
    reply_to: Option<String>,
    /// Accent colour on light ground, such as #8a1538
    #[arg(long, value_name = "#RRGGBB")]
    color: Option<String>,
    /// Accent colour on dark ground; worked out from --color where it is not set
    #[arg(long, value_name = "#RRGGBB")]
    color_dark: Option<String>,
    /// A PNG or JPEG, 1 MiB at most
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// Take the logo away
    #[arg(long, conflicts_with = "logo")]
    no_logo: bool,
}

impl Set {
    async fn run(self, global: &Global) -> Result<(), Failure> {
        let picture = self.logo.as_deref().map(picture).transpose()?;
        let app = global.app().await?;
        known(&app, &self.branch).await?;
        let (db, by) = (&app.pipeline.db, by(&app));
        let before = db.brand(&self.branch).await?.map(|kept| kept.brand).unwrap_or_default();
        let rules = db.domain_rules(&self.branch).await?;
        let color = |color: Option<Color>| color.map(|color| color.to_string()).unwrap_or_default();
        let (light, dark) = (color(before.color), color(before.color_dark));
        let wish = Wish {
            name: self.name.as_deref().or(before.name.as_deref()).unwrap_or_default(),
            sender: self.sender.as_deref().or(before.sender.as_deref()).unwrap_or_default(),
            reply_to: self
                .reply_to
                .as_deref()
                .or(before.reply_to.as_ref().map(crate::model::EmailAddress::as_str))
                .unwrap_or_default(),
            color: self.color.as_deref().unwrap_or(&light),
            color_dark: self.color_dark.as_deref().unwrap_or(&dark),
        };
        let wanted = brands::check(wish, &rules).map_err(|faults| refused(&faults))?;
        if let Some(picture) = &picture {
            let (tx, _) = brands::set_logo(db, &app.pipeline.archive, &self.branch, picture, &by).await?;
            tx.commit().await?;
        }
        let mut tx = db.begin().await?;
        brands::set(&mut tx, &self.branch, wanted, &by).await?;
        if self.no_logo {
            brands::remove_logo(&mut tx, &self.branch, &by).await?;
        }
        tx.commit().await?;
        tell(global, app, self.branch).await
    }
}

/// Give a branch the house's brand back, in everything.
#[derive(Debug, Args)]
pub(super) struct Unset {
    /// The branch
    #[arg(value_name = "BRANCH")]
    branch: BranchRef,
}

impl Unset {
    async fn run(self, global: &Global) -> Result<(), Failure> {
        let app = global.app().await?;
        known(&app, &self.branch).await?;
        let mut tx = app.pipeline.db.begin().await?;
        brands::unset(&mut tx, &self.branch, &by(&app)).await?;
        tx.commit().await?;
        tell(global, app, self.branch).await
    }
}

fn picture(path: &Path) -> Result<LogoPicture, Failure> {
    let size = std::fs::metadata(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?.len();
    if size > MOST_LOGO_BYTES as u64 {
        return Err(Failure::new(format!("{} is larger than 1 MiB", path.display())));
    }
    LogoPicture::read(&std::fs::read(path)?).map_err(|fault| Failure::new(format!("{} {fault}", path.display())))
}

fn refused(faults: &[BrandFault]) -> Failure {
    let told = |fault: &BrandFault| format!("--{}: {}", fault.field().replace('_', "-"), fault.what());
    Failure::new(faults.iter().map(told).collect::<Vec<_>>().join("\n"))
}

fn by(app: &App) -> By<'static> {
    By { actor: Actor::Command("brands"), origin: "", now: app.pipeline.clock.now() }
}

async fn known(app: &App, branch: &BranchRef) -> Result<(), Failure> {
    let known = app.pipeline.db.branches().await?.iter().any(|known| known.branch == *branch);
    if known { Ok(()) } else { Err(Failure::new(format!("there is no branch {branch}"))) }
}

/// Prints what a branch has now.
async fn tell(global: &Global, app: App, branch: BranchRef) -> Result<(), Failure> {
    let kept = app.pipeline.db.brand(&branch).await?;
    app.close().await;
    if global.json {
        let brand = kept.as_ref().map(|kept| &kept.brand);
        let since = kept.as_ref().map(|kept| (kept.changed_at, &kept.changed_by)).unzip();
        return print::json(&json!({
            "branch": branch, "brand": brand, "changed_at": since.0, "changed_by": since.1,
        }));
    }
    let (mail, house) = (&app.config.mail, &app.config.brand);
    let brand = kept.as_ref().map(|kept| kept.brand.clone()).unwrap_or_default();
    let row = |what: &str, own: Option<String>, otherwise: &str| {
        let of = if own.is_some() { "the branch" } else { "the house" };
        vec![what.to_owned(), own.unwrap_or_else(|| otherwise.to_owned()), of.to_owned()]
    };
    let sender = mail.from_name.as_deref().unwrap_or(&house.name);
    let answers = mail.reply_to.as_ref().unwrap_or(&mail.from).as_str();
    print::table(
        &["what", "is", "of"],
        [
            row("name", brand.name.clone(), &house.name),
            row("sender", brand.from_name().map(str::to_owned), sender),
            row("reply to", brand.reply_to.as_ref().map(|address| address.as_str().to_owned()), answers),
            row("colour", brand.color.map(|color| color.to_string()), &house.color),
            row("in the dark", brand.colors().map(|(_, dark)| dark.to_string()), "worked out from it"),
            row("logo", logo(&brand), "none"),
        ],
    );
    if let Some(KeptBrand { changed_at, changed_by, .. }) = kept {
        print::line(format!("set by {changed_by} on {}", changed_at.format("%Y-%m-%d %H:%MZ")));
    }
    Ok(())
}

fn logo(brand: &BranchBrand) -> Option<String> {
    brand.logo.as_ref().map(|logo| format!("{} × {} pixels, {}", logo.width, logo.height, &logo.sha256[..12]))
}
