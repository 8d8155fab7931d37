//! Which bodies a person means: all, one key, a pattern of keys, or whatever depends on a thing.

use super::view::{Asked, View};
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    All,
    Key(String),
    /// `*` stands for any letters, `?` for one.
    Match(String),
    Tag(String),
}

impl Which {
    /// As it stands in the table of invalidations.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Which::All => ("all", ""),
            Which::Key(key) => ("key", key),
            Which::Match(pattern) => ("match", pattern),
            Which::Tag(tag) => ("tag", tag),
        }
    }

    pub fn from_parts(kind: &str, word: String) -> Which {
        match kind {
            "key" => Which::Key(word),
            "match" => Which::Match(word),
            "tag" => Which::Tag(word),
            _ => Which::All,
        }
    }

    /// Whether a body is meant; one whose tags nobody knows may depend on anything.
    pub fn takes(&self, key: &str, tags: Option<&[String]>) -> bool {
        match self {
            Which::All => true,
            Which::Key(meant) => meant == key,
            Which::Match(pattern) => fits(pattern.as_bytes(), key.as_bytes()),
            Which::Tag(tag) => tags.is_none_or(|tags| tags.contains(tag)),
        }
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            ("all", _) => write!(f, "`--all`"),
            (kind, word) => write!(f, "`--{kind} {word}`"),
        }
    }
}

impl View {
    /// What a body depends on: `park:{park_id}` with the park it is about.
    pub fn tags_of(&self, asked: &Asked) -> Vec<String> {
        let fill = |tag: &String| {
            let mut text = tag.clone();
            for (name, choice) in &asked.choices {
                text = text.replace(&format!("{{{name}}}"), &choice.value.word());
            }
            text
        };
        self.tags.iter().map(fill).collect()
    }
}

/// In time that grows with the product of both, however many stars there are.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut given) = (0, 0);
    let mut last_star = None;
    while given < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                last_star = Some((at, given));
                at += 1;
            }
            Some(letter) if *letter == b'?' || *letter == text[given] => {
                at += 1;
                given += 1;
            }
            // The last star takes one letter more; those before it need take no other.
            _ => match &mut last_star {
                Some((star, taken)) => {
                    *taken += 1;
                    (at, given) = (*star + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_letters_and_a_question_mark_for_one() {
        for (pattern, key, expected) in [
            ("*_today_*", "park_downtime_today_all-parks", true),
            ("park_*", "park_downtime_today", true),
            ("park_*", "ride_park_x", false),
            (
                "*driver_detail*DRV-0001*",
                "driver_detail?driver_id=DRV-0001",
                true,
            ),
            (
                "*driver_detail*DRV-0001*",
                "driver_detail?driver_id=DRV-0002",
                false,
            ),
            ("chart_????_live", "chart_park_live", true),
            ("chart_????_live", "chart_parks_live", false),
            ("", "x", false),
            ("*", "", true),
        ] {
            assert_eq!(
                fits(pattern.as_bytes(), key.as_bytes()),
                expected,
                "{pattern} {key}"
            );
        }
    }
}
