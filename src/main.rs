//! The `daybreak` command: parse, dispatch, print the error chain, exit code.

use std::process::ExitCode;

use clap::Parser;
use daybreak::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().run().await {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
