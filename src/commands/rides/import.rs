//! `hallctl rides import`: tiers and categories from a CSV file, line by line.

use super::{apply, joined};
use crate::cli::RidesImport;
use crate::commands::roster::report;
use crate::config;
use crate::exit::{Exit, misused};
use crate::model::count::{agree, count};
use crate::raw::roster::{self, Ride, RideChange};
use anyhow::Result;
use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};

pub fn run(args: &RidesImport) -> Result<Exit> {
    let name = args.file.display().to_string();
    let text = read(&name).map_err(|error| misused(format!("could not read `{name}`: {error}")))?;
    let now = config::now()?;
    let mut db = super::super::connect()?;
    let (outcome, refused) = db.transaction(|db| {
        let rides = roster::rides(db)?;
        let Import { wanted, refused } = Import::read(&text, &rides)
            .map_err(|fault| misused(format!("`{name}` line 1: {fault}")))?;
        let goes_on = refused.is_empty() || (args.partial && !wanted.is_empty());
        let outcome = goes_on.then(|| apply(db, &wanted, now)).transpose()?;
        Ok((outcome, refused))
    })?;
    for (line, fault) in &refused {
        remark!("rides: `{name}` line {line}: {fault}");
    }
    let Some((changed, due)) = outcome else {
        let next = if args.partial {
            ""
        } else {
            ", or say --partial to apply the others"
        };
        return Err(misused(format!(
            "{} {} refused and nothing was changed; correct {}{next}",
            count(refused.len(), "line"),
            agree(refused.len(), "was", "were"),
            agree(refused.len(), "it", "them")
        )));
    };
    report(&mut db, "rides", &changed, refused.len(), &due)
}

fn read(name: &str) -> io::Result<Vec<u8>> {
    match name {
        "-" => {
            let mut text = Vec::new();
            io::stdin().read_to_end(&mut text)?;
            Ok(text)
        }
        _ => fs::read(name),
    }
}

/// What the lines of a file come to: rides to change, and lines that cannot be meant.
struct Import<'a> {
    wanted: Vec<(&'a Ride, RideChange)>,
    refused: Vec<(usize, String)>,
}

/// Where each column of the file stands, where it has one.
struct Columns {
    ride_id: Option<usize>,
    queue_times_id: Option<usize>,
    park: Option<usize>,
    name: Option<usize>,
    tier: Option<usize>,
    category: Option<usize>,
}

impl<'a> Import<'a> {
    fn read(text: &[u8], rides: &'a [Ride]) -> Result<Import<'a>, String> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let mut lines = (1_usize..).zip(text.split(|byte| *byte == b'\n'));
        let (_, header) = lines.next().unwrap_or_default();
        let columns = Columns::of(&fields(header)?)?;
        let (mut wanted, mut refused) = (Vec::new(), Vec::new());
        let known = Known::of(rides);
        let mut seen: HashMap<u32, usize> = HashMap::new();
        for (number, line) in lines.filter(|(_, line)| !line.trim_ascii().is_empty()) {
            let read = fields(line).and_then(|fields| {
                let (ride, change) = columns.read(&fields, &known)?;
                match seen.insert(ride.ride_id, number) {
                    Some(first) => Err(format!(
                        "ride `{}` stands in line {first} already",
                        ride.ride_id
                    )),
                    None => Ok((ride, change)),
                }
            });
            match read {
                Ok(change) => wanted.push(change),
                Err(fault) => refused.push((number, fault)),
            }
        }
        Ok(Import { wanted, refused })
    }
}

impl Columns {
    fn of(header: &[String]) -> Result<Columns, String> {
        let at = |name: &str| {
            let mut columns = header.iter();
            columns.position(|column| column.to_lowercase() == name)
        };
        let columns = Columns {
            ride_id: at("ride_id"),
            queue_times_id: at("queue_times_id"),
            park: at("park"),
            name: at("name"),
            tier: at("tier"),
            category: at("category"),
        };
        let names_rides = columns.ride_id.is_some()
            || columns.queue_times_id.is_some()
            || (columns.park.is_some() && columns.name.is_some());
        if !names_rides {
            return Err("no column `ride_id`, `queue_times_id`, or `park` and `name`".to_owned());
        }
        if columns.tier.is_none() && columns.category.is_none() {
            return Err("no column `tier` or `category`".to_owned());
        }
        Ok(columns)
    }

    /// What a line wants of which ride; an empty field wants nothing.
    fn read<'a>(
        &self,
        fields: &[String],
        known: &Known<'a>,
    ) -> Result<(&'a Ride, RideChange), String> {
        let field = |column: Option<usize>| {
            let field = column.and_then(|column| fields.get(column));
            field.map(String::as_str).filter(|field| !field.is_empty())
        };
        let ride = if let Some(id) = field(self.ride_id) {
            known.only(&format!("ride_id `{id}`"))?
        } else if let Some(id) = field(self.queue_times_id) {
            known.only(&format!("queue_times_id `{id}`"))?
        } else if let (Some(park), Some(name)) = (field(self.park), field(self.name)) {
            known.only(&format!("ride `{name}` of park `{park}`"))?
        } else {
            return Err("names no ride".to_owned());
        };
        let tier = field(self.tier).map(|tier| (tier, tier.parse()));
        let category = field(self.category).map(|category| (category, category.parse()));
        let change = RideChange {
            tier: parsed("tier", tier)?,
            category: parsed("category", category)?,
            is_active: None,
        };
        Ok((ride, change))
    }
}

fn parsed<T>(column: &str, field: Option<(&str, Result<T, String>)>) -> Result<Option<T>, String> {
    let read = |(text, value): (&str, Result<T, String>)| {
        value.map_err(|fault| format!("{column} `{text}` is {fault}"))
    };
    field.map(read).transpose()
}

/// Rides by everything they may be called, in lower case.
struct Known<'a>(HashMap<String, Vec<&'a Ride>>);

impl<'a> Known<'a> {
    fn of(rides: &'a [Ride]) -> Known<'a> {
        let mut known: HashMap<String, Vec<&Ride>> = HashMap::new();
        for ride in rides {
            let queue_times = ride.queue_times_id;
            let names = [
                Some(format!("ride_id `{}`", ride.ride_id)),
                queue_times.map(|id| format!("queue_times_id `{id}`")),
                Some(format!("ride `{}` of park `{}`", ride.name, ride.park)),
            ];
            for name in names.into_iter().flatten() {
                known.entry(name.to_lowercase()).or_default().push(ride);
            }
        }
        Known(known)
    }

    /// The one ride that is meant; one that was joined into another gives way to a namesake that was not.
    fn only(&self, what: &str) -> Result<&'a Ride, String> {
        let found = self.0.get(&what.to_lowercase());
        let (gone, kept): (Vec<&Ride>, Vec<&Ride>) = found
            .into_iter()
            .flatten()
            .partition(|ride| ride.joined_ride_id.is_some());
        match kept[..] {
            [ride] => Ok(ride),
            [] => Err(gone
                .first()
                .and_then(|ride| joined(ride))
                .unwrap_or_else(|| format!("{what} is unknown"))),
            _ => Err(format!(
                "{what} may be {} rides; give its ride_id",
                kept.len()
            )),
        }
    }
}

/// The fields of a line. Quotes may hold commas, a doubled quote is one, and no field goes beyond its line,
/// so that a forgotten quote costs one line and not the rest of the file.
fn fields(line: &[u8]) -> Result<Vec<String>, String> {
    let line = str::from_utf8(line).map_err(|_| "not UTF-8".to_owned())?;
    let (mut fields, mut field, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    if is_quoted {
        return Err("a quote is not closed".to_owned());
    }
    fields.push(field);
    Ok(fields.iter().map(|field| field.trim().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn a_line_has_fields_whatever_its_quotes() {
        for (line, expected) in [
            ("a,b", vec!["a", "b"]),
            (" a , b \r", vec!["a", "b"]),
            ("\"a, b\",c", vec!["a, b", "c"]),
            ("\"say \"\"boo\"\"\",", vec!["say \"boo\"", ""]),
            ("", vec![""]),
        ] {
            assert_eq!(
                fields(line.as_bytes()),
                Ok(expected.iter().map(ToString::to_string).collect())
            );
        }
        assert_eq!(fields(b"\"a,b"), Err("a quote is not closed".to_owned()));
        assert_eq!(fields(b"\xff,1"), Err("not UTF-8".to_owned()));
    }
}
