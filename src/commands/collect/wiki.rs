//! ThemeParks.wiki beside Queue-Times: whom it means, when they open, and who stands in where it fails.

use super::{CATALOGUE_AGE, INTERVAL_MINUTES, Tally, outdate};
use crate::commands::Cx;
use crate::db::settings;
use crate::feed::wiki::Wiki;
use crate::model::count::count;
use crate::model::key::{Key, Uuid};
use crate::model::span::slot;
use crate::raw;
use crate::raw::park::Target;
use crate::raw::schedule::Announced;
use anyhow::Result;
use std::collections::BTreeMap;

/// As many parks are asked for their rides, and as many for their hours, in one run: all have had their
/// turn within two hours, and no run is long.
const PARKS_A_RUN: usize = 5;

/// Follows what ThemeParks.wiki knows, each piece once a day. What cannot be read costs a line: the parks
/// are polled all the same.
pub(super) fn follow(cx: &mut Cx, wiki: &Wiki, tally: &mut Tally) -> Result<()> {
    let read_at = settings::instant(&mut cx.db, settings::DESTINATIONS_READ_AT)?;
    if read_at.is_none_or(|at| cx.now - at >= CATALOGUE_AGE || at > cx.now) {
        let destinations = match wiki.destinations() {
            Ok(destinations) => destinations,
            Err(error) => {
                tally.miss(format!(
                    "the destinations of ThemeParks.wiki were not read: {error:#}"
                ));
                return Ok(());
            }
        };
        let found = raw::destination::follow(&mut cx.db, &destinations.found, cx.now)?;
        if !found.is_empty() {
            outdate(cx, "parks")?;
        }
        for remark in &found {
            log::info!("{remark}");
        }
        for remark in &destinations.remarks {
            log::warn!("{remark}");
        }
        settings::set_instant(&mut cx.db, settings::DESTINATIONS_READ_AT, cx.now)?;
    }
    follow_children(cx, wiki, tally)?;
    follow_schedules(cx, wiki, tally)
}

fn follow_children(cx: &mut Cx, wiki: &Wiki, tally: &mut Tally) -> Result<()> {
    let due = raw::ride::children_due(&mut cx.db, cx.now - CATALOGUE_AGE, PARKS_A_RUN)?;
    wiki.children(&due, |park, children| {
        let followed: Result<Vec<String>> = children.and_then(|children| {
            let rides = &children.found;
            let (remark, has_changed) =
                raw::ride::follow_children(&mut cx.db, park, rides, cx.now)?;
            if has_changed {
                outdate(cx, "rides")?;
            }
            Ok(children.remarks.into_iter().chain(remark).collect())
        });
        note(followed, tally);
    });
    Ok(())
}

fn follow_schedules(cx: &mut Cx, wiki: &Wiki, tally: &mut Tally) -> Result<()> {
    let due = raw::schedule::due(&mut cx.db, cx.now - CATALOGUE_AGE, PARKS_A_RUN)?;
    wiki.schedules(&due, |park, schedule| {
        let followed = schedule.and_then(|schedule| {
            let announced =
                raw::schedule::replace(&mut cx.db, Key::Wiki(park), &schedule.found, cx.now)?;
            if announced == Announced::New {
                outdate(cx, "schedules")?;
            }
            Ok(schedule.remarks)
        });
        note(followed, tally);
    });
    Ok(())
}

fn note(followed: Result<Vec<String>>, tally: &mut Tally) {
    match followed {
        Err(error) => tally.miss(format!("{error:#}")),
        Ok(remarks) => {
            for remark in remarks {
                log::warn!("{remark}");
            }
        }
    }
}

/// Polls the parks that ThemeParks.wiki knows. The result is the Queue-Times ids of the others, and of those
/// it said nothing of, for which Queue-Times stands in this cycle.
pub(super) fn polls(
    cx: &mut Cx,
    wiki: Option<&Wiki>,
    targets: &[Target],
    tally: &mut Tally,
) -> Result<Vec<u32>> {
    let Some(wiki) = wiki else {
        return Ok(without(targets, tally));
    };
    let (mut failures, mut going, now) = (BTreeMap::new(), Ok(()), cx.now);
    let known: Vec<Uuid> = targets.iter().filter_map(|park| park.wiki_id).collect();
    wiki.polls(&known, now, |id, poll| {
        if going.is_err() {
            return;
        }
        let stands_in = |park: &Target| park.wiki_id == Some(id) && park.queue_times_id.is_some();
        let failure = match &poll {
            Ok(poll) if poll.listings.is_empty() => Some(format!("park `{id}` lists no rides")),
            Ok(_) => None,
            Err(error) => Some(format!("{error:#}")),
        };
        if let Some(failure) = failure.filter(|_| targets.iter().any(stands_in)) {
            failures.insert(id, failure);
            return;
        }
        going = match poll {
            Ok(poll) => tally.keep(cx, &poll, INTERVAL_MINUTES),
            Err(error) => tally.lose_park(cx, Key::Wiki(id), slot(now, INTERVAL_MINUTES), &error),
        }
        .and_then(|()| cx.beat());
    });
    going?;
    tally.fell_back = failures.len();
    if let Some(first) = failures.values().next() {
        let parks = count(failures.len(), "park");
        remark!("collect: Queue-Times stands in for ThemeParks.wiki at {parks}: {first}");
    }
    let is_left = |park: &&Target| park.wiki_id.is_none_or(|id| failures.contains_key(&id));
    let left = targets.iter().filter(is_left);
    Ok(left.filter_map(|park| park.queue_times_id).collect())
}

/// What is left of the parks without ThemeParks.wiki.
fn without(targets: &[Target], tally: &mut Tally) -> Vec<u32> {
    let alone = targets.iter().filter(|park| park.queue_times_id.is_none());
    for id in alone.filter_map(|park| park.wiki_id) {
        tally.lose(format!(
            "park `{id}` is known to ThemeParks.wiki alone, which `--wiki-url none` leaves out"
        ));
    }
    targets
        .iter()
        .filter_map(|park| park.queue_times_id)
        .collect()
}
