//! The one door to MySQL and MariaDB: connect, query, transact.

pub mod partition;
pub mod settings;

use crate::model::Instant;
use anyhow::{Context, Result};
use chrono::NaiveDateTime;
use mysql::prelude::{FromRow, Queryable};
use mysql::{Conn, Params};

/// The text of `sql/$path`, embedded.
macro_rules! sql {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $path))
    };
}
pub(crate) use sql;

/// One connection. A job has one; what it reads and writes goes through here.
pub struct Db {
    conn: Conn,
}

impl Db {
    pub fn connect(url: &str) -> Result<Db> {
        let conn = Conn::new(url).context("could not connect to the database")?;
        Ok(Db { conn })
    }

    /// Runs a statement; the result is the number of rows the server says it touched.
    pub fn exec(&mut self, statement: &str, params: impl Into<Params>) -> Result<u64> {
        self.conn.exec_drop(statement, params)?;
        Ok(self.conn.affected_rows())
    }

    /// The number the last insert gave its row.
    pub fn last_id(&self) -> u64 {
        self.conn.last_insert_id()
    }

    /// All rows of a query.
    pub fn rows<T: FromRow>(
        &mut self,
        statement: &str,
        params: impl Into<Params>,
    ) -> Result<Vec<T>> {
        Ok(self.conn.exec(statement, params)?)
    }

    /// The first row of a query, if there is one.
    pub fn first<T: FromRow>(
        &mut self,
        statement: &str,
        params: impl Into<Params>,
    ) -> Result<Option<T>> {
        Ok(self.conn.exec_first(statement, params)?)
    }

    /// Inserts rows in batches of multi-row VALUES: `head` ends in `values`, each row follows as a tuple.
    pub fn insert_many(
        &mut self,
        head: &str,
        rows: impl IntoIterator<Item = Vec<mysql::Value>>,
    ) -> Result<()> {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let batch: Vec<_> = rows.by_ref().take(1_000).collect();
            let tuple = format!("({})", vec!["?"; batch[0].len()].join(", "));
            let statement = format!("{head} {}", vec![tuple; batch.len()].join(", "));
            let values: Vec<mysql::Value> = batch.into_iter().flatten().collect();
            self.conn.exec_drop(statement, values)?;
        }
        Ok(())
    }

    /// Runs `work` in one transaction: committed when it returns `Ok`, rolled back otherwise, and
    /// run again from the start where the server asks for that. `work` must be safe to repeat.
    pub fn transaction<T>(&mut self, mut work: impl FnMut(&mut Db) -> Result<T>) -> Result<T> {
        self.conn.query_drop("start transaction")?;
        match work(self) {
            Ok(value) => {
                self.conn.query_drop("commit")?;
                Ok(value)
            }
            Err(error) => {
                self.conn.query_drop("rollback").ok();
                Err(error)
            }
        }
    }
}

/// An instant as the tables hold it: UTC without a zone, whole seconds.
pub fn stamp(at: Instant) -> NaiveDateTime {
    at.naive_utc()
}
