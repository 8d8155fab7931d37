//! `hallctl rides`: list rides, and set or import what a person decides of them.

mod import;
mod join;

use super::roster::{
    Changed, Due, cell, chosen, flag, print_json, print_table, report, views_due, yes_or_no,
};
use crate::cli::{Rides, RidesCommand, RidesList, RidesSet};
use crate::config;
use crate::db::Db;
use crate::exit::{Exit, misused};
use crate::model::Instant;
use crate::raw::roster::{self, Ride, RideChange};
use anyhow::Result;

pub fn run(args: Rides) -> Result<Exit> {
    match args.command {
        None => list(&args.list),
        Some(RidesCommand::List(args)) => list(&args),
        Some(RidesCommand::Set(args)) => set(&args),
        Some(RidesCommand::Import(args)) => import::run(&args),
        Some(RidesCommand::Join(args)) => join::run(&args),
    }
}

fn list(args: &RidesList) -> Result<Exit> {
    let mut db = super::connect()?;
    if let Some(park) = args.park {
        let parks = roster::parks(&mut db)?;
        chosen(
            &parks,
            &[park],
            |park| Some(park.park_id),
            "hallctl parks --all",
        )?;
    }
    let mut rides = roster::rides(&mut db)?;
    rides.retain(|ride| {
        args.park.is_none_or(|park| ride.park_id == park)
            && (!args.unclassified || ride.is_unclassified())
    });
    if args.json {
        print_json(&rides)?;
        return Ok(Exit::Done);
    }
    let header = [
        "ID",
        "QUEUE-TIMES",
        "PARK",
        "NAME",
        "TIER",
        "CATEGORY",
        "ACTIVE",
        "LAST OPERATED",
    ];
    let rows: Vec<Vec<String>> = rides.iter().map(row).collect();
    print_table(&header, &rows);
    Ok(Exit::Done)
}

fn row(ride: &Ride) -> Vec<String> {
    vec![
        ride.ride_id.to_string(),
        cell(ride.queue_times_id),
        ride.park.clone(),
        ride.name.clone(),
        cell(ride.tier),
        ride.category.clone(),
        ride.joined_ride_id.map_or_else(
            || yes_or_no(ride.is_active),
            |keep| format!("joined into {keep}"),
        ),
        cell(ride.last_operated_at.map(|at| at.format("%Y-%m-%dT%H:%MZ"))),
    ]
}

fn set(args: &RidesSet) -> Result<Exit> {
    let change = RideChange {
        tier: args.tier,
        category: args.category,
        is_active: flag(args.active),
    };
    let now = config::now()?;
    let mut db = super::connect()?;
    let (changed, due) = db.transaction(|db| {
        let id = |ride: &Ride| match args.queue_times {
            true => ride.queue_times_id,
            false => Some(ride.ride_id),
        };
        let all = roster::rides(db)?;
        let chosen = chosen(&all, &args.ids, id, "hallctl rides")?;
        if let Some(gone) = chosen.iter().find_map(|ride| joined(ride)) {
            return Err(misused(gone));
        }
        let wanted: Vec<_> = chosen.into_iter().map(|ride| (ride, change)).collect();
        apply(db, &wanted, now)
    })?;
    report(&mut db, "rides", &changed, 0, &due)
}

/// Why nothing can be decided of a ride that turned out to be another.
fn joined(ride: &Ride) -> Option<String> {
    let keep = ride.joined_ride_id?;
    Some(format!(
        "ride `{}` was joined into `{keep}` before; name that",
        ride.ride_id
    ))
}

/// Changes rides and makes the views due, inside the caller's transaction.
fn apply(db: &mut Db, wanted: &[(&Ride, RideChange)], now: Instant) -> Result<(Changed, Due)> {
    let mut changed = Changed::new();
    for (ride, change) in wanted {
        let changes = roster::set_ride(db, ride, change, now)?;
        let who = format!("ride {} `{}` of `{}`", ride.ride_id, ride.name, ride.park);
        changed.push((who, changes));
    }
    let due = views_due(db, &changed, &["rides", "tiers"], now)?;
    Ok((changed, due))
}
