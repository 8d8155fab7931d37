//! Recorded polls: files of JSON lines, gzip or plain, in any order.

use super::wiki::Read as Found;
use super::{queue_times, wiki};
use crate::exit::misused;
use crate::model::Instant;
use crate::model::count::count;
use crate::model::key::{Key, Uuid};
use crate::model::schedule::Window;
use crate::model::snapshot::Poll;
use anyhow::{Result, bail};
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::path::{Path, PathBuf};

/// What the files hold, by time and then park, whatever order they were given in.
#[derive(Debug)]
pub struct Recording {
    pub answers: Vec<Recorded>,
    /// Lines that could not be used, the first few of each file by its name and their numbers.
    pub remarks: Vec<String>,
    /// All that could not be used.
    pub unread: usize,
}

/// One recorded answer. The body stays compressed until it is asked for: about 800 bytes for a park
/// of thirty rides, so a million polls take 0.9 GB (measured) where their text would take 3.5 GB.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recorded {
    pub polled_at: Instant,
    pub endpoint: Endpoint,
    pub park: Key,
    body: Box<[u8]>,
}

/// What was asked. Hours come before the rides of the same moment, which are judged by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    Schedule,
    Live,
}

/// What a recorded body says.
pub enum Answer {
    Schedule(Found<Vec<Window>>),
    Poll(Poll),
}

/// A line with `park_id` is an answer of Queue-Times, one with `entity_id` of ThemeParks.wiki. Hours are told in
/// the words of the latter under either id.
#[derive(Deserialize)]
struct Line<'a> {
    polled_at: Instant,
    park_id: Option<u32>,
    entity_id: Option<&'a str>,
    endpoint: Option<&'a str>,
    #[serde(borrow)]
    body: &'a RawValue,
}

const LINE_MOST_BYTES: u64 = 8 * 1024 * 1024; // Twice the largest body the feed itself may send.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// So many lines of a file are told one by one; more have one cause, or it is no recording.
const FEW: usize = 3;

/// Lines of a file that could not be used, each with why.
#[derive(Default)]
struct Unread {
    first: Vec<String>,
    count: usize,
}

/// Reads every file; `-` is standard input. A file that cannot be opened is an error, and so is it where no line at
/// all can be used; one bad line is a remark.
pub fn read(paths: &[PathBuf]) -> Result<Recording> {
    let (mut answers, mut remarks, mut unread) = (Vec::new(), Vec::new(), 0);
    for path in paths {
        let lines = open(path).map_err(|error| {
            let path = path.display();
            misused(format!("could not open the recording `{path}`: {error}"))
        })?;
        let before = answers.len();
        let faults = read_lines(lines, &mut answers);
        remarks.extend(faults.told(path, answers.len() == before));
        unread += faults.count;
    }
    if let Some(fault) = remarks.first().filter(|_| answers.is_empty()) {
        return Err(misused(format!(
            "{fault}; a recording holds lines of JSON, gzip or plain, each with `polled_at`, `park_id` or `entity_id`, and `body`"
        )));
    }
    // The body breaks ties, so that the order of the files never shows in the rows.
    answers.sort_unstable();
    Ok(Recording {
        answers,
        remarks,
        unread,
    })
}

impl Recorded {
    fn new(line: &[u8]) -> Result<Recorded> {
        let line: Line = serde_json::from_slice(line)?;
        let park = match (line.park_id, line.entity_id) {
            (Some(park), None) => Key::QueueTimes(park),
            (None, Some(id)) => Key::Wiki(match id.parse::<Uuid>() {
                Ok(id) => id,
                Err(fault) => bail!("`{id}` {fault}"),
            }),
            _ => bail!("it has neither `park_id` nor `entity_id`, or both"),
        };
        let endpoint = match line.endpoint {
            None | Some("live") => Endpoint::Live,
            Some("schedule") => Endpoint::Schedule,
            Some(other) => bail!("it answers `{other}`, neither `live` nor `schedule`"),
        };
        let mut body = DeflateEncoder::new(Vec::new(), Compression::fast());
        body.write_all(line.body.get().as_bytes())?;
        Ok(Recorded {
            polled_at: line.polled_at,
            endpoint,
            park,
            body: body.finish()?.into_boxed_slice(),
        })
    }

    pub fn answer(&self) -> Result<Answer> {
        let mut body = Vec::new();
        DeflateDecoder::new(&*self.body).read_to_end(&mut body)?;
        Ok(match (self.endpoint, self.park) {
            (Endpoint::Schedule, park) => Answer::Schedule(wiki::schedule::read(&body, park)?),
            (Endpoint::Live, Key::QueueTimes(id)) => {
                Answer::Poll(queue_times::read(&body, id, self.polled_at)?)
            }
            (Endpoint::Live, Key::Wiki(id)) => {
                Answer::Poll(wiki::live::read(&body, id, self.polled_at)?)
            }
        })
    }
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut file: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(io::stdin()),
        _ => Box::new(File::open(path)?),
    };
    let mut head = Vec::new();
    file.by_ref().take(2).read_to_end(&mut head)?;
    let is_gzip = head == GZIP_MAGIC;
    let whole = BufReader::new(Cursor::new(head).chain(file));
    Ok(match is_gzip {
        true => Box::new(BufReader::new(MultiGzDecoder::new(whole))),
        false => Box::new(whole),
    })
}

fn read_lines(mut lines: Box<dyn BufRead>, answers: &mut Vec<Recorded>) -> Unread {
    let (mut line, mut unread) = (Vec::new(), Unread::default());
    for number in 1_u64.. {
        line.clear();
        match lines
            .by_ref()
            .take(LINE_MOST_BYTES)
            .read_until(b'\n', &mut line)
        {
            Ok(0) => break,
            Ok(_) if line.trim_ascii().is_empty() => {}
            Ok(_) if line.len() as u64 == LINE_MOST_BYTES && !line.ends_with(b"\n") => {
                unread.add(number, format!("longer than {LINE_MOST_BYTES} bytes"));
                if lines.skip_until(b'\n').is_err() {
                    break;
                }
            }
            Ok(_) => match Recorded::new(&line) {
                Ok(answer) => answers.push(answer),
                Err(error) => {
                    // Of the one line that it sees the parser says the number too.
                    let error = error
                        .to_string()
                        .replace(" at line 1 column ", " at column ");
                    unread.add(number, format!("not a recorded poll: {error}"));
                }
            },
            Err(error) => {
                // Told whatever came before: nobody knows how much is lost.
                unread.count += 1;
                let from = format!("line {number} and all after it");
                unread
                    .first
                    .push(format!("{from}: could not read on: {error}"));
                break;
            }
        }
    }
    unread
}

impl Unread {
    fn add(&mut self, number: u64, fault: String) {
        self.count += 1;
        if self.first.len() < FEW {
            self.first.push(format!("line {number}: {fault}"));
        }
    }

    /// What is said of them; of a file without any good line its first one tells enough.
    fn told(&self, path: &Path, is_all: bool) -> Vec<String> {
        let path = path.display();
        if let Some(first) = self.first.first().filter(|_| is_all) {
            return vec![format!("no line of `{path}` could be used; {first}")];
        }
        let first = self.first.iter();
        let mut told: Vec<String> = first
            .map(|fault| format!("skipped `{path}` {fault}"))
            .collect();
        let more = self.count - self.first.len();
        if more > 0 {
            told.push(format!("skipped {} of `{path}`", count(more, "more line")));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::write::GzEncoder;

    const EARLY: &str = concat!(
        r#"{"polled_at":"2026-07-04T10:00:00Z","park_id":2,"#,
        r#""body":{"rides":[{"id":7,"name":"Swing","wait_time":5}]}}"#
    );
    const LATE: &str =
        r#"{"park_id":1,"body":{"rides":[]},"polled_at":"2026-07-04T12:05:00+02:00"}"#;

    #[test]
    fn gzip_and_plain_files_are_sorted_by_time_and_bad_lines_cost_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let (plain, zipped) = (folder.path().join("a.jsonl"), folder.path().join("b"));
        std::fs::write(&plain, format!("{LATE}\n\nnonsense\n{{}}\n")).expect("written");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(EARLY.as_bytes()).expect("packed");
        std::fs::write(&zipped, gzip.finish().expect("packed")).expect("written");

        let recording = read(&[plain.clone(), zipped.clone()]).expect("a recording");
        let polls = recording.answers.iter();
        let polls = polls.map(|recorded| match recorded.answer().expect("an answer") {
            Answer::Poll(poll) => poll,
            Answer::Schedule(_) => panic!("no hours"),
        });
        let polls: Vec<Poll> = polls.collect();
        assert_eq!(polls[0].park, Key::QueueTimes(2));
        assert_eq!(polls[0].listings[0].reading.wait_minutes, Some(5));
        assert_eq!(polls[1].polled_at.to_rfc3339(), "2026-07-04T10:05:00+00:00");
        assert_eq!(recording.remarks.len(), 2, "{:?}", recording.remarks);
        assert_eq!(recording.unread, 2);
        assert!(recording.remarks[0].contains("a.jsonl` line 3: not a recorded poll"));
        assert!(recording.remarks[1].contains("a.jsonl` line 4: "));
        assert_eq!(
            read(&[zipped, plain]).expect("a recording").answers,
            recording.answers
        );
    }

    #[test]
    fn a_file_cut_short_keeps_its_good_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cut.gz");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        for _ in 0..2000 {
            writeln!(gzip, "{EARLY}").expect("packed");
        }
        let bytes = gzip.finish().expect("packed");
        std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
        let recording = read(&[path]).expect("a recording");
        assert!((500..2000).contains(&recording.answers.len()));
        assert!(
            recording
                .remarks
                .last()
                .is_some_and(|last| last.contains("could not read on"))
        );
    }

    #[test]
    fn a_missing_file_is_an_error_that_names_it() {
        let error = read(&["no/such.jsonl".into()]).expect_err("no file");
        assert!(error.to_string().contains("`no/such.jsonl`"), "{error}");
    }
}
