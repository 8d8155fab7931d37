//! Two rows of one ride, which two feeds named differently, made one from now on.

use super::park;
use super::roster::Ride;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use anyhow::Result;
use mysql::params;

/// Lets `keep` be known by the ids of `other` too, which from now on is no ride of its own. Stored rows stay as
/// they are. Holds the park, so that no poll comes in between; belongs into a transaction.
pub fn join(db: &mut Db, keep: &Ride, other: &Ride, now: Instant) -> Result<()> {
    park::lock_by_id(db, keep.park_id)?;
    let (keep_id, other_id, now) = (keep.ride_id, other.ride_id, stamp(now));
    let both = params! { keep_id, other_id };
    db.exec(sql!("raw/rides.joined.update.sql"), both)?;
    let gone = params! { keep_id, other_id, now };
    db.exec(sql!("raw/rides.join.update.sql"), gone)?;
    let kept = params! {
        "ride_id" => keep_id,
        "queue_times_id" => keep.queue_times_id.or(other.queue_times_id),
        "wiki_id" => keep.wiki_id.as_ref().or(other.wiki_id.as_ref()),
        "tier" => keep.tier.or(other.tier),
        now,
    };
    db.exec(sql!("raw/rides.known.update.sql"), kept)?;
    Ok(())
}
