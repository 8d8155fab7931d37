//! The words of `hallctl refresh-cache` and `hallctl serve`.

use crate::model::listen::Listen;
use clap::builder::NonEmptyStringValueParser;
use clap::{ArgGroup, Args};
use std::path::PathBuf;

/// Compute JSON views and put them on the shelf
///
/// All views of a run speak of one moment; those of now and today come first. A view that fails, or a view file that is
/// broken, leaves the others fresh and its own last good body in place (exit status 3).
///
/// With --invalidate nothing is computed: the bodies are told to be out of date, on the shelf and by every running
/// `hallctl serve`, and the command ends when all of them have taken note.
#[derive(Args, Debug)]
#[command(
    override_usage = "hallctl refresh-cache [OPTIONS] --all | --key KEY | --match GLOB | --tag TAG | --if-stale\n       \
    hallctl refresh-cache --invalidate [--hard] --all | --key KEY | --match GLOB | --tag TAG\n       \
    hallctl refresh-cache --list [--json] | --audit [--json]"
)]
#[command(group(ArgGroup::new("which").args(["all", "key", "glob", "tag"])))]
#[command(group(ArgGroup::new("how").required(true).multiple(true)
    .args(["all", "key", "glob", "tag", "if_stale", "list", "audit"])))]
pub struct RefreshCache {
    /// Every view; bodies of views that are no more are taken away
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub keys: Keys,
    /// Of these, or of all, only views that are due
    #[arg(long)]
    pub if_stale: bool,
    /// Say which views would be refreshed, in their order, and change nothing
    #[arg(long, conflicts_with_all = ["list", "audit", "invalidate"])]
    pub dry_run: bool,
    /// Print one JSON object instead of the last line, or of the list
    #[arg(long)]
    pub json: bool,
    /// List keys with type, due time, age, size and how long the last computing took
    #[arg(long, conflicts_with_all = ["audit", "invalidate", "if_stale"])]
    pub list: bool,
    /// List keys that are served and never refreshed, refreshed and never served, or fresh for less than their bodies
    /// were apart in the last 24 hours
    #[arg(long, conflicts_with_all = ["invalidate", "if_stale", "which"])]
    pub audit: bool,
    /// Instead of refreshing: due now, and the last body is shown until then
    #[arg(long, requires = "which", conflicts_with = "if_stale")]
    pub invalidate: bool,
    /// Out of date bodies are gone at once, and the next reader computes
    #[arg(long, requires = "invalidate")]
    pub hard: bool,
    /// View files of your own, beside the built-in ones
    #[arg(
        long,
        value_name = "DIR",
        env = "HALLCTL_VIEWS",
        hide_env_values = true
    )]
    pub views: Option<PathBuf>,
}

/// Which bodies are meant; all where nothing is said.
#[derive(Args, Debug)]
pub struct Keys {
    /// One view, by its cache key
    #[arg(long, value_name = "KEY", value_parser = NonEmptyStringValueParser::new(), conflicts_with_all = ["glob", "tag"])]
    pub key: Option<String>,
    /// Views whose key fits a pattern: `*` stands for any letters, `?` for one
    #[arg(long = "match", value_name = "GLOB", value_parser = NonEmptyStringValueParser::new(), conflicts_with = "tag")]
    pub glob: Option<String>,
    /// Views that depend on a thing: parks, rides, tiers, schedules, or what a view file says
    #[arg(long, value_name = "TAG", value_parser = NonEmptyStringValueParser::new())]
    pub tag: Option<String>,
}

#[derive(Args, Debug)]
pub struct Serve {
    /// Loopback address to listen on, or a socket file of mode 0660, as unix:/run/hallctl/serve.sock, where
    /// nobody is hung up on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5001")]
    pub listen: Listen,
    /// Listen on an address that others can reach too, which a network you do not trust can bring down: there is no
    /// limit to how many connect and how slowly they speak
    #[arg(long)]
    pub exposed: bool,
    /// Print a configuration of nginx, to stand in front of a serve with these flags, and do nothing else
    #[arg(long)]
    pub nginx: bool,
    /// View files of your own, beside the built-in ones
    #[arg(
        long,
        value_name = "DIR",
        env = "HALLCTL_VIEWS",
        hide_env_values = true
    )]
    pub views: Option<PathBuf>,
    /// Stop when standard input ends, as it does when the process that started us dies
    #[arg(long, hide = true)]
    pub until_stdin_ends: bool,
}
