//! Grids: long rows, each one cell of one series, laid out on an axis of times.

use super::axis::Axis;
use super::body::put;
use super::exact::Exact;
use super::row::{Cell, Column, Tag, json};
use super::statement::Form;
use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Map, Value};

/// One line of the grid: what describes it, and its cells.
struct Series<'a> {
    /// The row that began it.
    row: &'a [Cell],
    cells: Vec<Option<Value>>,
}

/// Where the columns lie that a grid needs.
struct Places {
    axis: usize,
    cell: usize,
    /// Everything else, which describes the series.
    others: Vec<usize>,
}

/// The grid of the rows: series in the order they first appear, cells without a row null, or 0 where `zero` says so
/// and the time has come.
pub fn grid(
    form: Form,
    zero: bool,
    axis: &Axis,
    columns: &[Column],
    table: &[Vec<Cell>],
) -> Result<Value> {
    let places = places(columns)?;
    let mut all: Vec<Series> = Vec::new();
    let mut earliest: Option<usize> = None;
    for row in table {
        let at = all
            .iter()
            .position(|series| places.others.iter().all(|at| series.row[*at] == row[*at]));
        let at = at.unwrap_or_else(|| {
            all.push(Series {
                row,
                cells: vec![None; axis.len()],
            });
            all.len() - 1
        });
        let Some(position) = position(&row[places.axis], axis, &columns[places.axis])? else {
            continue;
        };
        let cell = &row[places.cell];
        let value = json(&columns[places.cell], cell)?;
        if !value.is_null()
            && *cell != Cell::Number(Exact::from(0_i64))
            && value.as_f64() != Some(0.0)
        {
            earliest = Some(earliest.map_or(position, |known| known.min(position)));
        }
        if all[at].cells[position].replace(value).is_some() {
            bail!("two rows for one cell, at `{}`", label(axis, position));
        }
    }
    let (from, points) = axis.shown(earliest);
    let cells = |series: &Series| -> Value {
        let cells = series.cells[from..].iter().zip(points);
        cells
            .map(|(cell, point)| match cell {
                Some(value) => value.clone(),
                None if zero && !point.is_ahead => Value::from(0),
                None => Value::Null,
            })
            .collect()
    };
    let labels: Value = points
        .iter()
        .map(|point| Value::from(point.label.as_str()))
        .collect();
    let described = |series: &Series| -> Result<Map<String, Value>> {
        let mut object = Map::new();
        let shown = places
            .others
            .iter()
            .filter(|at| columns[**at].tag != Tag::Hidden);
        for at in shown {
            put(
                &mut object,
                &columns[*at].name,
                json(&columns[*at], &series.row[*at])?,
            );
        }
        Ok(object)
    };
    let mut body = Map::new();
    match form {
        Form::Datasets => {
            let datasets = all.iter().map(|series| {
                let mut object = described(series)?;
                object.insert("data".to_owned(), cells(series));
                Ok(Value::Object(object))
            });
            body.insert("labels".to_owned(), labels);
            body.insert(
                "datasets".to_owned(),
                Value::Array(datasets.collect::<Result<_>>()?),
            );
        }
        Form::Matrix => {
            let entities = all
                .iter()
                .map(|series| described(series).map(Value::Object));
            body.insert("time_labels".to_owned(), labels);
            body.insert(
                "entities".to_owned(),
                Value::Array(entities.collect::<Result<_>>()?),
            );
            body.insert("matrix".to_owned(), all.iter().map(cells).collect());
        }
    }
    Ok(Value::Object(body))
}

fn places(columns: &[Column]) -> Result<Places> {
    let find = |what: &str, is_it: fn(&Tag) -> bool| {
        let mut found = columns
            .iter()
            .enumerate()
            .filter(|(_, column)| is_it(&column.tag));
        match (found.next(), found.next()) {
            (Some((at, _)), None) => Ok(at),
            _ => Err(anyhow!("a grid has one column tagged `{what}`")),
        }
    };
    let (axis, cell) = (
        find("axis", |tag| *tag == Tag::Axis)?,
        find("cell", |tag| matches!(tag, Tag::Cell(_)))?,
    );
    Ok(Places {
        axis,
        cell,
        others: (0..columns.len())
            .filter(|at| ![axis, cell].contains(at))
            .collect(),
    })
}

/// A row without a time only says that its series is there.
fn position(cell: &Cell, axis: &Axis, column: &Column) -> Result<Option<usize>> {
    match cell {
        Cell::Null => Ok(None),
        Cell::At(at) => Ok(axis.position(*at)),
        _ => Err(anyhow!("it is neither a time nor a day")),
    }
    .with_context(|| format!("column `{}`", column.name))
}

fn label(axis: &Axis, position: usize) -> String {
    let (from, points) = axis.shown(Some(position));
    points
        .get(position - from)
        .map_or_else(String::new, |point| point.label.clone())
}
