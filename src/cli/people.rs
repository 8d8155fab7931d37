//! What a person decides of parks and rides, as words of the command line.

use crate::model::key::Uuid;
use crate::model::ride::{Category, Tier};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Parks {
    #[command(subcommand)]
    pub command: Option<ParksCommand>,
    #[command(flatten)]
    pub list: ParksList,
}

#[derive(Subcommand, Debug)]
pub enum ParksCommand {
    /// List parks: flags, rides that count, newest cycle, open issues of their feed
    List(ParksList),
    /// Change parks
    Set(ParksSet),
}

#[derive(Args, Debug)]
pub struct ParksList {
    /// Parks that are not polled too
    #[arg(long)]
    pub all: bool,
    /// Print a JSON array instead of the table
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("park_change").required(true).multiple(true)
    .args(["active", "reports_down", "disney", "universal", "city", "state", "wiki_id"]))]
pub struct ParksSet {
    /// The parks, by the ids that the list shows
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<u32>,
    /// The ids are those of Queue-Times
    #[arg(long)]
    pub queue_times: bool,
    /// Whether the park is polled and shown
    #[arg(long, value_name = "YES|NO")]
    pub active: Option<YesNo>,
    /// Whether its feed tells breakdowns from closures; stays as set here, until auto leaves it to the catalogue
    #[arg(long, value_name = "YES|NO|AUTO")]
    pub reports_down: Option<YesNoAuto>,
    /// Whether it is one of Disney's; likewise
    #[arg(long, value_name = "YES|NO|AUTO")]
    pub disney: Option<YesNoAuto>,
    /// Whether it is one of Universal's; likewise
    #[arg(long, value_name = "YES|NO|AUTO")]
    pub universal: Option<YesNoAuto>,
    /// Its city; an empty word takes it away
    #[arg(long, value_name = "CITY")]
    pub city: Option<String>,
    /// Its state or province; an empty word takes it away
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// The id of this one park at ThemeParks.wiki, where its name does not find it
    #[arg(long, value_name = "UUID")]
    pub wiki_id: Option<Uuid>,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum YesNo {
    Yes,
    No,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum YesNoAuto {
    Yes,
    No,
    Auto,
}

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Rides {
    #[command(subcommand)]
    pub command: Option<RidesCommand>,
    #[command(flatten)]
    pub list: RidesList,
}

#[derive(Subcommand, Debug)]
pub enum RidesCommand {
    /// List rides: park, tier, category, when each last operated
    List(RidesList),
    /// Change rides
    Set(RidesSet),
    /// Set tiers and categories from a CSV file with a header
    Import(RidesImport),
    /// Make two rows of one ride, which the feeds call differently, one from now on
    Join(RidesJoin),
}

#[derive(Args, Debug)]
pub struct RidesList {
    /// Only the rides of one park, by the id that `hallctl parks` shows
    #[arg(long, value_name = "ID")]
    pub park: Option<u32>,
    /// Only rides that count and have no tier
    #[arg(long)]
    pub unclassified: bool,
    /// Print a JSON array instead of the table
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("ride_change").required(true).multiple(true).args(["tier", "category", "active"]))]
pub struct RidesSet {
    /// The rides, by the ids that the list shows
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<u32>,
    /// The ids are those of Queue-Times
    #[arg(long)]
    pub queue_times: bool,
    /// How much they matter: weight 3, 2 or 1; none weighs 2
    #[arg(long, value_name = "1|2|3|NONE")]
    pub tier: Option<Tier>,
    /// ATTRACTION, SHOW, MEET_AND_GREET or EXPERIENCE; only attractions count
    #[arg(long, value_name = "CATEGORY")]
    pub category: Option<Category>,
    /// Whether they count
    #[arg(long, value_name = "YES|NO")]
    pub active: Option<YesNo>,
}

#[derive(Args, Debug)]
pub struct RidesJoin {
    /// The row that goes on, by its id: mostly the one that is polled now
    pub keep: u32,
    /// The row that ends: what feeds list under its ids is KEEP from now on
    pub other: u32,
    /// Do not ask; needed where there is no terminal
    #[arg(long)]
    pub yes: bool,
}

#[derive(Args, Debug)]
pub struct RidesImport {
    /// The file, or - for standard input: columns ride_id or queue_times_id or park and name; tier, category
    pub file: PathBuf,
    /// Apply the good lines although others are refused
    #[arg(long)]
    pub partial: bool,
}
