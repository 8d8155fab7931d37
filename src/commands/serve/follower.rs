//! The follower: keeps the shelf in memory, takes note of invalidations, and says that this `serve` is there.

use super::hall::Hall;
use super::told::Told;
use crate::config;
use crate::db::{Db, Limits, process};
use crate::model;
use crate::views::health::Facts;
use crate::views::invalidation::{self, KEPT};
use crate::views::{Which, served};
use anyhow::Result;
use chrono::{TimeDelta, Utc};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The shelf is looked at so often.
const FOLLOW_EVERY: Duration = Duration::from_secs(1);

/// So often it says that it is there, and writes down what was asked for.
const BEAT: TimeDelta = TimeDelta::seconds(10);

/// So often it asks for what only monitoring wants to know: as many statements as everything else together.
const TELL: TimeDelta = TimeDelta::seconds(5);

/// What the follower remembers from one look to the next.
#[derive(Default)]
pub struct Follower {
    seat: Option<u64>,
    /// The newest invalidation taken note of; none before the first look.
    seen: Option<u64>,
    beaten: Option<model::Instant>,
    looked: Option<model::Instant>,
    told: Option<model::Instant>,
}

/// Follows the shelf until the end. While the database is down, what is in memory stays.
pub fn follow(hall: &Hall, follower: &mut Follower, stop: &AtomicBool) {
    let mut db = None;
    let mut trouble = String::new();
    while !stop.load(Ordering::Relaxed) {
        let heard = match &mut db {
            Some(db) => follower.look(hall, db),
            None => Db::connect_within(&hall.address, Limits::QUICK).and_then(|mut fresh| {
                follower.look(hall, &mut fresh)?;
                db = Some(fresh);
                Ok(())
            }),
        };
        match heard.map_err(|error| format!("{:#}", error)) {
            Err(said) => {
                hall.forget_doors();
                if said != trouble {
                    remark!(
                        "serve: {said}; {}, trying again every second",
                        hall.refuge()
                    );
                    trouble = said;
                }
            }
            Ok(()) if !trouble.is_empty() => {
                remark!("serve: the database answers again");
                trouble.clear();
            }
            Ok(()) => {}
        }
        let next = Instant::now() + FOLLOW_EVERY;
        while Instant::now() < next && !stop.load(Ordering::Relaxed) {
            thread::sleep(FOLLOW_EVERY / 20);
        }
    }
    if let Some(db) = &mut db {
        follower.leave(hall, db);
    }
}

impl Follower {
    /// One look at the shelf and at what was told since the last.
    pub fn look(&mut self, hall: &Hall, db: &mut Db) -> Result<()> {
        let wall = Utc::now();
        // What is told from here on is seen by the next look; what the shelf shows is at least as new.
        let (mut seen, mut told) = (self.seen.unwrap_or(0), Vec::new());
        match self.seen {
            Some(after) => told = invalidation::since(db, after)?,
            None => seen = invalidation::newest(db)?,
        }
        hall.memory.reload(db, &hall.views)?;
        let mut met = 0;
        if self.looked.is_some_and(|looked| wall - looked > KEPT / 2) {
            // Some of what was told meanwhile may be forgotten by now.
            met += hall.memory.outdate(&Which::All, true);
        }
        for told in &told {
            met += hall.memory.outdate(&told.which, told.is_hard);
            seen = told.id;
        }
        (self.seen, self.looked) = (Some(seen), Some(wall));
        let facts = Facts::read(db, config::now()?, wall)?;
        *hall.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some((facts, wall));
        if self.told.is_none_or(|told| wall - told >= TELL) {
            match Told::read(db, config::now()?, wall) {
                Ok(told) => *hall.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(told),
                Err(error) => log::info!("could not read what `/metrics` tells of jobs: {error:#}"),
            }
            self.told = Some(wall);
        }
        if !told.is_empty() || self.beaten.is_none_or(|beaten| wall - beaten >= BEAT) {
            self.beat(hall, db, u32::try_from(met).unwrap_or(u32::MAX), wall);
        }
        Ok(())
    }

    /// Says that we are there. Who may only read serves all the same.
    fn beat(&mut self, hall: &Hall, db: &mut Db, met: u32, wall: model::Instant) {
        let seen = self.seen.unwrap_or(0);
        let is_seated = match self.seat {
            Some(seat) => invalidation::beat(db, seat, seen, met, wall),
            None => Ok(false),
        };
        let seated = is_seated.and_then(|is_seated| match is_seated {
            true => Ok(()),
            false => {
                let pid = std::process::id();
                self.seat = Some(invalidation::sit(db, &process::host(), pid, seen, wall)?);
                Ok(())
            }
        });
        let written = seated.and_then(|()| served::add(db, &hall.counts.take_served(), wall));
        if let Err(error) = written {
            log::info!("could not say that we serve: {error:#}");
        }
        self.beaten = Some(wall);
    }

    fn leave(&mut self, hall: &Hall, db: &mut Db) {
        let wall = Utc::now();
        let counts = hall.counts.take_served();
        let left = served::add(db, &counts, wall).and_then(|()| {
            self.seat
                .map_or(Ok(()), |seat| invalidation::leave(db, seat, wall))
        });
        if let Err(error) = left {
            log::info!("could not say that we leave: {error:#}");
        }
    }
}
