//! Computes a view: runs its statements and shapes their rows into the whole body.

use super::cover::Cover;
use super::param::Scalar;
use super::row::{Cell, Column, Tag, cells, column, compare, json};
use super::view::{Asked, Shape, Sort, Statement, View, names_in};
use crate::db::{Db, stamp};
use crate::model::Instant;
use crate::model::period::Period;
use anyhow::{Context, Result, anyhow};
use chrono::Duration;
use mysql::{Params, Row, Value as Sql};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Member of a body on the shelf that holds, for every `sort_by`, the positions of the rows; never served.
pub const ORDERS: &str = "$orders";

/// A park's newest cycle speaks for now this long.
const LIVE_MINUTES: i64 = 15;

/// A finished body: all rows in the default order, hidden columns gone, and what is known about it.
#[derive(Clone, Debug)]
pub struct Computed {
    pub body: Map<String, Value>,
    pub record_count: usize,
    pub data_through: Option<Instant>,
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
    covers: HashMap<Period, Cover>,
    newest: Option<Option<Instant>>,
}

impl Moment {
    pub fn at(now: Instant) -> Moment {
        Moment {
            now,
            covers: HashMap::new(),
            newest: None,
        }
    }

    fn cover(&mut self, db: &mut Db, period: Period) -> Result<Cover> {
        if let Some(cover) = self.covers.get(&period) {
            return Ok(*cover);
        }
        let cover = Cover::resolve(db, period, self.now)?;
        self.covers.insert(period, cover);
        Ok(cover)
    }

    fn newest_slot(&mut self, db: &mut Db) -> Result<Option<Instant>> {
        if self.newest.is_none() {
            self.newest = Some(super::cover::newest_slot(db, self.now)?);
        }
        Ok(self.newest.flatten())
    }
}

/// Runs every statement of `view` for what was asked. The caller sees to it that all read one state of the data.
pub fn compute(db: &mut Db, moment: &mut Moment, view: &View, asked: &Asked) -> Result<Computed> {
    let period = view.period(asked);
    let cover = period.map(|period| moment.cover(db, period)).transpose()?;
    let data_through = match cover {
        Some(cover) => cover.data_through,
        None => moment.newest_slot(db)?,
    };
    let bound = bind(moment.now, period, cover, asked);
    let mut body = super::page::members(view, asked);
    let mut record_count = 0;
    for statement in &view.statements {
        let params = names_in(&statement.sql, ':')
            .map(|name| (name.as_bytes().to_vec(), bound[name].clone()));
        let rows: Vec<Row> = db
            .rows_once(&statement.sql, Params::Named(params.collect()))
            .with_context(|| format!("statement `{}` of view `{}`", statement.name, view.name))?;
        record_count += rows.len();
        let (value, orders) = shaped(statement, rows)
            .with_context(|| format!("statement `{}` of view `{}`", statement.name, view.name))?;
        body.insert(statement.name.clone(), value);
        if let Some(orders) = orders {
            body.insert(ORDERS.to_owned(), orders);
        }
    }
    Ok(Computed {
        body,
        record_count,
        data_through,
    })
}

/// Every parameter a statement may name.
fn bind(
    now: Instant,
    period: Option<Period>,
    cover: Option<Cover>,
    asked: &Asked,
) -> HashMap<String, Sql> {
    let mut bound: HashMap<String, Sql> = HashMap::new();
    for (name, choice) in &asked.choices {
        bound.insert(name.clone(), sql_value(&choice.value));
    }
    let mut bind = |name: &str, value: Sql| bound.insert(name.to_owned(), value);
    bind("now", stamp(now).into());
    bind(
        "live_since",
        stamp(now - Duration::minutes(LIVE_MINUTES)).into(),
    );
    if let (Some(period), Some(cover)) = (period, cover) {
        let (first, after) = period.days(now);
        let is_named = !matches!(period, Period::Live | Period::Today);
        bind("period_start", stamp(first.start()).into());
        bind("period_end", stamp(after.start()).into());
        bind("period_label", is_named.then(|| period.label(now)).into());
        bind("days_from", cover.days.0.into());
        bind("days_to", cover.days.1.into());
        bind("hours_from", stamp(cover.hours.0).into());
        bind("hours_to", stamp(cover.hours.1).into());
        bind("tail_from", stamp(cover.tail.0).into());
        bind("tail_to", stamp(cover.tail.1).into());
    }
    bound
}

fn sql_value(scalar: &Scalar) -> Sql {
    match scalar {
        Scalar::Null => Sql::NULL,
        Scalar::Flag(flag) => flag.into(),
        Scalar::Integer(number) => number.into(),
        Scalar::Text(text) => text.into(),
    }
}

/// The value of a statement's member and, for a list that can be sorted, its orders.
fn shaped(statement: &Statement, rows: Vec<Row>) -> Result<(Value, Option<Value>)> {
    let Some(first) = rows.first() else {
        return Ok((nothing(statement)?, orders_of(statement, &[], &[])?));
    };
    let aliases = first
        .columns_ref()
        .iter()
        .map(|alias| column(&alias.name_str()));
    let columns: Vec<Column> = aliases.collect::<Result<_>>()?;
    let mut table: Vec<Vec<Cell>> = rows.into_iter().map(cells).collect::<Result<_>>()?;
    let orders = orders_of(statement, &columns, &table)?;
    if let Some(default) = statement.sorts.first() {
        let by = positions(default, &columns)?;
        table.sort_by(|left, right| compare(&by, left, right));
    }
    let object = |row: &Vec<Cell>| -> Result<Map<String, Value>> {
        let shown = columns
            .iter()
            .zip(row)
            .filter(|(column, _)| column.tag != Tag::Hidden);
        shown
            .map(|(column, cell)| Ok((column.name.clone(), json(column, cell)?)))
            .collect()
    };
    let value = match statement.shape {
        Shape::One { .. } => Value::Object(object(&table[0])?),
        Shape::Many => {
            let objects = table.iter().enumerate().map(|(position, row)| {
                let rank = statement
                    .rank
                    .iter()
                    .map(|rank| (rank.clone(), Value::from(position + 1)));
                Ok(Value::Object(rank.chain(object(row)?).collect()))
            });
            Value::Array(objects.collect::<Result<_>>()?)
        }
        Shape::Columns => {
            let shown = columns
                .iter()
                .enumerate()
                .filter(|(_, column)| column.tag != Tag::Hidden);
            let arrays = shown.map(|(at, column)| {
                let values = table.iter().map(|row| json(column, &row[at]));
                Ok((
                    column.name.clone(),
                    Value::Array(values.collect::<Result<_>>()?),
                ))
            });
            Value::Object(arrays.collect::<Result<_>>()?)
        }
    };
    Ok((value, orders))
}

fn nothing(statement: &Statement) -> Result<Value> {
    match statement.shape {
        Shape::One { required: true } => Err(NotThere(statement.name.clone()).into()),
        Shape::One { required: false } => Ok(Value::Null),
        Shape::Many => Ok(Value::Array(Vec::new())),
        Shape::Columns => Ok(Value::Object(Map::new())),
    }
}

/// For every `sort_by` but the default, the rows of the default order in that order.
fn orders_of(
    statement: &Statement,
    columns: &[Column],
    table: &[Vec<Cell>],
) -> Result<Option<Value>> {
    let Some((default, others)) = statement
        .sorts
        .split_first()
        .filter(|(_, others)| !others.is_empty())
    else {
        return Ok(None);
    };
    let mut rows: Vec<&Vec<Cell>> = table.iter().collect();
    let mut orders = Map::new();
    if !rows.is_empty() {
        let by = positions(default, columns)?;
        rows.sort_by(|left, right| compare(&by, left, right));
    }
    for sort in others {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        if !rows.is_empty() {
            let by = positions(sort, columns)?;
            order.sort_by(|left, right| compare(&by, rows[*left], rows[*right]));
        }
        orders.insert(sort.name.clone(), order.into());
    }
    Ok(Some(Value::Object(orders)))
}

fn positions(sort: &Sort, columns: &[Column]) -> Result<Vec<(usize, bool)>> {
    let find = |(name, falls): &(String, bool)| {
        let at = columns.iter().position(|column| column.name == *name);
        at.map(|at| (at, *falls))
            .ok_or_else(|| anyhow!("sort `{}` names `{name}`, which is not a column", sort.name))
    };
    sort.by.iter().map(find).collect()
}
