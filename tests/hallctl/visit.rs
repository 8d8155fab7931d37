//! What happens between the runs of a story: a person decides about rides, and ThemeParks.wiki is asked itself.

use crate::made_park::{Made, pick};
use crate::made_wiki::Announced;
use crate::oracle::Time;
use crate::recording::Dice;
use crate::story::{Poll, Story};
use chrono::Duration;
use chrono_tz::Tz;
use std::collections::BTreeSet;
use std::fmt;

/// What a person decides of a ride between two runs, as words of `hallctl rides set`.
#[derive(Clone, Copy)]
pub enum Decision {
    Tier(Option<u8>),
    Category(&'static str),
    Active(bool),
}

/// One `hallctl collect` that asks ThemeParks.wiki itself: what each park announces, and what it says now.
#[derive(Clone)]
pub struct Visit {
    pub at: Time,
    pub zones: Vec<(u32, Tz)>,
    pub announced: Vec<(u32, Vec<Announced>)>,
    pub polls: Vec<Poll>,
}

impl Story {
    /// Between runs a person changes his mind about some of the rides he knows.
    pub fn decide(&mut self, dice: &mut Dice) {
        let rides: Vec<u32> = self.rides.iter().map(|ride| ride.id).collect();
        for run in self.runs.iter_mut().skip(1) {
            for _ in 0..dice.throw(3).min(rides.len()) {
                let decision = match dice.throw(4) {
                    0 => Decision::Active(dice.throw(2) == 0),
                    1 => Decision::Category(pick(dice, &["SHOW", "ATTRACTION"])),
                    _ => Decision::Tier(pick(dice, &[None, Some(1), Some(2), Some(3)])),
                };
                run.decisions.push((pick(dice, &rides), decision));
            }
        }
    }

    /// Now and then ThemeParks.wiki is asked itself: early on the first day, or when the run before was.
    pub fn visit(&mut self, dice: &mut Dice, made: &[Made]) {
        let first = self.polls.iter().map(|(_, poll)| poll.at).min();
        let mut before = first.expect("a poll") - Duration::hours(dice.throw(30) as i64);
        for run in &mut self.runs {
            let at = std::mem::replace(&mut before, run.clock);
            let asked = || made.iter().filter(|made| made.is_asked());
            // One that is asked for more than two things at a time waits in between.
            if asked().next().is_none() || asked().nth(2).is_some() || dice.throw(4) == 0 {
                continue;
            }
            let (mut announced, mut polls) = (Vec::new(), Vec::new());
            for made in asked() {
                let poll = made.seen_now(dice, at);
                announced.push((poll.park, made.announce(dice, at)));
                polls.push(poll);
            }
            run.visit = Some(Visit {
                at,
                zones: self.parks.iter().map(|park| (park.id, park.zone)).collect(),
                announced,
                polls,
            });
        }
    }
}

impl Visit {
    pub fn zone(&self, park: u32) -> Tz {
        let mut zones = self.zones.iter();
        zones
            .find(|(id, _)| *id == park)
            .expect("a park of the story")
            .1
    }

    /// As what to type, with the answers of the parks that matter.
    pub fn show(&self, f: &mut fmt::Formatter<'_>, parks: &BTreeSet<u32>) -> fmt::Result {
        let clock = self.at.to_rfc3339();
        writeln!(
            f,
            "HALLCTL_NOW={clock} hallctl collect, where ThemeParks.wiki says"
        )?;
        for (park, announced) in self
            .announced
            .iter()
            .filter(|(park, _)| parks.contains(park))
        {
            for announced in announced {
                writeln!(f, "park {park} {}", announced.json)?;
            }
        }
        for poll in self.polls.iter().filter(|poll| parks.contains(&poll.park)) {
            writeln!(f, "{}", poll.line())?;
        }
        Ok(())
    }
}

impl Decision {
    pub fn words(self) -> [String; 2] {
        let (flag, value) = match self {
            Decision::Tier(None) => ("--tier", "none".to_owned()),
            Decision::Tier(Some(tier)) => ("--tier", tier.to_string()),
            Decision::Category(word) => ("--category", word.to_owned()),
            Decision::Active(true) => ("--active", "yes".to_owned()),
            Decision::Active(false) => ("--active", "no".to_owned()),
        };
        [flag.to_owned(), value]
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(" "))
    }
}
