//! `daybreak templates`: whether every template renders.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::print;
use super::{Failure, Global};
use crate::app;
use crate::render::Renderer;

/// Check the templates of mails.
#[derive(Debug, Subcommand)]
pub(super) enum Templates {
    Check(Check),
}

impl Templates {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::Check(verb) => verb.run(global),
        }
    }
}

/// Render every template with its samples in every language; a fault names file and line.
#[derive(Debug, Args)]
pub(super) struct Check {}

impl Check {
    #[expect(clippy::unused_self, reason = "every verb runs itself")]
    fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let config = global.config()?;
        let faults: Vec<String> = Renderer::new(app::templates(&config)?, config.brand)?
            .check()
            .iter()
            .map(|fault| {
                let source = std::error::Error::source(fault).map(|source| format!(": {source}")).unwrap_or_default();
                format!("{fault}{source}")
            })
            .collect();
        if global.json {
            print::json(&serde_json::json!({ "faults": faults }))?;
        } else if faults.is_empty() {
            print::line("every template renders with every sample in every language");
        } else {
            faults.iter().for_each(print::line);
        }
        Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
