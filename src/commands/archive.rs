//! Archives: one day of a stock in one compressed file, written, read back and compared exactly.

use super::Cx;
use super::stock::{Stock, end_of, start_of};
use crate::db::Db;
use crate::db::table::Table;
use crate::exit::misused;
use crate::model::count::count;
use crate::model::span::Hour;
use crate::raw;
use anyhow::{Context, Result, bail, ensure};
use chrono::NaiveDate;
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// An archive on disk, its first line read.
pub struct Archive {
    path: PathBuf,
    pub header: Header,
}

/// The first line of an archive. The rows of its tables follow in this order, a JSON array a line.
#[derive(Serialize, Deserialize)]
pub struct Header {
    hallctl_archive: u32,
    pub stock: Stock,
    /// A day of UTC, which partitions go by; days in Los Angeles begin and end inside it.
    pub date: NaiveDate,
    pub tables: Vec<Section>,
}

/// A table in an archive; the checksum is over its lines, line ends included.
#[derive(Serialize, Deserialize)]
pub struct Section {
    pub table: String,
    pub columns: Vec<String>,
    pub rows: u64,
    sha256: String,
}

const VERSION: u32 = 1;

/// The things that rows speak of, behind the rows: by our numbers and those of the feeds.
const KNOWN: [(&str, &str); 2] = [("parks", "park_id"), ("rides", "ride_id")];

/// Writes a day into a file of its own below `directory`, unless all its rows stand there already. Whatever
/// comes of it, the file is either whole and equal to the tables, or not there. The result says which.
pub fn keep(cx: &mut Cx, stock: Stock, date: NaiveDate, directory: &Path) -> Result<bool> {
    let path = directory.join(stock.archive(date));
    if path.try_exists()? {
        let mut is_kept = || {
            let archive = Archive::open(&path)?;
            let Header {
                stock: of,
                date: on,
                ..
            } = archive.header;
            ensure!((of, on) == (stock, date), "it holds {of} rows of {on}");
            archive.holds_what_is_left(&mut cx.db)
        };
        is_kept().with_context(|| {
            format!(
                "`{}` stands in the way; move it, then run `hallctl prune` again",
                path.display()
            )
        })?;
        return Ok(true);
    }
    let [parks, _] = stock.tables();
    if parks.count(&mut cx.db, start_of(date), end_of(date))? == 0 {
        log::warn!(
            "{stock} rows of {date} were half dropped by a run without --archive; the rest is no archive"
        );
        return Ok(false);
    }
    let part = path.with_extension("gz.part");
    let written = write(cx, stock, date, &part)
        .with_context(|| {
            let part = part.display();
            format!("could not write `{part}`, so nothing of that day was dropped")
        })
        .and_then(|()| Archive::open(&part)?.compare(&mut cx.db))
        .and_then(|()| {
            let attempt = || format!("could not put `{}` in its place", path.display());
            fs::rename(&part, &path).with_context(attempt)?;
            let directory = File::open(directory).with_context(attempt)?;
            directory.sync_all().with_context(attempt)
        });
    if written.is_err() {
        fs::remove_file(&part).ok();
    }
    written.map(|()| true)
}

fn write(cx: &mut Cx, stock: Stock, date: NaiveDate, part: &Path) -> Result<()> {
    let mut body = Body::default();
    let mut known: [BTreeSet<u32>; 2] = Default::default();
    for table in stock.tables() {
        let columns = table.columns(&mut cx.db)?;
        let ids = KNOWN.map(|(_, id)| columns.iter().position(|column| column == id));
        for hour in hours(date) {
            cx.beat()?;
            for row in table.rows(&mut cx.db, &columns, hour.start(), hour.end())? {
                for (known, at) in known.iter_mut().zip(ids) {
                    let id = at.and_then(|at| row[at].as_u64());
                    known.extend(id.and_then(|id| u32::try_from(id).ok()));
                }
                body.line(&row)?;
            }
        }
        body.end(table.name, columns);
    }
    let all = raw::identities(&mut cx.db)?;
    for (((table, id), known), all) in KNOWN.into_iter().zip(known).zip(all) {
        for identity in known.into_iter().filter_map(|id| all.get(id)) {
            body.line(identity)?;
        }
        body.end(
            table,
            [id, "queue_times_id", "wiki_id"]
                .map(str::to_owned)
                .to_vec(),
        );
    }
    let header = Header {
        hallctl_archive: VERSION,
        stock,
        date,
        tables: body.sections,
    };
    let mut first = GzEncoder::new(File::create(part)?, Compression::default());
    serde_json::to_writer(&mut first, &header)?;
    first.write_all(b"\n")?;
    // The header knows what the rows came to; a gzip file may have several parts one after the other.
    let mut file = first.finish()?;
    file.write_all(&body.rows.finish()?)?;
    Ok(file.sync_all()?)
}

/// The rows of an archive while they are gathered; compressed, a day of 1.2 million takes some 10 MB.
struct Body {
    rows: GzEncoder<Vec<u8>>,
    sections: Vec<Section>,
    count: u64,
    hash: Sha256,
}

impl Default for Body {
    fn default() -> Body {
        Body {
            rows: GzEncoder::new(Vec::new(), Compression::default()),
            sections: Vec::new(),
            count: 0,
            hash: Sha256::new(),
        }
    }
}

impl Body {
    fn line(&mut self, row: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_vec(row)?;
        line.push(b'\n');
        self.hash.update(&line);
        self.count += 1;
        Ok(self.rows.write_all(&line)?)
    }

    fn end(&mut self, table: &str, columns: Vec<String>) {
        self.sections.push(Section {
            table: table.to_owned(),
            columns,
            rows: std::mem::take(&mut self.count),
            sha256: hex(std::mem::take(&mut self.hash)),
        });
    }
}

impl Archive {
    pub fn open(path: &Path) -> Result<Archive> {
        let name = path.display();
        let mut lines = lines(path)?;
        let first = lines.next().transpose().ok().flatten().unwrap_or_default();
        let header: Header = serde_json::from_str(&first)
            .map_err(|_| misused(format!("`{name}` is no archive of hallctl")))?;
        ensure!(
            header.hallctl_archive == VERSION,
            "`{name}` is an archive of version `{}`; this hallctl reads version `{VERSION}`",
            header.hallctl_archive
        );
        let expected = header.stock.tables().map(|table| table.name);
        let expected = expected.into_iter().chain(KNOWN.map(|(table, _)| table));
        ensure!(
            header
                .tables
                .iter()
                .map(|section| section.table.as_str())
                .eq(expected),
            "`{name}` does not have the tables of {} rows",
            header.stock
        );
        Ok(Archive {
            path: path.to_owned(),
            header,
        })
    }

    /// Hands over every line with the number of its table. What is cut short or altered is an error, at
    /// the latest behind the last line.
    pub fn read(&self, mut each: impl FnMut(usize, &str) -> Result<()>) -> Result<()> {
        let name = self.path.display();
        let mut lines = lines(&self.path)?.skip(1);
        for (number, section) in self.header.tables.iter().enumerate() {
            let mut hash = Sha256::new();
            for _ in 0..section.rows {
                let line = lines.next().transpose();
                let line = line.with_context(|| format!("`{name}` is damaged"))?;
                let Some(line) = line else {
                    bail!("`{name}` is cut short in table `{}`", section.table);
                };
                hash.update(&line);
                hash.update(b"\n");
                each(number, &line)?;
            }
            ensure!(
                hex(hash) == section.sha256,
                "`{name}` is damaged: table `{}` does not have its checksum",
                section.table
            );
        }
        ensure!(lines.next().is_none(), "`{name}` has lines behind its end");
        Ok(())
    }

    /// An error unless the tables hold just these rows of the day.
    pub fn compare(&self, db: &mut Db) -> Result<()> {
        self.compare_tables(db, |_| true)
    }

    /// The same of the tables that have any: a run that died may have dropped one of them.
    pub fn holds_what_is_left(&self, db: &mut Db) -> Result<()> {
        self.compare_tables(db, |rows| rows > 0)
    }

    fn compare_tables(&self, db: &mut Db, counts: impl Fn(u64) -> bool) -> Result<()> {
        let name = self.path.display();
        let (date, mut stored) = (self.header.date, Vec::new());
        for (table, section) in self.header.stock.tables().iter().zip(&self.header.tables) {
            let rows = table.count(db, start_of(date), end_of(date))?;
            ensure!(
                rows == section.rows || !counts(rows),
                "table `{}` has {} of {date}, `{name}` has {}",
                table.name,
                count(rows, "row"),
                section.rows
            );
            stored.push(counts(rows).then(|| Stored {
                table: *table,
                columns: &section.columns,
                hours: hours(date).collect(),
                lines: VecDeque::new(),
            }));
        }
        self.read(|number, line| {
            let Some(Some(stored)) = stored.get_mut(number) else {
                return Ok(());
            };
            let found = stored.next(db)?;
            ensure!(
                found.as_deref() == Some(line),
                "table `{}` has `{}` where `{name}` has `{line}`",
                stored.table.name,
                found.unwrap_or_default()
            );
            Ok(())
        })
    }
}

/// The rows of a day as they stand in a table, read an hour at a time.
struct Stored<'a> {
    table: Table,
    columns: &'a [String],
    hours: VecDeque<Hour>,
    lines: VecDeque<String>,
}

impl Stored<'_> {
    fn next(&mut self, db: &mut Db) -> Result<Option<String>> {
        while self.lines.is_empty() {
            let Some(hour) = self.hours.pop_front() else {
                return Ok(None);
            };
            let rows = self
                .table
                .rows(db, self.columns, hour.start(), hour.end())?;
            self.lines = rows
                .iter()
                .map(serde_json::to_string)
                .collect::<Result<_, _>>()?;
        }
        Ok(self.lines.pop_front())
    }
}

/// The values of a line.
pub fn values(line: &str) -> Result<Vec<Json>> {
    serde_json::from_str(line).with_context(|| format!("`{line}` is no row"))
}

fn lines(path: &Path) -> Result<impl Iterator<Item = std::io::Result<String>>> {
    let file = File::open(path)
        .map_err(|error| misused(format!("could not open `{}`: {error}", path.display())))?;
    Ok(BufReader::new(MultiGzDecoder::new(BufReader::new(file))).lines())
}

fn hours(date: NaiveDate) -> impl Iterator<Item = Hour> {
    let first = Hour::containing(start_of(date));
    std::iter::successors(Some(first), |hour| Some(hour.next())).take(24)
}

fn hex(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
