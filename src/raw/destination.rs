//! Which of our parks ThemeParks.wiki means: by the id kept, else by name.

use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::key::Uuid;
use crate::model::name::{plain, telling_words};
use crate::model::park::WikiPark;
use anyhow::Result;
use mysql::params;
use std::collections::HashSet;

/// One of our parks, with the id it has at ThemeParks.wiki as far as we know.
struct Ours {
    park_id: u32,
    name: String,
    wiki_id: Option<Uuid>,
}

/// Ways in which names agree, the surest first.
const AGREEMENTS: [fn(&str, &WikiPark) -> bool; 3] =
    [same_name, same_with_resort, same_but_for_resort];

/// Gives each park its id at ThemeParks.wiki where exactly one name agrees, and a new one where the id it had
/// is gone. The result says so, one sentence each.
pub fn follow(db: &mut Db, listed: &[WikiPark], now: Instant) -> Result<Vec<String>> {
    db.transaction(|db| {
        let ids: HashSet<Uuid> = listed.iter().map(|park| park.id).collect();
        let mut ours = parks(db)?;
        let taken: HashSet<Uuid> = ours.iter().filter_map(|park| park.wiki_id).collect();
        ours.retain(|park| park.wiki_id.is_none_or(|id| !ids.contains(&id)));
        let mut free: Vec<&WikiPark> = listed
            .iter()
            .filter(|park| !taken.contains(&park.id))
            .collect();
        let mut remarks = Vec::new();
        for agrees in AGREEMENTS {
            for (park_id, wiki) in pairs(&ours, &free, agrees) {
                let wiki_id = wiki.id.to_string();
                let now = stamp(now);
                db.exec(
                    sql!("raw/parks.wiki.update.sql"),
                    params! { park_id, wiki_id, now },
                )?;
                let Some(at) = ours.iter().position(|park| park.park_id == park_id) else {
                    continue;
                };
                let park = ours.swap_remove(at);
                free.retain(|other| other.id != wiki.id);
                remarks.push(match park.wiki_id {
                    Some(old) => format!(
                        "park `{}` has the id `{}` at ThemeParks.wiki now, not `{old}`",
                        park.name, wiki.id
                    ),
                    None => format!(
                        "park `{}` is read at ThemeParks.wiki from now on, where it is `{}`",
                        park.name, wiki.name
                    ),
                });
            }
        }
        Ok(remarks)
    })
}

/// The pairs that agree, each of whom agrees with nobody else.
fn pairs<'a>(
    ours: &[Ours],
    free: &[&'a WikiPark],
    agrees: fn(&str, &WikiPark) -> bool,
) -> Vec<(u32, &'a WikiPark)> {
    let mut pairs = Vec::new();
    for wiki in free {
        let mut of_wiki = ours.iter().filter(|park| agrees(&park.name, wiki));
        if let (Some(park), None) = (of_wiki.next(), of_wiki.next())
            && free
                .iter()
                .filter(|other| agrees(&park.name, other))
                .count()
                == 1
        {
            pairs.push((park.park_id, *wiki));
        }
    }
    pairs
}

fn same_name(name: &str, wiki: &WikiPark) -> bool {
    plain(name) == plain(&wiki.name)
}

/// As `Disneyland Park Paris` is the Disneyland Park of Disneyland Paris.
fn same_with_resort(name: &str, wiki: &WikiPark) -> bool {
    let words = telling_words(&wiki.name);
    telling_words(name) == &words | &telling_words(&wiki.destination)
}

/// As `Animal Kingdom` is Disney's Animal Kingdom of Walt Disney World.
fn same_but_for_resort(name: &str, wiki: &WikiPark) -> bool {
    let resort = telling_words(&wiki.destination);
    let words = &telling_words(name) - &resort;
    !words.is_empty() && words == &telling_words(&wiki.name) - &resort
}

fn parks(db: &mut Db) -> Result<Vec<Ours>> {
    let rows: Vec<(u32, String, Option<String>)> =
        db.rows(sql!("raw/parks.wiki.select.sql"), ())?;
    let ours = |(park_id, name, wiki_id): (u32, String, Option<String>)| Ours {
        park_id,
        name,
        wiki_id: wiki_id.and_then(|id| id.parse().ok()),
    };
    Ok(rows.into_iter().map(ours).collect())
}
