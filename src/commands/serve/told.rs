//! What the database tells of jobs, stale periods and the shelf, read by the follower and kept while it is silent.

use crate::commands::status::{Run, Shelf, Stale, runs, shelf, stale};
use crate::db::Db;
use crate::model::Instant;
use anyhow::Result;

/// The facts that `hallctl status` judges by, as far as they are numbers.
pub struct Told {
    pub read_at: Instant,
    pub runs: Vec<Run>,
    pub stale: [Stale; 3],
    pub shelf: Shelf,
}

impl Told {
    pub fn read(db: &mut Db, now: Instant, wall: Instant) -> Result<Told> {
        Ok(Told {
            read_at: wall,
            runs: runs(db, wall)?,
            stale: stale(db, now)?,
            shelf: shelf(db, now)?,
        })
    }
}
