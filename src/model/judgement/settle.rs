//! What the end of a spell settles, and what doubt withholds.

use super::super::Instant;
use super::super::cycle::JudgedCycle;
use super::super::park::ParkState;
use super::super::ride::RideState;
use super::CLOSING;
use std::collections::HashMap;

/// A spell is over: its last doubt was the end of the day, and rides that stopped near the end had closed.
pub(super) fn settle(spell: &mut [JudgedCycle]) {
    for cycle in spell
        .iter_mut()
        .filter(|cycle| cycle.state == ParkState::Doubt)
    {
        cycle.state = ParkState::Closed;
        for ride in &mut cycle.rides {
            (ride.state, ride.outage_began) = (RideState::Closed, false);
        }
    }
    let Some(last) = spell
        .iter()
        .rposition(|cycle| cycle.state == ParkState::Open)
    else {
        return;
    };
    let spell = &mut spell[..=last];
    let (begin, end) = (spell[0].slot, spell[last].slot);
    let closing_from = end - ((end - begin) / 4).max(CLOSING);
    for (ride_id, since) in runs_of_down_at_the_end(spell) {
        if since >= closing_from {
            let run = spell.iter_mut().filter(|cycle| cycle.slot >= since);
            for ride in run
                .flat_map(|cycle| &mut cycle.rides)
                .filter(|ride| ride.ride_id == ride_id)
            {
                (ride.state, ride.outage_began) = (RideState::Closed, false);
            }
        }
    }
}

/// Rides down at the last cycle, with the slot since which they were so without a break.
fn runs_of_down_at_the_end(spell: &[JudgedCycle]) -> Vec<(u32, Instant)> {
    let mut runs: HashMap<u32, (Instant, usize)> = HashMap::new();
    for (index, cycle) in spell.iter().enumerate() {
        for ride in cycle
            .rides
            .iter()
            .filter(|ride| ride.state == RideState::Down && !ride.is_stated)
        {
            let run = runs.entry(ride.ride_id).or_insert((cycle.slot, index));
            *run = if run.1 + 1 < index {
                (cycle.slot, index)
            } else {
                (run.0, index)
            };
        }
    }
    let at_the_end =
        |(ride_id, (since, index))| (index + 1 == spell.len()).then_some((ride_id, since));
    runs.into_iter().filter_map(at_the_end).collect()
}

/// While doubt lasts, a ride that is not running may be closed or stopped: nobody knows yet.
pub(super) fn withhold(cycle: &mut JudgedCycle) {
    for ride in &mut cycle.rides {
        if matches!(ride.state, RideState::Down | RideState::Closed) {
            (ride.state, ride.outage_began) = (RideState::Unknown, false);
        }
    }
}
