//! ThemeParks.wiki beside Queue-Times: whom it means, when they open, and who stands in where it fails.

use super::{CATALOGUE_AGE, INTERVAL_MINUTES, Tally};
use crate::commands::Cx;
use crate::db::settings;
use crate::feed::wiki::Wiki;
use crate::raw;
use crate::raw::park::Target;
use anyhow::Result;

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
        for remark in &found {
            log::info!("{remark}");
        }
        for remark in &destinations.remarks {
            log::warn!("{remark}");
        }
        settings::set_instant(&mut cx.db, settings::DESTINATIONS_READ_AT, cx.now)?;
    }
    follow_rosters(cx, wiki, tally)?;
    follow_schedules(cx, wiki, tally)
}

fn follow_rosters(cx: &mut Cx, wiki: &Wiki, tally: &mut Tally) -> Result<()> {
    let due = raw::ride::rosters_due(&mut cx.db, cx.now - CATALOGUE_AGE, PARKS_A_RUN)?;
    wiki.rosters(&due, |park, roster| {
        let followed = roster.and_then(|roster| {
            let rides = &roster.found;
            let remark = raw::ride::follow_roster(&mut cx.db, park, rides, cx.now)?;
            Ok(roster.remarks.into_iter().chain(remark).collect())
        });
        note(followed, tally);
    });
    Ok(())
}

fn follow_schedules(cx: &mut Cx, wiki: &Wiki, tally: &mut Tally) -> Result<()> {
    let due = raw::schedule::due(&mut cx.db, cx.now - CATALOGUE_AGE, PARKS_A_RUN)?;
    wiki.schedules(&due, |park, schedule| {
        let followed = schedule.and_then(|schedule| {
            raw::schedule::replace(&mut cx.db, park, &schedule.found, cx.now)?;
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
    let (mut failures, mut going, now) = (Vec::new(), Ok(()), cx.now);
    let mut left: Vec<Target> = targets.to_vec();
    if let Some(wiki) = wiki {
        let known: Vec<_> = targets.iter().filter_map(|park| park.wiki_id).collect();
        wiki.polls(&known, now, |id, poll| {
            let failure = match poll {
                _ if going.is_err() => return,
                Ok(poll) if poll.listings.is_empty() => format!("park `{id}` lists no rides"),
                Ok(poll) => {
                    left.retain(|park| park.wiki_id != Some(id));
                    let kept = tally.keep(cx, &poll, INTERVAL_MINUTES);
                    going = kept.and_then(|()| cx.beat());
                    return;
                }
                Err(error) => format!("{error:#}"),
            };
            let stands_in =
                |park: &Target| park.wiki_id == Some(id) && park.queue_times_id.is_some();
            match left.iter().any(stands_in) {
                true => failures.push(failure),
                false => tally.lose(failure),
            }
        });
    } else {
        let wiki_alone = targets.iter().filter(|park| park.queue_times_id.is_none());
        for id in wiki_alone.filter_map(|park| park.wiki_id) {
            tally.lose(format!(
                "park `{id}` is known to ThemeParks.wiki alone, which `--wiki-url none` leaves out"
            ));
        }
    }
    if let Some(first) = failures.first() {
        let count = failures.len();
        remark!("collect: Queue-Times stands in for ThemeParks.wiki at {count} parks: {first}");
        tally.fell_back = count;
    }
    going?;
    Ok(left.iter().filter_map(|park| park.queue_times_id).collect())
}
