//! `daybreak completions` and `daybreak man`: generated from the command line itself.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::Shell;

use super::{Failure, print};

/// Print a completion script for a shell.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  daybreak completions bash > /etc/bash_completion.d/daybreak")]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, mut command: Command) -> ExitCode {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "daybreak", &mut script);
        print::line(String::from_utf8_lossy(&script));
        ExitCode::SUCCESS
    }
}

/// Print the manual page, or write one for each verb into a folder.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  daybreak man --out /usr/local/share/man/man1")]
pub(super) struct Man {
    /// A folder for the page of each verb
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(self, command: Command) -> Result<ExitCode, Failure> {
        if let Some(folder) = self.out {
            std::fs::create_dir_all(&folder)?;
            clap_mangen::generate_to(command, &folder)?;
            print::line(format!("written to {}", folder.display()));
        } else {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            print::line(String::from_utf8_lossy(&page));
        }
        Ok(ExitCode::SUCCESS)
    }
}
