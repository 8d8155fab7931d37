//! Bringing a database to the schema of this program: one statement at a time, safe to run at once
//! from several places and to kill at any moment.

use super::migrations::{MIGRATIONS, Migration};
use super::{Address, Db, Limits, code, random, sql};
use anyhow::{Context, Result, bail, ensure};
use mysql::params;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::thread;
use std::time::Duration;

/// Seconds to wait for other migrating processes: none of our statements on empty tables takes one.
const LOCK_SECONDS: u64 = 600;

/// Seconds after which a statement begun on another node of a cluster counts as abandoned.
const ABANDONED_SECONDS: i64 = 600;

/// What is left to do, oldest first, and whether a process before us had begun it.
#[derive(Clone, Debug)]
pub struct Step {
    pub migration: Migration,
    begun: Option<Begun>,
}

#[derive(Clone, Debug)]
struct Begun {
    owner: String,
    seconds: i64,
}

/// What is already there when a statement runs a second time: table, column, key, constraint.
const ALREADY_DONE: [u16; 7] = [1050, 1051, 1060, 1061, 1091, 1826, 3822];

const NO_SUCH_TABLE: u16 = 1146;
pub const NO_SUCH_DATABASE: u16 = 1049;
const DUPLICATE_KEY: u16 = 1062;
const DEADLOCK: u16 = 1213; // How a cluster says that another node's row came first.

/// Connects for migrating, making the database where it is missing.
pub fn connect(address: &Address) -> Result<Db> {
    match Db::connect_within(address, Limits::MIGRATION) {
        Err(error) if code(&error) == Some(NO_SUCH_DATABASE) => {
            create_database(address)?;
            Db::connect_within(address, Limits::MIGRATION)
        }
        connected => connected,
    }
}

/// What migrating would do; a database that is missing is not made.
pub fn dry_run(address: &Address) -> Result<Vec<Step>> {
    match Db::connect_within(address, Limits::MIGRATION) {
        Err(error) if code(&error) == Some(NO_SUCH_DATABASE) => Ok(MIGRATIONS
            .iter()
            .map(|&migration| Step {
                migration,
                begun: None,
            })
            .collect()),
        connected => plan(&mut connected?),
    }
}

/// The steps that are left; refused where the schema is newer than this program or not as it wrote it.
pub fn plan(db: &mut Db) -> Result<Vec<Step>> {
    type Row = (u16, String, String, String, String, i64);
    let rows: Vec<Row> = match db.rows(sql!("db/schema_migrations.read.sql"), ()) {
        Err(error) if code(&error) == Some(NO_SUCH_TABLE) => Vec::new(),
        rows => rows?,
    };
    let mut rows: HashMap<u16, Row> = rows.into_iter().map(|row| (row.0, row)).collect();
    let mut steps = Vec::new();
    for &migration in MIGRATIONS {
        let begun = match rows.remove(&migration.number()) {
            None => None,
            Some((_, name, checksum, state, owner, seconds)) => {
                ensure!(
                    name == migration.name(),
                    "migration `{}` is not the one this database ran, `{name}`; use the hallctl that ran it",
                    migration.name(),
                );
                ensure!(
                    checksum == migration.checksum(),
                    "the text of migration `{name}` differs from what was applied here; use the hallctl that ran it",
                );
                if state == "applied" {
                    continue;
                }
                Some(Begun { owner, seconds })
            }
        };
        steps.push(Step { migration, begun });
    }
    if let Some(newest) = rows.values().max_by_key(|row| row.0) {
        bail!(
            "the schema is at `{}`, newer than this hallctl, which ends at `{}`; install the newer hallctl",
            newest.1,
            MIGRATIONS.last().map_or("", |migration| migration.name()),
        );
    }
    Ok(steps)
}

/// Refuses to work on a schema that is not this program's.
pub fn check(db: &mut Db) -> Result<()> {
    let steps = plan(db)?;
    ensure!(
        steps.is_empty(),
        "the schema of `{}` lacks {} of {} migrations; run `hallctl migrate`",
        db.address.database(),
        steps.len(),
        MIGRATIONS.len(),
    );
    Ok(())
}

/// Applies every step that is left, calling `done` after each, and returns how many it applied.
pub fn apply(db: &mut Db, mut done: impl FnMut(&Migration)) -> Result<usize> {
    // Locks of a server have short names and no database of their own.
    let lock = format!("hallctl {}", &sha256(db.address.database())[..32]);
    let locked: Option<Option<i64>> = db.first(
        sql!("db/migration_lock.take.sql"),
        params! { "name" => &lock, "seconds" => LOCK_SECONDS },
    )?;
    ensure!(
        locked.flatten() == Some(1),
        "another hallctl has been migrating `{}` for {LOCK_SECONDS} s; look for it with `show processlist`",
        db.address.database(),
    );
    // On a complete schema nothing is made, so that a user without the right to may ask.
    if !plan(db)?.is_empty() {
        db.exec(sql!("db/schema_migrations.create.sql"), ())?;
    }
    let owner = format!("{:016x}{:016x}", random(), random());
    let mut applied = 0;
    // Planned anew after every step: on a cluster another node may be at work at the same time.
    while let Some(step) = plan(db)?.first() {
        if !claim(db, step, &owner)? {
            thread::sleep(Duration::from_millis(500));
            continue;
        }
        run(db, step, &owner)?;
        done(&step.migration);
        applied += 1;
    }
    db.rows::<mysql::Row>(
        sql!("db/migration_lock.release.sql"),
        params! { "name" => lock },
    )?;
    Ok(applied)
}

/// Puts our name on a step; false where another node is at work on it.
fn claim(db: &mut Db, step: &Step, owner: &str) -> Result<bool> {
    let number = step.migration.number();
    let Some(begun) = &step.begun else {
        let begin = params! {
            "number" => number,
            "name" => step.migration.name(),
            "checksum" => step.migration.checksum(),
            "owner" => owner,
        };
        return match db.exec(sql!("db/schema_migrations.begin.sql"), begin) {
            Err(error) if matches!(code(&error), Some(DUPLICATE_KEY | DEADLOCK)) => Ok(false),
            claimed => claimed.map(|_| true),
        };
    };
    // We hold the lock of this server, so whoever began here is dead; on a cluster it may be elsewhere.
    let elsewhere = !db
        .rows::<mysql::Row>(sql!("db/cluster.read.sql"), ())?
        .is_empty();
    if elsewhere && begun.seconds < ABANDONED_SECONDS {
        return Ok(false);
    }
    let take = params! { "number" => number, "owner" => owner, "previous" => &begun.owner };
    Ok(db.exec(sql!("db/schema_migrations.take.sql"), take)? == 1)
}

fn run(db: &mut Db, step: &Step, owner: &str) -> Result<()> {
    let migration = step.migration;
    let number = migration.number();
    if let Err(error) = db.exec(migration.statement, ()) {
        let refusal = code(&error);
        let was_done =
            step.begun.is_some() && refusal.is_some_and(|code| ALREADY_DONE.contains(&code));
        if !was_done {
            if refusal.is_some() && step.begun.is_none() {
                let undo = params! { "number" => number, "owner" => owner };
                db.exec(sql!("db/schema_migrations.undo.sql"), undo)?;
            }
            return Err(error)
                .with_context(|| format!("could not apply migration `{}`", migration.name()));
        }
    }
    db.exec(
        sql!("db/schema_migrations.end.sql"),
        params! { "number" => number },
    )?;
    Ok(())
}

fn create_database(address: &Address) -> Result<()> {
    let name = address.database().replace('`', "``");
    let mut db = Db::connect_within(&address.without_database(), Limits::MIGRATION)?;
    // A name cannot be a parameter, so this statement is built here, its name quoted.
    db.exec(
        &format!("create database if not exists `{name}` default character set utf8mb4"),
        (),
    )
    .with_context(|| {
        format!(
            "database `{}` does not exist and could not be created; ask its administrator for it",
            address.database()
        )
    })?;
    Ok(())
}

impl Migration {
    fn checksum(&self) -> String {
        sha256(self.statement)
    }
}

/// SHA-256 in hexadecimal digits.
fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
