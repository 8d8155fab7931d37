//! One day of an invented park: when it opens, what the weather does, and what each ride goes through.

use super::dice::Dice;
use super::hall::{Park, Ride};
use crate::model::Instant;
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use std::f64::consts::{PI, TAU};

/// Times are minutes since opening.
pub struct Day {
    seed: u64,
    date: NaiveDate,
    number: u64,
    opens_at: Instant,
    length: f64,
    is_closed: bool,
    crowd: f64,
    storm: Option<(f64, f64)>,
}

impl Day {
    /// The day of the park's own calendar that holds `at`.
    pub fn of(seed: u64, park: &Park, at: Instant) -> Day {
        let date = at.with_timezone(&park.zone).date_naive();
        let is_weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        let number = date.num_days_from_ce().unsigned_abs().into();
        let opens_at = local(park, date, park.opens);
        let closes_at = local(park, date, park.closes + u32::from(is_weekend));
        let length = minutes(closes_at - opens_at);
        let mut dice = Dice::of([seed, park.id.into(), number]);
        let crowd = dice.between(0.6, 1.2) + if is_weekend { 0.3 } else { 0.0 };
        let is_stormy = dice.one_in(park.storm_one_in);
        let begins = dice.between(0.35, 0.75) * length;
        let ends = begins + dice.between(25.0, 80.0);
        Day {
            seed,
            date,
            number,
            opens_at,
            length,
            is_closed: park.closed_on == Some(date.weekday()),
            crowd,
            storm: is_stormy.then_some((begins, ends)),
        }
    }

    fn minutes_since_opening(&self, at: Instant) -> f64 {
        minutes(at - self.opens_at)
    }

    /// When a feed that sleeps at night was last touched, if it sleeps at `at`.
    pub fn asleep_since(&self, park: &Park, at: Instant) -> Option<Instant> {
        let now = self.minutes_since_opening(at);
        if self.is_closed || now < -30.0 {
            let yesterday = local(park, self.date, 0) - TimeDelta::minutes(1);
            Day::of(self.seed, park, yesterday).asleep_since(park, yesterday)
        } else {
            let falls_asleep = self.length + 30.0;
            (now > falls_asleep).then(|| self.opens_at + TimeDelta::minutes(falls_asleep as i64))
        }
    }

    /// The wait at a ride that is running; nothing while it stands still.
    pub fn wait_minutes(&self, ride: &Ride, at: Instant) -> Option<u16> {
        let now = self.minutes_since_opening(at);
        let mut dice = Dice::of([self.seed, ride.fate.into(), self.number]);
        let begins = match dice.one_in(16) {
            true => dice.between(30.0, 150.0),
            false => dice.between(-10.0, 8.0),
        };
        let ends = self.length + dice.between(-20.0, 5.0);
        let stays_shut = dice.one_in(50) || self.is_closed || self.is_maintained(ride);
        if stays_shut || now < begins || now >= ends || self.is_stormbound(ride, now, &mut dice) {
            return None;
        }
        if self.is_broken(ride, now - begins) {
            return None;
        }
        let base = match ride.tier {
            1 => dice.between(40.0, 75.0),
            2 => dice.between(15.0, 35.0),
            _ => dice.between(2.0, 12.0),
        };
        let day_curve = 0.35 + 0.65 * (PI * now / self.length).sin().max(0.0);
        let wobble = 1.0 + 0.25 * (TAU * (now / 100.0 + dice.between(0.0, 1.0))).sin();
        let last_hour = ((self.length - now + 15.0) / 75.0).clamp(0.1, 1.0);
        let wait = base * self.crowd * day_curve * wobble * last_hour;
        Some((wait / 5.0).round() as u16 * 5)
    }

    /// Twelve days of maintenance, now and then.
    fn is_maintained(&self, ride: &Ride) -> bool {
        let staggered = self.number + u64::from(ride.fate);
        Dice::of([self.seed, ride.fate.into(), staggered / 12, 1]).one_in(25)
    }

    /// Outdoor rides stop for a storm and come back one after another.
    fn is_stormbound(&self, ride: &Ride, now: f64, dice: &mut Dice) -> bool {
        let back_after = dice.between(0.0, 25.0);
        self.storm.is_some_and(|(begins, ends)| {
            ride.is_outdoor && now >= begins && now < ends + back_after
        })
    }

    /// Whether a ride that began to run `running` minutes ago stands broken: great rides break more often.
    fn is_broken(&self, ride: &Ride, running: f64) -> bool {
        // Dice of its own: how often they fall depends on the time.
        let mut dice = Dice::of([self.seed, ride.fate.into(), self.number, 2]);
        let between_failures = [9.0, 20.0, 40.0][usize::from(ride.tier) - 1] * 60.0;
        let mut fails = dice.exponential(between_failures);
        while fails <= running {
            let severity = if dice.one_in(20) { 150.0 } else { 30.0 };
            let repaired = fails + 6.0 + dice.exponential(severity);
            if running < repaired {
                return true;
            }
            fails = repaired + dice.exponential(between_failures);
        }
        false
    }
}

/// A full hour of the park's own clock.
fn local(park: &Park, date: NaiveDate, hour: u32) -> Instant {
    let time = date.and_time(NaiveTime::MIN) + TimeDelta::hours(hour.into());
    let at = park.zone.from_local_datetime(&time).earliest();
    at.map_or_else(|| Utc.from_utc_datetime(&time), |at| at.with_timezone(&Utc))
}

fn minutes(span: TimeDelta) -> f64 {
    span.num_seconds() as f64 / 60.0
}
