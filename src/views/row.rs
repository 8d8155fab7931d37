//! Rows as the server sends them and as they leave: exact values, and the tags that say how each is written.

use super::exact::Exact;
use anyhow::{Context, Result, anyhow, bail};
use chrono::NaiveDate;
use mysql::consts::ColumnType;
use mysql::{Row, Value as Sql};
use serde_json::Value;
use std::cmp::Ordering;

/// One value of a row, exact.
#[derive(Clone, Debug)]
pub enum Cell {
    Null,
    Number(Exact),
    Text(String),
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
    Hidden,
}

pub fn column(alias: &str) -> Result<Column> {
    let (name, tag) = alias.split_once(": ").unwrap_or((alias, ""));
    let tag = match tag {
        "" => Tag::Plain,
        "bool" => Tag::Bool,
        "num0" => Tag::Rounded(0),
        "num1" => Tag::Rounded(1),
        "num2" => Tag::Rounded(2),
        "instant" => Tag::Instant,
        "hidden" => Tag::Hidden,
        _ => bail!(
            "unknown tag in `{alias}`; known are `bool`, `num0`, `num1`, `num2`, `instant`, `hidden`"
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
            Sql::Date(year, month, day, ..) if is_date => {
                Ok(Cell::Text(format!("{year:04}-{month:02}-{day:02}")))
            }
            Sql::Date(year, month, day, hour, minute, second, micros) => {
                let time = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).and_then(
                    |date| {
                        date.and_hms_micro_opt(hour.into(), minute.into(), second.into(), micros)
                    },
                );
                // The zone is said, or a browser would read its own into it.
                time.map(|time| Cell::Text(time.format("%Y-%m-%dT%H:%M:%SZ").to_string()))
                    .ok_or_else(|| {
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
        (Tag::Plain | Tag::Instant, Cell::Text(text)) => Ok(Value::String(text.clone())),
        _ => bail!(
            "column `{}` does not fit its tag; say how it is rounded: `num0`, `num1` or `num2`",
            column.name
        ),
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
            (Cell::Number(_), Cell::Text(_)) => Ordering::Less,
            (Cell::Text(_), Cell::Number(_)) => Ordering::Greater,
        };
        if *falls { order.reverse() } else { order }
    });
    columns.fold(Ordering::Equal, Ordering::then)
}
