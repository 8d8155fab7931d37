//! `hallctl parks`: list parks, and set what a person decides of them.

use super::roster::{
    Changed, cell, chosen, flag, print_json, print_table, report, views_due, yes_or_no,
};
use crate::cli::{Parks, ParksCommand, ParksList, ParksSet, YesNoAuto};
use crate::config;
use crate::exit::{Exit, misused};
use crate::raw::roster::{self, Decision, Park, ParkChange};
use anyhow::Result;

pub fn run(args: Parks) -> Result<Exit> {
    match args.command {
        None => list(&args.list),
        Some(ParksCommand::List(args)) => list(&args),
        Some(ParksCommand::Set(args)) => set(&args),
    }
}

fn list(args: &ParksList) -> Result<Exit> {
    let mut parks = roster::parks(&mut super::connect()?)?;
    parks.retain(|park| args.all || park.is_active);
    if args.json {
        print_json(&parks)?;
        return Ok(Exit::Done);
    }
    let header = [
        "ID",
        "QUEUE-TIMES",
        "NAME",
        "PLACE",
        "FLAGS",
        "ACTIVE",
        "RIDES",
        "NO TIER",
        "NEWEST CYCLE",
        "ISSUES",
    ];
    let rows: Vec<Vec<String>> = parks.iter().map(row).collect();
    print_table(&header, &rows);
    Ok(Exit::Done)
}

fn row(park: &Park) -> Vec<String> {
    let place = [&park.city, &park.state_province, &park.country];
    let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
    let flags = [
        (park.is_disney, "disney"),
        (park.is_universal, "universal"),
        (park.reports_down, "reports-down"),
    ];
    let flags: Vec<&str> = flags
        .into_iter()
        .filter_map(|(is_set, word)| is_set.then_some(word))
        .collect();
    let or_nothing = |words: String| cell(Some(words).filter(|words| !words.is_empty()));
    vec![
        park.park_id.to_string(),
        cell(park.queue_times_id),
        park.name.clone(),
        or_nothing(place.join(", ")),
        or_nothing(flags.join(" ")),
        yes_or_no(park.is_active),
        park.rides.to_string(),
        park.unclassified.to_string(),
        cell(park.last_slot.map(|at| at.format("%Y-%m-%dT%H:%MZ"))),
        park.issues.to_string(),
    ]
}

fn set(args: &ParksSet) -> Result<Exit> {
    let change = ParkChange {
        is_active: flag(args.active),
        reports_down: args.reports_down.map(decision),
        is_disney: args.disney.map(decision),
        is_universal: args.universal.map(decision),
        city: args.city.clone(),
        state_province: args.state.clone(),
        wiki_id: args.wiki_id.map(|id| id.to_string()),
    };
    let now = config::now()?;
    let mut db = super::connect()?;
    let (changed, due) = db.transaction(|db| {
        let id = |park: &Park| match args.queue_times {
            true => park.queue_times_id,
            false => Some(park.park_id),
        };
        let all = roster::parks(db)?;
        let parks = chosen(&all, &args.ids, id, "hallctl parks --all")?;
        refuse_a_taken_id(&change, &parks, &all)?;
        let mut changed = Changed::new();
        for park in parks {
            let changes = roster::set_park(db, park, &change, now)?;
            changed.push((format!("park {} `{}`", park.park_id, park.name), changes));
        }
        let due = views_due(db, &changed, &["parks"], now)?;
        Ok((changed, due))
    })?;
    report(&mut db, "parks", &changed, 0, &due)
}

fn decision(word: YesNoAuto) -> Decision {
    match word {
        YesNoAuto::Yes => Decision::Yes,
        YesNoAuto::No => Decision::No,
        YesNoAuto::Auto => Decision::Auto,
    }
}

/// An id of ThemeParks.wiki belongs to one park.
fn refuse_a_taken_id(change: &ParkChange, parks: &[&Park], all: &[Park]) -> Result<()> {
    let Some(wiki_id) = &change.wiki_id else {
        return Ok(());
    };
    let [park] = parks else {
        return Err(misused("`--wiki-id` is of one park; name one"));
    };
    let has_it =
        |other: &&Park| other.park_id != park.park_id && other.wiki_id.as_ref() == Some(wiki_id);
    match all.iter().find(has_it) {
        None => Ok(()),
        Some(other) => Err(misused(format!(
            "park {} `{}` has the id `{wiki_id}` already; see `hallctl parks --all --json`",
            other.park_id, other.name
        ))),
    }
}
