//! The one door to MySQL and MariaDB: connect, query, transact.

mod address;
mod backoff;
mod fault;
pub mod migrate;
mod migrations;
mod once;
pub mod partition;
pub mod process;
pub mod restored;
pub mod server;
mod server_files;
pub mod server_process;
mod session;
pub mod settings;
pub mod table;
mod value;

pub use address::{Address, Client};
pub use backoff::random;
pub use fault::code;
pub use server_process::Throwaway;
pub use value::text;

use crate::model::Instant;
use anyhow::{Result, bail, ensure};
use backoff::Backoff;
use chrono::NaiveDateTime;
use fault::{Fault, Kind};
use mysql::prelude::{FromRow, Queryable};
use mysql::{Conn, Params, Value};
use std::time::Duration;

/// The text of `sql/$path`, embedded.
macro_rules! sql {
    ($($path:literal),+) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $($path),+))
    };
}
pub(crate) use sql;

/// One connection. A job has one; what it reads and writes goes through here. A connection that
/// broke is never used again: the next statement outside a transaction makes a new one.
pub struct Db {
    address: Address,
    limits: Limits,
    server: session::Server,
    conn: Option<Conn>,
    transaction: Transaction,
    /// Inside a snapshot.
    only_reads: bool,
}

/// How long each thing may take, so that nothing waits for ever.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first packet until the session is handed over.
    pub connect: Duration,
    /// One statement, ended by the server; zero is no limit.
    pub statement: Duration,
    /// How long a passing fault (deadlock, failover, lost connection) is tried again.
    pub patience: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transaction {
    None,
    Open,
    /// A passing fault ended it on the server; only running it again from the start is right.
    Doomed,
}

/// Rows of one multi-row insert: about where more rows a statement gain nothing on either engine.
const BATCH_ROWS: usize = 1_000;

/// Placeholders of one prepared statement, as the protocol counts them.
const BATCH_VALUES: usize = 65_535;

/// Sessions read what is committed at each statement; these let one transaction read as of its beginning.
const SNAPSHOT: [&str; 2] = [
    "set transaction isolation level repeatable read",
    "start transaction with consistent snapshot, read only",
];

impl Limits {
    /// A cron job: patient enough for a failover, done before the next one starts.
    pub const JOB: Limits = Limits {
        connect: Duration::from_secs(5),
        statement: Duration::from_secs(120),
        patience: Duration::from_secs(30),
    };

    /// Someone is waiting for the answer.
    pub const QUICK: Limits = Limits {
        connect: Duration::from_secs(2),
        statement: Duration::from_secs(2),
        patience: Duration::ZERO,
    };

    /// Changing a large table takes as long as it takes. No patience: a new connection would not hold
    /// the lock of the old one.
    pub const MIGRATION: Limits = Limits {
        connect: Duration::from_secs(5),
        statement: Duration::ZERO,
        patience: Duration::ZERO,
    };

    /// The client waits longer than the server lets a statement run, so the server speaks first.
    fn read(self) -> Duration {
        const MARGIN: Duration = Duration::from_secs(5); // A busy server ends a statement late.
        const LONGEST: Duration = Duration::from_secs(24 * 3600);
        match self.statement {
            Duration::ZERO => LONGEST,
            statement => statement + MARGIN.min(statement / 4),
        }
    }
}

impl Db {
    pub fn connect_within(address: &Address, limits: Limits) -> Result<Db> {
        // A first connection is mostly refused for good; a server just starting deserves a moment.
        let mut backoff = Backoff::within(limits.connect.min(Duration::from_secs(3)));
        let (conn, server) = loop {
            match session::open(address, limits) {
                Err(error) if is_passing(&error) && backoff.pause(&error) => {}
                opened => break opened?,
            }
        };
        Ok(Db {
            address: address.clone(),
            limits,
            server,
            conn: Some(conn),
            transaction: Transaction::None,
            only_reads: false,
        })
    }

    /// Runs a statement; the result is the number of rows it found or wrote (an upsert counts 1 or 2).
    /// Outside a transaction it is sent again only where it surely had no effect.
    pub fn exec(&mut self, statement: &str, params: impl Into<Params>) -> Result<u64> {
        self.exec_then(statement, params, Conn::affected_rows)
    }

    /// Runs an insert of one row; the result is its auto-increment id.
    pub fn insert(&mut self, statement: &str, params: impl Into<Params>) -> Result<u64> {
        self.exec_then(statement, params, Conn::last_insert_id)
    }

    /// All rows of a query. Outside a transaction a read is sent again after a lost connection.
    pub fn rows<T: FromRow>(
        &mut self,
        statement: &str,
        params: impl Into<Params>,
    ) -> Result<Vec<T>> {
        let params = params.into();
        let only_reads = reads(statement);
        self.patiently(
            |kind| only_reads || kind != Kind::Lost,
            |db| db.on(statement, |conn| conn.exec(statement, &params)),
        )
    }

    /// The first row of a query, if there is one.
    pub fn first<T: FromRow>(
        &mut self,
        statement: &str,
        params: impl Into<Params>,
    ) -> Result<Option<T>> {
        Ok(self.rows(statement, params)?.into_iter().next())
    }

    /// Appends `rows` as tuples to `head` (`insert into t (a, b) values`), many a statement, and
    /// returns how many there were. Several statements are one write only inside a transaction.
    pub fn insert_many(
        &mut self,
        head: &str,
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64> {
        ensure!(
            self.transaction == Transaction::Open,
            "many rows are inserted inside a transaction only"
        );
        let mut rows = rows.into_iter().peekable();
        let mut count = 0;
        while let Some(columns) = rows.peek().map(Vec::len) {
            let size = BATCH_ROWS.min(BATCH_VALUES / columns.max(1));
            let batch: Vec<Vec<Value>> = rows.by_ref().take(size).collect();
            let tuple = format!("({})", vec!["?"; columns].join(","));
            let statement = format!("{head} {}", vec![tuple.as_str(); batch.len()].join(","));
            count += batch.len() as u64;
            let values: Vec<Value> = batch.into_iter().flatten().collect();
            self.exec(&statement, values)?;
        }
        Ok(count)
    }

    /// Runs `work` in one transaction: committed when it returns `Ok`, rolled back otherwise, and run
    /// again from the start after a deadlock, a failover or a lost connection. `work` must be safe to
    /// repeat, also when it was committed and only the answer was lost.
    pub fn transaction<T>(&mut self, mut work: impl FnMut(&mut Db) -> Result<T>) -> Result<T> {
        ensure!(
            self.transaction == Transaction::None,
            "a transaction cannot begin inside another"
        );
        self.patiently(|_| true, |db| db.attempt(&["start transaction"], &mut work))
    }

    /// Runs `work`, which only reads, on one state of the data: all it finds was true at one moment.
    pub fn snapshot<T>(&mut self, mut work: impl FnMut(&mut Db) -> Result<T>) -> Result<T> {
        ensure!(
            self.transaction == Transaction::None,
            "a snapshot cannot begin inside a transaction"
        );
        self.only_reads = true;
        let result = self.patiently(|_| true, |db| db.attempt(&SNAPSHOT, &mut work));
        self.only_reads = false;
        result
    }

    /// Whether statements can still be sent: outside a transaction always, inside until a fault ends it.
    pub fn is_sound(&self) -> bool {
        self.transaction == Transaction::None
            || (self.transaction == Transaction::Open && self.conn.is_some())
    }

    /// Whether there was a connection when last something was asked.
    pub fn is_connected(&self) -> bool {
        self.conn.is_some()
    }

    /// What answers here, for `status`; no secret in it.
    pub fn place(&self) -> Place {
        Place {
            server: self.address.server(),
            version: self.server.version.clone(),
            host: self.server.host.clone(),
            server_id: self.server.id,
            database: self.address.database().to_owned(),
        }
    }

    fn exec_then<T>(
        &mut self,
        statement: &str,
        params: impl Into<Params>,
        answer: impl Fn(&Conn) -> T,
    ) -> Result<T> {
        let params = params.into();
        self.patiently(
            |kind| kind != Kind::Lost,
            |db| {
                db.on(statement, |conn| {
                    conn.exec_drop(statement, &params)?;
                    Ok(answer(conn))
                })
            },
        )
    }

    fn attempt<T>(
        &mut self,
        opening: &[&'static str],
        work: &mut impl FnMut(&mut Db) -> Result<T>,
    ) -> Result<T> {
        opening
            .iter()
            .try_for_each(|statement| self.on_text(statement))?;
        self.transaction = Transaction::Open;
        let result = work(self).and_then(|value| {
            ensure!(
                self.transaction == Transaction::Open,
                "a statement failed inside the transaction and its error was passed over"
            );
            self.on_text("commit").map(|()| value)
        });
        self.transaction = Transaction::None;
        // A connection that cannot roll back is dropped, which rolls back too.
        if result.is_err() && self.conn.is_some() && self.on_text("rollback").is_err() {
            self.conn = None;
        }
        result
    }

    /// Tries again, outside a transaction, what failed with a passing fault and `may_repeat`.
    fn patiently<T>(
        &mut self,
        may_repeat: impl Fn(Kind) -> bool,
        mut attempt: impl FnMut(&mut Db) -> Result<T>,
    ) -> Result<T> {
        let mut backoff = Backoff::within(self.limits.patience);
        loop {
            match attempt(self) {
                Err(error)
                    if self.transaction == Transaction::None
                        && Fault::within(&error)
                            .is_some_and(|fault| fault.is_passing() && may_repeat(fault.kind))
                        && backoff.pause(&error) => {}
                result => return result,
            }
        }
    }

    /// Statements of the transaction itself, which not every server can prepare.
    fn on_text(&mut self, statement: &'static str) -> Result<()> {
        self.on(statement, |conn| conn.query_drop(statement))
    }

    /// One statement on a sound connection, which is given up when the answer broke.
    fn on<T>(
        &mut self,
        statement: &str,
        ask: impl FnOnce(&mut Conn) -> mysql::Result<T>,
    ) -> Result<T> {
        let error = match ask(self.conn()?) {
            Ok(value) => return Ok(value),
            Err(error) => Fault::of_statement(statement, &error),
        };
        let error = match self.only_reads {
            true => error.of_reading(),
            false => error,
        };
        if error.spoils_the_connection() {
            self.conn = None;
        }
        if error.is_passing() && self.transaction == Transaction::Open {
            self.transaction = Transaction::Doomed;
        }
        Err(error.into())
    }

    fn conn(&mut self) -> Result<&mut Conn> {
        if self.transaction == Transaction::Doomed {
            bail!("the transaction has already failed and can only be run again from its start");
        }
        if self.conn.is_none() {
            let (conn, server) = session::open(&self.address, self.limits)?;
            self.server = server;
            self.conn = Some(conn);
        }
        self.conn
            .as_mut()
            .ok_or_else(|| anyhow::anyhow!("the connection is gone"))
    }
}

/// What answers at the door.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Place {
    /// Host and port, or socket, as the URL has it.
    pub server: String,
    pub version: String,
    /// Name and id the server gives itself.
    pub host: String,
    pub server_id: u64,
    pub database: String,
}

/// An instant as the tables hold it: UTC without a zone, whole seconds.
pub fn stamp(at: Instant) -> NaiveDateTime {
    at.naive_utc()
}

/// Whether trying again later may help.
pub fn is_passing(error: &anyhow::Error) -> bool {
    Fault::within(error).is_some_and(Fault::is_passing)
}

/// Whether a statement only reads, so that sending it twice does no harm.
fn reads(statement: &str) -> bool {
    statement
        .lines()
        .find(|line| !line.trim_start().starts_with("--") && !line.trim().is_empty())
        .and_then(|line| line.split_whitespace().next())
        .is_some_and(|verb| ["select", "with", "show"].contains(&verb.to_lowercase().as_str()))
}
