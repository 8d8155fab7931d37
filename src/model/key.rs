//! The ids by which the feeds call parks and rides.

use std::fmt;
use std::str::FromStr;

/// A park or a ride, by the id of the feed that speaks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    QueueTimes(u32),
    Wiki(Uuid),
}

/// An id of ThemeParks.wiki, such as `75ea578a-adc8-4116-a54d-dccb60765ef9`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid(u128);

impl Key {
    /// The word that stands for the feed in the tables.
    pub fn feed(self) -> &'static str {
        match self {
            Key::QueueTimes(_) => "queue_times",
            Key::Wiki(_) => "wiki",
        }
    }

    pub fn queue_times_id(self) -> Option<u32> {
        match self {
            Key::QueueTimes(id) => Some(id),
            Key::Wiki(_) => None,
        }
    }

    pub fn wiki_id(self) -> Option<Uuid> {
        match self {
            Key::QueueTimes(_) => None,
            Key::Wiki(id) => Some(id),
        }
    }
}

impl FromStr for Uuid {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Uuid, &'static str> {
        let text = text.trim();
        let is_dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
        let fits = |(at, c): (usize, char)| match is_dash(at) {
            true => c == '-',
            false => c.is_ascii_hexdigit(),
        };
        if text.len() != 36 || !text.chars().enumerate().all(fits) {
            return Err("is no id of ThemeParks.wiki");
        }
        u128::from_str_radix(&text.replace('-', ""), 16)
            .map(Uuid)
            .map_err(|_| "is no id of ThemeParks.wiki")
    }
}

impl FromStr for Key {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Key, &'static str> {
        if let Ok(id) = text.parse() {
            return Ok(Key::Wiki(id));
        }
        text.parse()
            .map(Key::QueueTimes)
            .map_err(|_| "is neither a number of Queue-Times nor an id of ThemeParks.wiki")
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        let (a, b, c, d, e) = (
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        );
        write!(f, "{a}-{b}-{c}-{d}-{e}")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::QueueTimes(id) => id.fmt(f),
            Key::Wiki(id) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_it_was_read() {
        let text = "0a0b57e8-0000-4116-a54d-00cb60765ef9";
        let key: Key = text.to_uppercase().parse().expect("an id");
        assert_eq!((key.feed(), key.to_string().as_str()), ("wiki", text));
        assert_eq!("64".parse(), Ok(Key::QueueTimes(64)));
        for bad in [
            "",
            "-1",
            "park",
            &text[1..],
            &text.replace('-', "+"),
            &text.replace('e', "g"),
        ] {
            assert!(bad.parse::<Key>().is_err(), "{bad}");
        }
    }
}
