//! Tables whose rows go by time, whatever their columns: counted, copied as text, put back, deleted.

use super::{Db, stamp};
use crate::model::Instant;
use anyhow::{Context, Result, bail};
use chrono::NaiveDateTime;
use mysql::{Row, Value, params};
use serde_json::Value as Json;

/// A table, the column that says when, and its primary key.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    pub time: &'static str,
    pub key: &'static str,
}

/// Rows of one delete: few enough that nobody waits long for their locks.
const BATCH_ROWS: u64 = 5_000;

impl Table {
    /// The columns that are stored; generated ones follow from these.
    pub fn columns(self, db: &mut Db) -> Result<Vec<String>> {
        let table = params! { "table" => self.name };
        db.rows(super::sql!("db/columns.of_table.select.sql"), table)
    }

    /// When the oldest row from `start` on is.
    pub fn oldest(self, db: &mut Db, start: Instant) -> Result<Option<Instant>> {
        let Table { name, time, .. } = self;
        let statement = format!("select min({time}) from {name} where {time} >= :start");
        let oldest: Option<Option<NaiveDateTime>> =
            db.first(&statement, params! { "start" => stamp(start) })?;
        Ok(oldest.flatten().map(|at| at.and_utc()))
    }

    pub fn count(self, db: &mut Db, start: Instant, end: Instant) -> Result<u64> {
        let Table { name, time, .. } = self;
        let statement =
            format!("select count(*) from {name} where {time} >= :start and {time} < :end");
        let span = params! { "start" => stamp(start), "end" => stamp(end) };
        Ok(db.first(&statement, span)?.unwrap_or(0))
    }

    /// These columns of the rows of a span, in the order of their key.
    pub fn rows(
        self,
        db: &mut Db,
        columns: &[String],
        start: Instant,
        end: Instant,
    ) -> Result<Vec<Vec<Json>>> {
        let Table { name, time, key } = self;
        let columns = quoted(columns);
        let statement = format!(
            "select {columns} from {name} where {time} >= :start and {time} < :end order by {key}"
        );
        let span = params! { "start" => stamp(start), "end" => stamp(end) };
        let rows: Vec<Row> = db.rows(&statement, span)?;
        rows.into_iter()
            .map(|row| row.unwrap().into_iter().map(json).collect())
            .collect()
    }

    /// Puts rows back as they were read. Belongs into a transaction.
    pub fn insert(self, db: &mut Db, columns: &[String], rows: Vec<Vec<Json>>) -> Result<u64> {
        let head = format!("insert into {} ({}) values", self.name, quoted(columns));
        let rows: Result<Vec<Vec<Value>>> = rows
            .into_iter()
            .map(|row| row.into_iter().map(value).collect())
            .collect();
        db.insert_many(&head, rows?)
    }

    /// Deletes the rows from before `end`, a batch at a time.
    pub fn delete_before(self, db: &mut Db, end: Instant) -> Result<u64> {
        let Table { name, time, key } = self;
        let statement =
            format!("delete from {name} where {time} < :end order by {key} limit {BATCH_ROWS}");
        let mut deleted = 0;
        loop {
            let batch = db.exec(&statement, params! { "end" => stamp(end) })?;
            deleted += batch;
            if batch < BATCH_ROWS {
                return Ok(deleted);
            }
        }
    }
}

fn quoted(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// A value as text or number, so that nothing of it is lost.
fn json(value: Value) -> Result<Json> {
    Ok(match value {
        Value::NULL => Json::Null,
        Value::Int(number) => number.into(),
        Value::UInt(number) => number.into(),
        Value::Bytes(bytes) => String::from_utf8(bytes)
            .context("a stored text is not UTF-8")?
            .into(),
        Value::Date(..) => value.as_sql(true).trim_matches('\'').into(),
        other => bail!("no table of ours holds `{}`", other.as_sql(true)),
    })
}

fn value(json: Json) -> Result<Value> {
    Ok(match json {
        Json::Null => Value::NULL,
        Json::String(text) => text.into(),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => number.into(),
            (_, Some(number)) => number.into(),
            _ => bail!("`{number}` is no whole number"),
        },
        other => bail!("`{other}` is no value of a row"),
    })
}
