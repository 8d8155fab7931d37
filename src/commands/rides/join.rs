//! `hallctl rides join`: two rows of one ride are one from now on.

use super::joined;
use crate::cli::RidesJoin;
use crate::commands::roster::{chosen, due_now, outdated};
use crate::commands::{ask, config, connect};
use crate::exit::{Exit, misused};
use crate::raw::roster::Ride;
use crate::raw::{self, roster};
use anyhow::{Result, ensure};

pub fn run(args: &RidesJoin) -> Result<Exit> {
    let now = config::now()?;
    if !(args.yes || ask::can_ask()) {
        return Err(misused(
            "there is no terminal to ask on; give `--yes` to join the two, which no command takes back",
        ));
    }
    let mut db = connect()?;
    let all = roster::rides(&mut db)?;
    let (keep, other) = both(&all, args)?;
    let shown = consequences(keep, other);
    say!("{shown}");
    if !args.yes && !ask::agrees("join them? No command takes it back")? {
        say!("rides: nothing was changed");
        return Ok(Exit::Done);
    }
    let due = db.transaction(|db| {
        let all = roster::rides(db)?;
        let (keep, other) = both(&all, args)?;
        ensure!(
            consequences(keep, other) == shown,
            "one of the two was changed while you looked at them; run it again"
        );
        raw::join(db, keep, other, now)?;
        outdated(db, &["rides", "tiers"], now)
    })?;
    say!("rides: 1 joined; {}", due_now(&mut db, "rides", &due)?);
    Ok(Exit::Done)
}

/// The row that goes on and the row that ends, where they can be one.
fn both<'a>(all: &'a [Ride], args: &RidesJoin) -> Result<(&'a Ride, &'a Ride)> {
    let one = |id: u32| -> Result<&Ride> {
        let found = chosen(all, &[id], |ride| Some(ride.ride_id), "hallctl rides")?;
        Ok(found[0])
    };
    let (keep, other) = (one(args.keep)?, one(args.other)?);
    refuse_what_cannot_be_one(keep, other)?;
    Ok((keep, other))
}

/// What becomes of the two, a line each.
fn consequences(keep: &Ride, other: &Ride) -> String {
    let (kept, gone) = (title(keep), title(other));
    let ids = ids(keep, other);
    let mut lines = format!(
        "{gone}: ride {} from the next poll on; its own rows stay as they are, and no ranking lists it\n\
         {kept}: known by {ids}",
        keep.ride_id
    );
    if let (None, Some(tier)) = (keep.tier, other.tier) {
        lines += &format!("\n{kept}: tier none → {tier}");
    }
    lines
}

fn refuse_what_cannot_be_one(keep: &Ride, other: &Ride) -> Result<()> {
    let (kept, gone) = (keep.ride_id, other.ride_id);
    let trouble = if kept == gone {
        format!("`{kept}` is one ride; name two")
    } else if keep.park_id != other.park_id {
        format!("rides `{kept}` and `{gone}` are of two parks, and no ride is in both")
    } else if let Some(gone) = joined(keep).or_else(|| joined(other)) {
        gone
    } else if other.queue_times_id.is_none() && other.wiki_id.is_none() {
        format!("ride `{gone}` is known to no feed, so there is nothing to join")
    } else if keep.queue_times_id.is_some() && other.queue_times_id.is_some() {
        format!(
            "rides `{kept}` and `{gone}` are two at Queue-Times, by the ids that `hallctl rides` shows"
        )
    } else if keep.wiki_id.is_some() && other.wiki_id.is_some() {
        format!(
            "rides `{kept}` and `{gone}` are two at ThemeParks.wiki, by the ids that `hallctl rides --json` shows"
        )
    } else {
        return Ok(());
    };
    Err(misused(trouble))
}

fn title(ride: &Ride) -> String {
    format!("ride {} `{}` of `{}`", ride.ride_id, ride.name, ride.park)
}

fn ids(keep: &Ride, other: &Ride) -> String {
    let queue_times = keep.queue_times_id.or(other.queue_times_id);
    let wiki = keep.wiki_id.as_ref().or(other.wiki_id.as_ref());
    let ids = [
        queue_times.map(|id| format!("`{id}` at Queue-Times")),
        wiki.map(|id| format!("`{id}` at ThemeParks.wiki")),
    ];
    ids.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}
