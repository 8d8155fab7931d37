//! Computes a view: runs its statements and shapes their rows into the whole body.

use super::axis::Axis;
use super::bind::Bound;
use super::body::put;
use super::cover::{Cover, newest_slot};
use super::row::{Cell, Column, cells, column};
use super::shape::shaped;
use super::statement::{Shape, Statement};
use super::view::{self, Asked, View};
use crate::db::Db;
use crate::model::Instant;
use crate::model::period::Stretch;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Member of a body on the shelf that holds, for every `sort_by`, the positions of the rows; never served.
pub const ORDERS: &str = "$orders";

/// The rows of a statement come to this much at most as JSON: half of what a server takes in one packet by default.
const LARGEST_BYTES: usize = 8 << 20;

/// A finished body: all rows in the default order, hidden columns gone, and what is known about it.
#[derive(Clone, Debug)]
pub struct Computed {
    pub body: Map<String, Value>,
    pub record_count: usize,
    pub data_through: Option<Instant>,
    /// Whether every day of its period is over and filled, and nothing of it stale; not known without a period.
    pub is_complete: Option<bool>,
}

/// A `required` statement found no row: what the reader asks for does not exist.
#[derive(Debug)]
pub struct NotThere(pub String);

impl std::fmt::Display for NotThere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "there is no such `{}`", self.0)
    }
}

impl std::error::Error for NotThere {}

/// One reading of the clock for everything computed together, and what it has already found out.
pub struct Moment {
    pub now: Instant,
    source: Source,
    covers: HashMap<(Instant, Instant), Cover>,
    newest: Option<Option<Instant>>,
}

/// What sums are read from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Years, days and hours as they were filled, and the raw rows after them.
    Rollups,
    /// Raw rows alone: what every answer took before there were rollups.
    Raw,
}

/// Raw rows of what was asked for are gone.
#[derive(Debug)]
pub struct RawGone;

impl std::fmt::Display for RawGone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "raw rows of its period were pruned")
    }
}

impl std::error::Error for RawGone {}

impl Moment {
    pub fn at(now: Instant) -> Moment {
        Moment::with(now, Source::Rollups)
    }

    /// The same answers from raw rows alone, to compare them with; slow.
    pub fn raw(now: Instant) -> Moment {
        Moment::with(now, Source::Raw)
    }

    fn with(now: Instant, source: Source) -> Moment {
        Moment {
            now,
            source,
            covers: HashMap::new(),
            newest: None,
        }
    }

    fn cover(&mut self, db: &mut Db, stretch: Stretch) -> Result<Cover> {
        let key = (stretch.first.start(), stretch.end);
        if let Some(cover) = self.covers.get(&key) {
            return Ok(*cover);
        }
        let filled = Cover::resolve(db, stretch, self.now)?;
        let cover = match self.source {
            Source::Rollups => filled,
            Source::Raw => filled.raw(db, stretch)?.ok_or(RawGone)?,
        };
        self.covers.insert(key, cover);
        Ok(cover)
    }

    fn newest_slot(&mut self, db: &mut Db) -> Result<Option<Instant>> {
        if self.newest.is_none() {
            self.newest = Some(newest_slot(db, self.now)?);
        }
        Ok(self.newest.flatten())
    }
}

/// Runs every statement of `view` for what was asked. The caller sees to it that all read one state of the data.
pub fn compute(db: &mut Db, moment: &mut Moment, view: &View, asked: &Asked) -> Result<Computed> {
    let (bound, known) = bound_for(db, moment, view, asked)?;
    let mut body = Map::new();
    for (name, value) in super::page::members(view, asked) {
        put(&mut body, name, value);
    }
    for member in &view.members {
        if let view::Source::Engine(name) = &member.source
            && member.when.holds(&asked.choices)
        {
            let value = bound.json(name);
            if !(member.optional && value.is_null()) {
                put(&mut body, &member.name, value);
            }
        }
    }
    let axis = axis(view, asked, moment);
    let mut record_count = 0;
    let applying = view
        .statements
        .iter()
        .filter(|statement| statement.when.holds(&asked.choices));
    for statement in applying {
        let place = || format!("statement `{}` of view `{}`", statement.name, view.name);
        let (columns, table) = rows(db, &bound, statement).with_context(place)?;
        record_count += table.len();
        let (value, orders) =
            shaped(view, statement, axis.as_ref(), &columns, table).with_context(place)?;
        put(&mut body, &statement.name, value);
        if let Some(orders) = orders {
            body.insert(ORDERS.to_owned(), orders);
        }
    }
    // An object that nothing was asked for is still there; of two lists only the one that was meant is.
    for statement in &view.statements {
        let is_object = matches!(statement.shape, Shape::One { .. } | Shape::Value);
        if is_object && !statement.name.contains('.') && !body.contains_key(&statement.name) {
            body.insert(statement.name.clone(), Value::Null);
        }
    }
    Ok(Computed {
        body,
        record_count,
        data_through: known.data_through,
        is_complete: known.is_complete,
    })
}

/// The points of time of a view with a period.
pub fn axis(view: &View, asked: &Asked, moment: &Moment) -> Option<Axis> {
    let period = view.period(asked)?;
    Some(Axis::of(period, moment.now))
}

/// How far a body speaks.
pub struct Known {
    data_through: Option<Instant>,
    is_complete: Option<bool>,
}

/// Everything the statements may name; the period before only where one does.
pub fn bound_for(
    db: &mut Db,
    moment: &mut Moment,
    view: &View,
    asked: &Asked,
) -> Result<(Bound, Known)> {
    let (now, period) = (moment.now, view.period(asked));
    let is_of_parks = view.names_any(is_of_parks);
    let cover = match period.filter(|_| is_of_parks) {
        Some(period) => Some(moment.cover(db, period.stretch(now))?),
        None => None,
    };
    let data_through = match cover {
        Some(cover) => cover.data_through,
        None if is_of_parks => moment.newest_slot(db)?,
        None => None,
    };
    let mut bound = Bound::new(now, data_through, &asked.choices);
    if let Some(period) = period {
        bound.period(period, now, cover.as_ref());
        let earlier = match cover.filter(|_| view.names_any(|name| name.starts_with("prev_"))) {
            Some(_) => Some(moment.cover(db, period.previous(now))?),
            None => None,
        };
        bound.previous(period, now, earlier.as_ref());
    }
    let is_complete = cover.map(|cover| cover.is_complete);
    Ok((
        bound,
        Known {
            data_through,
            is_complete,
        },
    ))
}

/// Whether a name speaks of what hallctl itself has collected, and not only of the calendar.
fn is_of_parks(name: &str) -> bool {
    let name = name.strip_prefix("prev_").unwrap_or(name);
    let parts = [
        "years_",
        "days_",
        "hours_",
        "tail_",
        "chart_hours_",
        "chart_tail_",
        "clock_",
        "minutes_",
    ];
    ["live_since", "data_through", "is_partial"].contains(&name)
        || parts.iter().any(|part| name.starts_with(part))
}

pub fn rows(
    db: &mut Db,
    bound: &Bound,
    statement: &Statement,
) -> Result<(Vec<Column>, Vec<Vec<Cell>>)> {
    let (text, params) = bound.filled(&statement.sql);
    let Some((names, rows)) = db.table_once(&text, params, LARGEST_BYTES)? else {
        bail!(
            "its rows come to more than {} MiB; give it a `limit`, or fewer columns",
            LARGEST_BYTES >> 20
        );
    };
    let columns: Vec<Column> = names
        .iter()
        .map(|alias| column(alias))
        .collect::<Result<_>>()?;
    for (at, column) in columns.iter().enumerate() {
        let is_twice = columns[..at].iter().any(|other| other.name == column.name);
        ensure!(!is_twice, "column `{}` stands twice", column.name);
    }
    let table = rows.into_iter().map(cells);
    Ok((columns, table.collect::<Result<_>>()?))
}
