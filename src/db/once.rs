//! Queries that are prepared for one run, as those of views are.

use super::{Db, reads};
use anyhow::Result;
use mysql::prelude::{FromRow, Queryable};
use mysql::{Conn, Params, Row, Statement, Value};

impl Db {
    /// All rows of a query that is prepared for this once: MariaDB refuses some aggregates over derived tables the
    /// second time a prepared statement runs (error 1140 under ONLY_FULL_GROUP_BY).
    pub fn rows_once<T: FromRow>(
        &mut self,
        statement: &str,
        params: impl Into<Params>,
    ) -> Result<Vec<T>> {
        let params = params.into();
        self.once(statement, |conn, prepared| conn.exec(prepared, &params))
    }

    /// The same with the names of the columns, which also a table without rows has; nothing where it is larger than
    /// `most_bytes` as JSON.
    pub fn table_once(
        &mut self,
        statement: &str,
        params: impl Into<Params>,
        most_bytes: usize,
    ) -> Result<Option<(Vec<String>, Vec<Row>)>> {
        let params = params.into();
        self.once(statement, |conn, prepared| {
            let columns = prepared.columns();
            let names = columns.iter().map(|column| column.name_str().into_owned());
            let names: Vec<String> = names.collect();
            let rows = within(most_bytes, &names, conn.exec_iter(prepared, &params)?)?;
            Ok(rows.map(|rows| (names, rows)))
        })
    }

    fn once<T>(
        &mut self,
        statement: &str,
        ask: impl Fn(&mut Conn, &Statement) -> mysql::Result<T>,
    ) -> Result<T> {
        self.patiently(
            |_| reads(statement),
            |db| {
                db.on(statement, |conn| {
                    let prepared = conn.prep(statement)?;
                    let answer = ask(conn, &prepared);
                    conn.close(prepared)?;
                    answer
                })
            },
        )
    }
}

/// The rows of an answer, unless they come to more than `most_bytes` with the names of their columns.
fn within(
    most_bytes: usize,
    names: &[String],
    answer: impl Iterator<Item = mysql::Result<Row>>,
) -> mysql::Result<Option<Vec<Row>>> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    for row in answer {
        let row = row?;
        bytes += (0..row.len())
            .map(|at| size(&row, names, at))
            .sum::<usize>();
        if bytes > most_bytes {
            return Ok(None);
        }
        rows.push(row);
    }
    Ok(Some(rows))
}

/// About what `"name":value,` takes.
fn size(row: &Row, names: &[String], at: usize) -> usize {
    const NUMBER: usize = 8;
    let value = match row.as_ref(at) {
        Some(Value::Bytes(bytes)) => bytes.len(),
        _ => NUMBER,
    };
    names.get(at).map_or(0, String::len) + value + 4
}
