//! The words of `hallctl views`.

use super::cache::Keys;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// List the views, check files of your own, compare bodies with raw snapshots
///
/// A view is a SQL file with a header; `hallctl serve` answers with it, `hallctl refresh-cache` computes it.
/// `--help` says how one is written, and so does hallctl-views(7).
#[derive(Args, Debug)]
pub struct Views {
    #[command(subcommand)]
    pub command: ViewsCommand,
}

#[derive(Subcommand, Debug)]
pub enum ViewsCommand {
    /// List every view: route, parameters, store, times, tags
    List(ViewsList),
    /// Check the files of a directory, with the plan and the time of each statement
    Check(ViewsCheck),
    /// Compute bodies of the shelf a second time, from raw snapshots alone
    ///
    /// Each line says whether both are the same, and how much longer raw snapshots take. Where they are not, stderr has
    /// the first place with both values (exit status 1); `hallctl verify` then finds the rows. Nothing is stored.
    Compare(ViewsCompare),
}

#[derive(Args, Debug)]
pub struct ViewsList {
    /// View files of your own, beside the built-in ones
    #[arg(
        long,
        value_name = "DIR",
        env = "HALLCTL_VIEWS",
        hide_env_values = true
    )]
    pub views: Option<PathBuf>,
    /// Print a JSON array instead of the list
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct ViewsCheck {
    /// The directory; without one the built-in views are checked
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// The value of a parameter to check with; otherwise its default, or a made-up one
    #[arg(long = "with", value_name = "NAME=VALUE", value_parser = parse_pair)]
    pub with: Vec<(String, String)>,
    /// Print a JSON array instead of the tables
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct ViewsCompare {
    #[command(flatten)]
    pub keys: Keys,
    /// Print a JSON array instead of the lines
    #[arg(long)]
    pub json: bool,
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=');
    pair.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "write it as name=value".to_owned())
}
