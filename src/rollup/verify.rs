//! Checking a period: summed anew from the level below and compared, column by column, without writing.

use super::ledger;
use super::span::Span;
use crate::db::{Db, text};
use crate::model::Instant;
use crate::model::count::count;
use anyhow::{Context, Result};
use mysql::Row;
use serde::Serialize;

/// A value that is not what it sums.
#[derive(Serialize)]
pub struct Difference {
    /// `park` or `ride`.
    pub entity: &'static str,
    pub id: String,
    pub column: String,
    /// `None` is NULL; of the column `row`, no row at all.
    pub stored: Option<String>,
    pub summed: Option<String>,
}

/// Where the rows of one park or ride differ: as stored, as summed, or both.
#[derive(Default)]
struct Sides {
    id: String,
    stored: Option<Vec<Named>>,
    summed: Option<Vec<Named>>,
}

/// A column and its value.
type Named = (String, Option<String>);

/// What a period should hold and does not, all of it true at one moment. `None` where the period is stale
/// by then, so that nothing can be said of it.
pub fn verify(db: &mut Db, span: Span, now: Instant) -> Result<Option<Vec<Difference>>> {
    db.snapshot(|db| {
        // A year that waits for a day is not what it says.
        if ledger::settled(db, span)? != span {
            return Ok(None);
        }
        if ledger::generation(db, span.level(), span.start())?.is_some() {
            return Ok(None);
        }
        let mut differences = Vec::new();
        for table in span.level().tables() {
            // Prepared for this once: each table and level has a statement of its own.
            let rows: Vec<Row> = db.rows_once(&differing(table.fill)?, span.fill_params(now))?;
            for sides in pair(rows) {
                differences.extend(sides.differences(table.entity));
            }
        }
        Ok(Some(differences))
    })
}

/// The statement that finds rows of a table which are not what the filling statement would write, built from that
/// very statement: each such row as stored, as summed, or both where they differ.
fn differing(fill: &str) -> Result<String> {
    let parts = || {
        let (head, summed) = fill.split_once("\nselect ")?;
        let (_, head) = head.split_once("insert into ")?;
        let (table, columns) = head.split_once('(')?;
        let columns = columns.trim_end().strip_suffix(')')?;
        let (summed, _) = summed
            .split_once("on duplicate key")
            .unwrap_or((summed, ""));
        Some((table.trim(), columns, summed))
    };
    let (table, columns, summed) =
        parts().with_context(|| format!("not a statement that fills: {fill}"))?;
    let mut names = columns.split(',').map(str::trim);
    let (key, id) = (
        names.next().unwrap_or_default(),
        names.next().unwrap_or_default(),
    );
    // When a row was filled is the one thing that may differ.
    let stored = columns.replace("filled_at", ":filled_at as filled_at");
    Ok(format!(
        "select min(side), {columns}
           from (select 'stored' as side, {stored} from {table} where {key} = :{key}
                  union all
                 select 'summed', {summed}) as sides
          group by {columns}
         having count(*) = 1
          order by {id}, min(side)"
    ))
}

/// Brings the two sides of each park or ride together.
fn pair(rows: Vec<Row>) -> Vec<Sides> {
    let mut pairs: Vec<Sides> = Vec::new();
    for row in rows {
        let names: Vec<String> = row
            .columns_ref()
            .iter()
            .map(|column| column.name_str().into_owned())
            .collect();
        let mut values: Vec<Named> = names
            .into_iter()
            .zip(row.unwrap().into_iter().map(text))
            .collect();
        let is_stored = values.remove(0).1.as_deref() == Some("stored");
        let id = values[1].1.clone().unwrap_or_default();
        if pairs.last().is_none_or(|pair| pair.id != id) {
            pairs.push(Sides {
                id,
                ..Sides::default()
            });
        }
        if let Some(pair) = pairs.last_mut() {
            *(if is_stored {
                &mut pair.stored
            } else {
                &mut pair.summed
            }) = Some(values);
        }
    }
    pairs
}

impl Sides {
    fn differences(self, entity: &'static str) -> Vec<Difference> {
        let id = self.id;
        let difference = |column: String, stored, summed| Difference {
            entity,
            id: id.clone(),
            column,
            stored,
            summed,
        };
        match (self.stored, self.summed) {
            (Some(stored), Some(summed)) => {
                let both = stored.into_iter().zip(summed);
                let other = both.filter(|((_, stored), (_, summed))| stored != summed);
                other
                    .map(|((column, stored), (_, summed))| difference(column, stored, summed))
                    .collect()
            }
            (stored, summed) => {
                let samples = |row: Option<Vec<Named>>| {
                    let samples = row?
                        .into_iter()
                        .find(|(column, _)| column == "sample_count")?
                        .1?;
                    Some(count(samples, "sample"))
                };
                vec![difference(
                    "row".to_owned(),
                    samples(stored),
                    samples(summed),
                )]
            }
        }
    }
}
