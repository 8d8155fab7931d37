//! Recorded feed data beside the repository; tests that need it say `skipped` where it is absent.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// One recorded poll.
#[derive(Debug, Deserialize)]
pub struct Poll {
    pub polled_at: DateTime<Utc>,
    pub park_id: u32,
    pub body: Box<RawValue>,
}

/// A file of the corpus, or nothing, with a word to the reader, where there is no corpus.
pub fn file(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("HALLCTL_TEST_CORPUS").map_or_else(beside, PathBuf::from);
    let file = corpus.join(name);
    if !file.exists() {
        eprintln!(
            "skipped: no `{}`; HALLCTL_TEST_CORPUS names another place",
            file.display()
        );
        return None;
    }
    Some(file)
}

/// The polls of a recording, in its order.
pub fn polls(file: &Path) -> Vec<Poll> {
    lines(file)
}

/// The lines of a recording, whatever they hold.
pub fn lines<T: DeserializeOwned>(file: &Path) -> Vec<T> {
    let packed = BufReader::new(File::open(file).expect("the recording opens"));
    BufReader::new(flate2::bufread::MultiGzDecoder::new(packed))
        .lines()
        .map(|line| serde_json::from_str(&line.expect("a line")).expect("a recorded poll"))
        .collect()
}
