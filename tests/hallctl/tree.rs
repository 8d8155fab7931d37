//! The files of the repository, as the laws of the house look at them.

use std::fs;
use std::path::Path;

/// A text file of the repository, by its path from the top.
pub struct Page {
    pub path: String,
    pub text: String,
}

impl Page {
    /// The part of the tree it belongs to: `src/raw/park.rs` → `raw`, `src/cli.rs` → `cli`.
    pub fn room(&self) -> &str {
        let inside = self.path.split_once('/').map_or("", |(_, rest)| rest);
        inside.split(['/', '.']).next().unwrap_or_default()
    }

    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Numbered lines that are not whole-line comments.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines.filter(|(_, line)| !line.trim_start().starts_with("//") && !line.starts_with("--"))
    }
}

pub fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `place` whose name ends in `ending`, in the order of their paths.
pub fn pages(place: &str, ending: &str) -> Vec<Page> {
    let mut found = Vec::new();
    let mut waiting = vec![top().join(place)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a directory to read");
            waiting.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if path.to_string_lossy().ends_with(ending) {
            let text = fs::read_to_string(&path).expect("a text file");
            let path = path.strip_prefix(top()).expect("a path of ours");
            found.push(Page {
                path: path.to_string_lossy().into_owned(),
                text,
            });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Fails with every breach of a law at once, so that one run shows all there is to mend.
pub fn hold(law: &str, breaches: Vec<String>) {
    assert!(breaches.is_empty(), "{law}:\n  {}", breaches.join("\n  "));
}

pub fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Where `word` stands in `line` as a word of its own.
pub fn word_at(line: &str, word: &str) -> Option<usize> {
    line.match_indices(word)
        .map(|(at, _)| at)
        .find(|&at| !line[..at].ends_with(is_word) && !line[at + word.len()..].starts_with(is_word))
}
