//! A connection made within a time, its session set, checked, and its server known.

use super::address::Address;
use super::fault::Fault;
use super::{Limits, sql};
use anyhow::{Result, ensure};
use mysql::Conn;
use mysql::prelude::Queryable;
use std::collections::HashMap;
use std::sync::mpsc;
use std::thread;

/// What answered: flavour and version decide the few statements that differ.
#[derive(Clone, Debug)]
pub struct Server {
    pub version: String,
    pub host: String,
    pub id: u64,
}

/// The oldest servers with everything our SQL uses.
const OLDEST_MARIADB: (u32, u32) = (10, 6);
const OLDEST_MYSQL: (u32, u32) = (8, 0);

/// Connects and prepares the session, on a thread of its own: the driver bounds a mute server by the
/// read timeout alone, which is longer than the longest statement. A thread left behind ends with it.
pub fn open(address: &Address, limits: Limits) -> Result<(Conn, Server)> {
    let (sender, receiver) = mpsc::channel();
    let theirs = address.clone();
    thread::spawn(move || sender.send(open_slowly(&theirs, limits)).ok());
    receiver.recv_timeout(limits.connect).unwrap_or_else(|_| {
        let said = format!("no answer within {} s", limits.connect.as_secs());
        Err(Fault::unreached(address, said).into())
    })
}

fn open_slowly(address: &Address, limits: Limits) -> Result<(Conn, Server)> {
    let fault = |error: mysql::Error| Fault::of_connecting(address, &error);
    let mut conn = Conn::new(address.opts(limits)).map_err(fault)?;
    let server = prepare(&mut conn, limits).map_err(|error| match error.downcast() {
        Ok(error) => fault(error).into(),
        Err(error) => error,
    })?;
    Ok((conn, server))
}

fn prepare(conn: &mut Conn, limits: Limits) -> Result<Server> {
    let row: Option<(String, String, u64)> = conn.query_first(sql!("db/server.read.sql"))?;
    let (version, host, id) = row.unwrap_or_default();
    let is_mariadb = version.contains("MariaDB");
    let oldest = if is_mariadb {
        OLDEST_MARIADB
    } else {
        OLDEST_MYSQL
    };
    ensure!(
        major_minor(&version) >= oldest,
        "the server is version `{version}`; hallctl needs MariaDB {}.{} or MySQL {}.{} or later",
        OLDEST_MARIADB.0,
        OLDEST_MARIADB.1,
        OLDEST_MYSQL.0,
        OLDEST_MYSQL.1,
    );
    conn.query_drop(sql!("db/session.set.sql"))?;
    conn.query_drop(sql!("db/session_isolation.set.sql"))?;
    if is_mariadb {
        let seconds = limits.statement.as_secs_f64();
        conn.exec_drop(sql!("db/statement_seconds.set.sql"), (seconds,))?;
    } else {
        let milliseconds = u64::try_from(limits.statement.as_millis()).unwrap_or(0);
        conn.exec_drop(sql!("db/statement_milliseconds.set.sql"), (milliseconds,))?;
    }
    check(conn)?;
    Ok(Server { version, host, id })
}

/// A proxy or an init_connect of the server can undo what was set, so it is read back.
fn check(conn: &mut Conn) -> Result<()> {
    let rows: Vec<(String, String)> = conn.query(sql!("db/session.read.sql"))?;
    let session: HashMap<String, String> = rows.into_iter().collect();
    let value = |name: &str| session.get(name).map_or("", String::as_str);
    let isolation = match value("transaction_isolation") {
        "" => value("tx_isolation"),
        isolation => isolation,
    };
    let modes: Vec<&str> = value("sql_mode").split(',').collect();
    let fits = [
        ("time_zone", value("time_zone") == "+00:00"),
        ("transaction_isolation", isolation == "READ-COMMITTED"),
        (
            "character_set_client",
            value("character_set_client") == "utf8mb4",
        ),
        (
            "character_set_connection",
            value("character_set_connection") == "utf8mb4",
        ),
        (
            "sql_mode",
            ["STRICT_TRANS_TABLES", "ONLY_FULL_GROUP_BY"]
                .iter()
                .all(|mode| modes.contains(mode)),
        ),
    ];
    for (name, fit) in fits {
        ensure!(
            fit,
            "the server did not keep the session's `{name}` (it is `{}`); look for a proxy that changes it",
            if name == "transaction_isolation" {
                isolation
            } else {
                value(name)
            }
        );
    }
    Ok(())
}

/// `10.11.19-MariaDB` → (10, 11); the prefix some proxies put before a MariaDB version is passed over.
fn major_minor(version: &str) -> (u32, u32) {
    let mut parts = version.trim_start_matches("5.5.5-").split(['.', '-']);
    let mut next = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
    (next(), next())
}
