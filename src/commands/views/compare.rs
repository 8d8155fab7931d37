//! `hallctl views compare`: every body twice, from rollups and from raw snapshots.

use crate::cli::ViewsCompare;
use crate::commands::connect;
use crate::commands::refresh_cache::choice;
use crate::config;
use crate::db::Db;
use crate::exit::Exit;
use crate::model::Instant;
use crate::model::count::count;
use crate::views::shelf::{self, Place};
use crate::views::{self, Computed, Moment, RawGone};
use anyhow::Result;
use serde_json::{Value, json};
use std::time::{self, Duration};

/// One body both ways.
struct Compared<'a> {
    key: &'a str,
    rollups: Duration,
    /// `None` where raw rows of its period are gone.
    raw: Option<Duration>,
    /// The first place where the two are not the same, and what each has there.
    difference: Option<String>,
}

pub fn run(args: &ViewsCompare) -> Result<Exit> {
    let views = views::load(None)?;
    let all = shelf::places(&views.sound);
    let meant = choice::meant(&views.sound, &all, &choice::which(&args.keys))?;
    // A view without a period sums nothing.
    let summed = meant
        .iter()
        .filter(|place| place.view.period(&place.asked).is_some());
    let (mut db, now) = (connect()?, config::now()?);
    let mut objects = Vec::new();
    let mut tally = Tally::default();
    for place in summed {
        let compared = compare(&mut db, place, now)?;
        tally.count(&compared);
        match args.json {
            true => objects.push(compared.object()),
            false => say!("{}", compared.line()),
        }
        if let Some(difference) = &compared.difference {
            remark!("views: body `{}`: {difference}", compared.key);
        }
    }
    match args.json {
        true => say!("{}", Value::Array(objects)),
        false => say!("views: {}", tally.line()),
    }
    Ok(if tally.differ == 0 {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// Both on one state of the data.
fn compare<'a>(db: &mut Db, place: &'a Place, now: Instant) -> Result<Compared<'a>> {
    db.snapshot(|db| {
        let (filled, rollups) = timed(db, place, Moment::at(now))?;
        let (raw, difference) = match timed(db, place, Moment::raw(now)) {
            Ok((body, took)) => {
                let (filled, raw) = (filled.body.into(), body.body.into());
                (Some(took), difference(&filled, &raw, ""))
            }
            Err(error) if error.is::<RawGone>() => (None, None),
            Err(error) => return Err(error),
        };
        Ok(Compared {
            key: &place.asked.key,
            rollups,
            raw,
            difference,
        })
    })
}

fn timed(db: &mut Db, place: &Place, mut moment: Moment) -> Result<(Computed, Duration)> {
    let began = time::Instant::now();
    let computed = views::compute(db, &mut moment, place.view, &place.asked)?;
    Ok((computed, began.elapsed()))
}

/// Where two bodies part first.
fn difference(filled: &Value, raw: &Value, at: &str) -> Option<String> {
    let below = |name: &str| match at {
        "" => name.to_owned(),
        at => format!("{at}.{name}"),
    };
    match (filled, raw) {
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => one
            .iter()
            .find_map(|(name, value)| difference(value, &other[name], &below(name))),
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut pairs = one.iter().zip(other).enumerate();
            pairs.find_map(|(number, (value, counterpart))| {
                difference(value, counterpart, &below(&number.to_string()))
            })
        }
        (one, other) if one == other => None,
        (one, other) => Some(format!(
            "`{at}` is {one} from rollups and {other} from raw rows"
        )),
    }
}

fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

impl Compared<'_> {
    fn ratio(&self) -> Option<f64> {
        Some(self.raw?.as_secs_f64() / self.rollups.as_secs_f64())
    }

    fn line(&self) -> String {
        let (key, rollups) = (self.key, milliseconds(self.rollups));
        let Some((raw, ratio)) = self.raw.zip(self.ratio()) else {
            return format!("{key}: {rollups:.1} ms; raw rows of its period were pruned");
        };
        let said = self.difference.as_ref().map_or("the same", |_| "differs");
        let raw = milliseconds(raw);
        format!("{key}: {said}; {rollups:.1} ms, from raw rows {raw:.1} ms, {ratio:.1} times")
    }

    fn object(&self) -> Value {
        json!({
            "key": self.key,
            "is_same": self.raw.map(|_| self.difference.is_none()),
            "difference": self.difference,
            "milliseconds": milliseconds(self.rollups),
            "milliseconds_from_raw": self.raw.map(milliseconds),
            "ratio": self.ratio(),
        })
    }
}

#[derive(Default)]
struct Tally {
    same: usize,
    differ: usize,
    pruned: usize,
}

impl Tally {
    fn count(&mut self, compared: &Compared) {
        match (&compared.raw, &compared.difference) {
            (None, _) => self.pruned += 1,
            (_, None) => self.same += 1,
            (_, Some(_)) => self.differ += 1,
        }
    }

    fn line(&self) -> String {
        let Tally {
            same,
            differ,
            pruned,
        } = self;
        format!(
            "{} the same, {differ} differ, {pruned} without raw rows",
            count(same, "body")
        )
    }
}
