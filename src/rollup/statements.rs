//! The statements of each table of the rollup, and the parameters they take.

use super::ledger::Level;
use super::span::Span;
use crate::db::{sql, stamp};
use crate::model::Instant;
use crate::model::judgement::FORMULA_VERSION;
use mysql::{Params, Value};

/// A table of the rollup: parks or rides of one level.
pub struct Table {
    /// What a row is about.
    pub entity: &'static str,
    /// How many samples each row of a period holds.
    pub count: &'static str,
    pub renewal: Renewal,
    pub fill: &'static str,
}

/// How the rows of a period give way to new ones.
pub enum Renewal {
    /// This statement deletes them first.
    Cleared(&'static str),
    /// The fill writes over them. What it does not find would stay, so this statement counts what it will find.
    WrittenOver(&'static str),
}

/// Parameters by name, as they are bound.
type Named = Vec<(&'static str, Value)>;

impl Level {
    pub fn tables(self) -> &'static [Table; 2] {
        match self {
            Level::Hourly => &HOURLY,
            Level::Daily => &DAILY,
            Level::Yearly => &YEARLY,
        }
    }
}

impl Span {
    /// The parameters by which the period's rows are found.
    pub fn key(self) -> Params {
        Params::from(self.named_key())
    }

    /// All that a fill needs to know.
    pub fn fill_params(self, now: Instant) -> Params {
        let mut named = self.named_key();
        match self {
            Span::Hour(hour) => {
                named.push(("hour_end", stamp(hour.end()).into()));
                named.push(("formula_version", FORMULA_VERSION.into()));
            }
            Span::Day(day) => {
                named.push(("start", stamp(day.start()).into()));
                named.push(("end", stamp(day.end()).into()));
            }
            Span::Year(year, is_complete) => {
                named.push(("first_date", year.first_day().date().into()));
                named.push(("date_after", year.next().first_day().date().into()));
                named.push(("is_complete", is_complete.into()));
            }
        }
        named.push(("filled_at", stamp(now).into()));
        Params::from(named)
    }

    fn named_key(self) -> Named {
        vec![match self {
            Span::Hour(hour) => ("hour_start", stamp(hour.start()).into()),
            Span::Day(day) => ("stat_date", day.date().into()),
            Span::Year(year, _) => ("stat_year", year.number().into()),
        }]
    }
}

const HOURLY: [Table; 2] = [
    Table {
        entity: "park",
        count: sql!("rollup/park_hourly_stats.count.sql"),
        renewal: Renewal::Cleared(sql!("rollup/park_hourly_stats.clear.sql")),
        fill: sql!("rollup/park_hourly_stats.fill.sql"),
    },
    Table {
        entity: "ride",
        count: sql!("rollup/ride_hourly_stats.count.sql"),
        renewal: Renewal::WrittenOver(sql!("rollup/ride_snapshots.count.sql")),
        fill: sql!("rollup/ride_hourly_stats.fill.sql"),
    },
];

const DAILY: [Table; 2] = [
    Table {
        entity: "park",
        count: sql!("rollup/park_daily_stats.count.sql"),
        renewal: Renewal::Cleared(sql!("rollup/park_daily_stats.clear.sql")),
        fill: sql!("rollup/park_daily_stats.fill.sql"),
    },
    Table {
        entity: "ride",
        count: sql!("rollup/ride_daily_stats.count.sql"),
        renewal: Renewal::Cleared(sql!("rollup/ride_daily_stats.clear.sql")),
        fill: sql!("rollup/ride_daily_stats.fill.sql"),
    },
];

const YEARLY: [Table; 2] = [
    Table {
        entity: "park",
        count: sql!("rollup/park_yearly_stats.count.sql"),
        renewal: Renewal::Cleared(sql!("rollup/park_yearly_stats.clear.sql")),
        fill: sql!("rollup/park_yearly_stats.fill.sql"),
    },
    Table {
        entity: "ride",
        count: sql!("rollup/ride_yearly_stats.count.sql"),
        renewal: Renewal::Cleared(sql!("rollup/ride_yearly_stats.clear.sql")),
        fill: sql!("rollup/ride_yearly_stats.fill.sql"),
    },
];
