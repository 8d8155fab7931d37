//! Rows as the server sends them and as they leave: exact values, and the tags that say how each is written.

use super::axis::{At, day_label, hour_label, minute_label};
use super::exact::Exact;
use anyhow::{Context, Result, anyhow, bail};
use chrono::NaiveDate;
use mysql::consts::ColumnType;
use mysql::{Row, Value as Sql};
use serde_json::Value;
use std::cmp::Ordering;

/// One value of a row, exact.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Number(Exact),
    Text(String),
    At(At),
}

/// How a column leaves: its name and the tag of its alias, as in `as "shame_score: num1"`.
pub struct Column {
    pub name: String,
    pub tag: Tag,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Plain,
    Bool,
    Rounded(u32),
    Instant,
    /// The hour, the minute or the day in Los Angeles, as charts write it.
    HourLabel,
    MinuteLabel,
    DayLabel,
    /// JSON text that stands in the answer as what it is.
    Json,
    Hidden,
    /// Where the row of a grid lies on the axis, and what stands there.
    Axis,
    Cell(Option<u32>),
}

pub fn column(alias: &str) -> Result<Column> {
    let (name, tag) = alias.split_once(": ").unwrap_or((alias, ""));
    let tag = match tag {
        "" => Tag::Plain,
        "bool" => Tag::Bool,
        "num0" => Tag::Rounded(0),
        "num1" => Tag::Rounded(1),
        "num2" => Tag::Rounded(2),
        "num4" => Tag::Rounded(4),
        "instant" => Tag::Instant,
        "hour_label" => Tag::HourLabel,
        "minute_label" => Tag::MinuteLabel,
        "day_label" => Tag::DayLabel,
        "json" => Tag::Json,
        "hidden" => Tag::Hidden,
        "axis" => Tag::Axis,
        "cell" => Tag::Cell(None),
        "cell0" => Tag::Cell(Some(0)),
        "cell1" => Tag::Cell(Some(1)),
        "cell2" => Tag::Cell(Some(2)),
        _ => bail!(
            "unknown tag in `{alias}`; known are `bool`, `num0`, `num1`, `num2`, `num4`, `instant`, `hour_label`, `minute_label`, `day_label`, `json`, `hidden`, and in a grid `axis`, `cell`, `cell0`, `cell1`, `cell2`"
        ),
    };
    Ok(Column {
        name: name.to_owned(),
        tag,
    })
}

/// A row as exact values. A float would already have lost digits, so a statement may not return one.
pub fn cells(row: Row) -> Result<Vec<Cell>> {
    let columns = row.columns();
    let cell = |(value, column): (Sql, &mysql::Column)| {
        let is_decimal = matches!(
            column.column_type(),
            ColumnType::MYSQL_TYPE_NEWDECIMAL | ColumnType::MYSQL_TYPE_DECIMAL
        );
        let is_date = column.column_type() == ColumnType::MYSQL_TYPE_DATE;
        match value {
            Sql::NULL => Ok(Cell::Null),
            Sql::Int(number) => Ok(Cell::Number(number.into())),
            Sql::UInt(number) => Ok(Cell::Number(number.into())),
            Sql::Date(year, month, day, hour, minute, second, micros) => {
                let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
                let time = date.and_then(|date| {
                    date.and_hms_micro_opt(hour.into(), minute.into(), second.into(), micros)
                });
                let at = match is_date {
                    true => date.map(At::Date),
                    false => time.map(|time| At::Time(time.and_utc())),
                };
                at.map(Cell::At).ok_or_else(|| {
                    anyhow!(
                        "column `{}` holds a time that does not exist",
                        column.name_str()
                    )
                })
            }
            Sql::Bytes(bytes) => {
                let text = String::from_utf8(bytes).context("text that is not UTF-8")?;
                match is_decimal.then(|| Exact::parse(&text)) {
                    Some(Some(exact)) => Ok(Cell::Number(exact)),
                    Some(None) => bail!(
                        "column `{}` holds `{text}`, a decimal too long",
                        column.name_str()
                    ),
                    None => Ok(Cell::Text(text)),
                }
            }
            _ => bail!(
                "column `{}` is a float or a time of day; cast it to decimal",
                column.name_str()
            ),
        }
    };
    row.unwrap()
        .into_iter()
        .zip(columns.iter())
        .map(cell)
        .collect()
}

pub fn json(column: &Column, cell: &Cell) -> Result<Value> {
    match (column.tag, cell) {
        (_, Cell::Null) => Ok(Value::Null),
        (Tag::Bool, Cell::Number(number)) => Ok(Value::Bool(*number != Exact::from(0_i64))),
        (Tag::Rounded(places), Cell::Number(number)) => Ok(number.round(places).json()),
        (Tag::Plain, Cell::Number(number)) if number.is_whole() => Ok(number.json()),
        (Tag::Plain, Cell::Text(text)) => Ok(Value::String(text.clone())),
        (Tag::Plain | Tag::Instant, Cell::At(at)) => Ok(Value::String(written(*at))),
        (Tag::HourLabel, Cell::At(At::Time(time))) => Ok(hour_label(*time).into()),
        (Tag::MinuteLabel, Cell::At(At::Time(time))) => Ok(minute_label(*time).into()),
        (Tag::DayLabel, Cell::At(At::Date(date))) => Ok(day_label(*date).into()),
        (Tag::Cell(Some(places)), Cell::Number(number)) => Ok(number.round(places).json()),
        (Tag::Cell(None), Cell::Number(number)) if number.is_whole() => Ok(number.json()),
        (Tag::Json, Cell::Text(text)) => serde_json::from_str(text)
            .with_context(|| format!("column `{}` is no JSON", column.name)),
        (Tag::Plain | Tag::Cell(None), Cell::Number(_)) => bail!(
            "column `{}` is a decimal; say how it is rounded: `num0`, `num1`, `num2` or `num4`, in a grid `cell0` to `cell2`",
            column.name
        ),
        (_, cell) => bail!(
            "column `{}` is {}, which its tag does not take",
            column.name,
            match cell {
                Cell::Null => "null",
                Cell::Number(_) => "a number",
                Cell::Text(_) => "text",
                Cell::At(At::Date(_)) => "a date",
                Cell::At(At::Time(_)) => "a date with a time",
            }
        ),
    }
}

/// A day, or a time with its zone said, or a browser would read its own into it.
pub fn written(at: At) -> String {
    match at {
        At::Date(date) => date.to_string(),
        At::Time(time) => time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}

/// Column by column; null comes last whichever way a column runs.
pub fn compare(by: &[(usize, bool)], left: &[Cell], right: &[Cell]) -> Ordering {
    let columns = by.iter().map(|(at, falls)| {
        let order = match (&left[*at], &right[*at]) {
            (Cell::Null, Cell::Null) => Ordering::Equal,
            (Cell::Null, _) => return Ordering::Greater,
            (_, Cell::Null) => return Ordering::Less,
            (Cell::Number(left), Cell::Number(right)) => left.cmp(right),
            (Cell::Text(left), Cell::Text(right)) => left.cmp(right),
            (Cell::At(left), Cell::At(right)) => left.cmp(right),
            // A column has one type.
            _ => Ordering::Equal,
        };
        if *falls { order.reverse() } else { order }
    });
    columns.fold(Ordering::Equal, Ordering::then)
}
