//! One cycle of a park: what the feed said, and the same cycle judged.

use super::Instant;
use super::park::ParkState;
use super::ride::RideState;
use super::score::Score;
use super::snapshot::Reading;

/// One poll of one park, as the judgement sees it.
#[derive(Clone, Debug, Default)]
pub struct Cycle {
    pub slot: Instant,
    pub interval_minutes: u32,
    /// What the park's schedule said of this moment, where it decided.
    pub scheduled_open: Option<bool>,
    /// How long ago any entry had last changed, rounded up, where the feed tells changes.
    pub quiet_minutes: Option<u16>,
    pub entries: Vec<Entry>,
}

/// One ride in a cycle.
#[derive(Clone, Debug)]
pub struct Entry {
    pub ride_id: u32,
    pub weight: u32,
    pub reading: Reading,
}

/// A cycle with its judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedCycle {
    pub slot: Instant,
    pub interval_minutes: u32,
    pub state: ParkState,
    /// The spell this cycle was seen in; kept by its last doubtful cycles even when they turn out closed.
    pub spell_start: Option<Instant>,
    pub rides: Vec<JudgedRide>,
}

/// A ride in a cycle, with its judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JudgedRide {
    pub ride_id: u32,
    pub weight: u32,
    pub wait_minutes: Option<u16>,
    pub state: RideState,
    pub in_service: bool,
    /// Reported open and fresh while the park was open or in doubt.
    pub operated: bool,
    pub outage_began: bool,
    /// Whether the feed has a word for this ride's state, so that `down` is its own word and stands.
    pub is_stated: bool,
}

impl JudgedRide {
    /// The wait that counts: of a ride that operates, above zero.
    pub fn wait(&self) -> Option<u16> {
        self.wait_minutes
            .filter(|wait| *wait > 0 && self.state == RideState::Operating)
    }
}

impl JudgedCycle {
    /// A cycle of which nothing is judged yet.
    pub fn outside_any_spell(cycle: &Cycle) -> JudgedCycle {
        let closed = |entry: &Entry| JudgedRide {
            ride_id: entry.ride_id,
            weight: entry.weight,
            wait_minutes: entry.reading.wait_minutes,
            state: RideState::Closed,
            in_service: false,
            operated: false,
            outage_began: false,
            is_stated: false,
        };
        JudgedCycle {
            slot: cycle.slot,
            interval_minutes: cycle.interval_minutes,
            state: ParkState::Closed,
            spell_start: None,
            rides: cycle.entries.iter().map(closed).collect(),
        }
    }

    pub fn weight_down(&self) -> u32 {
        self.weight(|ride| ride.state == RideState::Down)
    }

    pub fn weight_in_service(&self) -> u32 {
        self.weight(|ride| ride.in_service)
    }

    /// The shame score of this cycle; a park that is not open has none.
    pub fn score(&self) -> Option<Score> {
        (self.state == ParkState::Open)
            .then(|| Score::of(self.weight_down(), self.weight_in_service()))
    }

    pub fn rides_in(&self, state: RideState) -> usize {
        self.rides.iter().filter(|ride| ride.state == state).count()
    }

    fn weight(&self, counts: impl Fn(&JudgedRide) -> bool) -> u32 {
        if self.state != ParkState::Open {
            return 0;
        }
        self.rides
            .iter()
            .filter(|ride| counts(ride))
            .map(|ride| ride.weight)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ride(weight: u32, state: RideState, in_service: bool, wait: Option<u16>) -> JudgedRide {
        JudgedRide {
            ride_id: 1,
            weight,
            wait_minutes: wait,
            state,
            in_service,
            operated: false,
            outage_began: false,
            is_stated: false,
        }
    }

    #[test]
    fn a_wait_counts_above_zero_while_its_ride_operates() {
        use RideState::*;
        for (state, wait, counts) in [
            (Operating, Some(1), Some(1)),
            (Operating, Some(0), None),
            (Operating, None, None),
            (Down, Some(20), None),
            (Closed, Some(20), None),
            (Refurbishment, Some(20), None),
            (Unknown, Some(20), None),
        ] {
            assert_eq!(ride(2, state, true, wait).wait(), counts, "{state:?}");
        }
    }

    #[test]
    fn only_an_open_park_has_weights_and_a_score() {
        let rides = vec![
            ride(3, RideState::Down, true, None),
            ride(2, RideState::Operating, true, None),
            ride(1, RideState::Closed, true, None),
            ride(3, RideState::Closed, false, None),
        ];
        for (state, weights, score) in [
            (ParkState::Open, (3, 6), Some("5.000000")),
            (ParkState::Doubt, (0, 0), None),
            (ParkState::Closed, (0, 0), None),
            (ParkState::Blind, (0, 0), None),
        ] {
            let cycle = JudgedCycle {
                slot: Instant::UNIX_EPOCH,
                interval_minutes: 5,
                state,
                spell_start: None,
                rides: rides.clone(),
            };
            assert_eq!((cycle.weight_down(), cycle.weight_in_service()), weights);
            assert_eq!(
                cycle.score().map(|score| score.to_string()).as_deref(),
                score
            );
        }
    }
}
