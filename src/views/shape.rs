//! Rows into the shapes of an answer: an object, a list, columns, a grid; and the orders a list can be asked for in.

use super::axis::Axis;
use super::compute::NotThere;
use super::grid::grid;
use super::row::{Cell, Column, Tag, compare, json};
use super::statement::{Shape, Sort, Statement};
use super::view::View;
use anyhow::{Result, anyhow, bail};
use serde_json::{Map, Value};

/// The value of a statement's member and, for a list that can be sorted, its orders. Only a grid needs the axis;
/// where a row is required and missing, what the view is about is not there.
pub fn shaped(
    view: &View,
    statement: &Statement,
    axis: Option<&Axis>,
    columns: &[Column],
    mut table: Vec<Vec<Cell>>,
) -> Result<(Value, Option<Value>)> {
    let orders = orders_of(statement, columns, &table)?;
    if let Some(default) = statement.sorts.first() {
        let by = positions(default, columns)?;
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
    let value = match (statement.shape, table.first()) {
        (Shape::One { required: true }, None) => {
            let what = match statement.name.as_str() {
                "." => &view.name,
                name => name,
            };
            bail!(NotThere(what.to_owned()))
        }
        (Shape::One { .. } | Shape::Value, None) => Value::Null,
        (Shape::One { .. }, Some(row)) => Value::Object(object(row)?),
        (Shape::Value, Some(row)) => {
            let [column] = columns else {
                bail!("a `:value` has one column, not {}", columns.len());
            };
            json(column, &row[0])?
        }
        (Shape::Many, _) => {
            let objects = table.iter().enumerate().map(|(position, row)| {
                let rank = statement
                    .rank
                    .iter()
                    .map(|rank| (rank.clone(), Value::from(position + 1)));
                Ok(Value::Object(rank.chain(object(row)?).collect()))
            });
            Value::Array(objects.collect::<Result<_>>()?)
        }
        (Shape::Columns, _) => {
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
        (Shape::Grid { form, zero }, _) => {
            let axis = axis.ok_or_else(|| anyhow!("a grid needs a period for its axis"))?;
            grid(form, zero, axis, columns, &table)?
        }
    };
    Ok((value, orders))
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
