//! One day: its hours, their sums, and how the number on the page comes from them.

use super::gone::Gone;
use super::{Subject, rows};
use crate::commands::stock::Stock;
use crate::db::Db;
use crate::model::count::{agree, count};
use crate::model::span::{Day, stamp};
use crate::rollup::ledger::Level;
use crate::rollup::{self, Of, Told};
use anyhow::Result;
use std::fmt::Write;

/// The columns of the table of hours, as headed and as stored.
const PARK: [(&str, &str); 7] = [
    ("samples", "sample_count"),
    ("open min", "open_minutes"),
    ("score min", "score_minutes"),
    ("score", "avg_shame_score"),
    ("down min", "ride_minutes_down"),
    ("wait sum", "wait_sum"),
    ("waits", "wait_samples"),
];
const RIDE: [(&str, &str); 7] = [
    ("samples", "sample_count"),
    ("open min", "open_minutes"),
    ("operating", "minutes_operating"),
    ("down min", "minutes_down"),
    ("outages", "outages"),
    ("wait sum", "wait_sum"),
    ("waits", "wait_samples"),
];

pub fn explain(db: &mut Db, subject: &Subject, day: Day) -> Result<String> {
    let mut text = format!("{}\n", subject.title());
    let hours = (day.end() - day.start()).num_hours();
    writeln!(
        text,
        "day {day} of the Los Angeles calendar: {hours} hours from {}\n",
        stamp(day.start())
    )?;
    let rows = rollup::told(db, subject.of, day.start(), day.end())?;
    let of_level = |level| rows.iter().filter(move |row| row.span.level() == level);
    let columns = match subject.of {
        Of::Park(_) => PARK,
        Of::Ride(_) => RIDE,
    };
    write!(text, "{:<16}", "hour")?;
    columns
        .iter()
        .try_for_each(|(name, _)| write!(text, "{name:>14}"))?;
    writeln!(text)?;
    let filled: Vec<&Told> = of_level(Level::Hourly).collect();
    for row in &filled {
        write_line(
            &mut text,
            &row.span.to_string().replace("hour ", ""),
            row,
            &columns,
        )?;
    }
    match of_level(Level::Daily).next() {
        None => {
            let or_else = match subject.of {
                Of::Park(_) => "lies before the park's first cycle",
                Of::Ride(_) => "lists the ride in no cycle",
            };
            writeln!(
                text,
                "the day has no row: it is not over, not filled, or {or_else}"
            )?;
        }
        Some(row) => {
            write_line(&mut text, "the day", row, &columns)?;
            rows::write_run(&mut text, row)?;
            write_page(&mut text, subject, row)?;
        }
    }
    if let Some(gone) = Gone::between(db, Stock::Hourly, day.start(), day.end())? {
        writeln!(text, "its hours: {gone}")?;
    }
    if (filled.len() as i64) < hours {
        writeln!(
            text,
            "{} of {hours} hours {} a row here",
            filled.len(),
            agree(filled.len(), "has", "have")
        )?;
    }
    Ok(text)
}

fn write_line(text: &mut String, name: &str, row: &Told, columns: &[(&str, &str)]) -> Result<()> {
    write!(text, "{name:<16}")?;
    columns
        .iter()
        .try_for_each(|(_, column)| write!(text, "{:>14}", row.value(column)))?;
    writeln!(text, "{}", if row.is_stale { "  stale" } else { "" })?;
    Ok(())
}

/// The numbers of a page, divided once from the sums of the day.
fn write_page(text: &mut String, subject: &Subject, row: &Told) -> Result<()> {
    let value = |column| row.value(column);
    writeln!(text, "\non the page")?;
    match subject.of {
        Of::Park(_) if row.number("open_minutes") == 0 => {
            writeln!(text, "  no shame score: the park was not open")?;
        }
        Of::Park(_) => writeln!(
            text,
            "  shame score {} = {} / {}: score minutes by minutes open, rounded once",
            value("score_shown"),
            value("score_minutes"),
            value("open_minutes")
        )?,
        Of::Ride(_) => {
            let (up, down) = (row.number("minutes_operating"), row.number("minutes_down"));
            writeln!(
                text,
                "  downtime {}; uptime {up} of {}",
                count(down, "minute"),
                count(up + down, "minute")
            )?;
        }
    }
    let (sum, count) = (value("wait_sum"), value("wait_samples"));
    if count == "0" {
        writeln!(text, "  no average wait: none was posted")?;
        return Ok(());
    }
    writeln!(
        text,
        "  average wait {} = {sum} / {count}, the longest {}",
        value("wait_shown"),
        value("wait_max")
    )?;
    Ok(())
}
