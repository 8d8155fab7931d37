//! By which numbers parks and rides are known, so that rows from elsewhere find their own.

use crate::db::{Db, sql};
use anyhow::Result;
use std::collections::HashMap;

/// A park or a ride: our number, that of Queue-Times, the id of ThemeParks.wiki.
pub type Identity = (u32, Option<u32>, Option<String>);

/// All parks, or all rides.
#[derive(Default)]
pub struct Identities(HashMap<u32, Identity>);

/// All parks and all rides.
pub fn identities(db: &mut Db) -> Result<[Identities; 2]> {
    Ok([
        Identities::of(db.rows(sql!("raw/parks.ids.select.sql"), ())?),
        Identities::of(db.rows(sql!("raw/rides.ids.select.sql"), ())?),
    ])
}

impl Identities {
    fn of(all: Vec<Identity>) -> Identities {
        Identities(all.into_iter().map(|known| (known.0, known)).collect())
    }

    pub fn get(&self, id: u32) -> Option<&Identity> {
        self.0.get(&id)
    }

    /// Our number of what a feed knows by the same id. What no feed knows goes by our number alone.
    pub fn find(&self, other: &Identity) -> Option<u32> {
        let (id, queue_times_id, wiki_id) = other;
        let is_same = |known: &Identity| match (queue_times_id, wiki_id) {
            (None, None) => known.0 == *id,
            _ => {
                (queue_times_id.is_some() && known.1 == *queue_times_id)
                    || (wiki_id.is_some() && known.2 == *wiki_id)
            }
        };
        let here = self.get(*id).filter(|known| is_same(known));
        // Two rides that were joined share an id, and one of them has just those that are asked for.
        let is_just_that = |known: &Identity| (&known.1, &known.2) == (queue_times_id, wiki_id);
        let all = || self.0.values().filter(|known| is_same(known));
        let found = here.or_else(|| all().min_by_key(|known| (!is_just_that(known), known.0)));
        found.map(|known| known.0)
    }
}
