//! A ride: what the feeds call its status, what we judge its state to be, and what it weighs.

use std::fmt;
use std::str::FromStr;

/// The status words of ThemeParks.wiki.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Operating,
    Down,
    Closed,
    Refurbishment,
}

/// What a ride was doing at one cycle, as judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RideState {
    Operating,
    Down,
    Closed,
    Refurbishment,
    Unknown,
}

/// What kind of thing a ride is, as a person says; only attractions count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    Attraction,
    Show,
    MeetAndGreet,
    Experience,
}

/// How much a ride matters, as a person says; nothing while nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier(pub Option<u8>);

/// Weight of tiers 1, 2, 3; an unclassified ride weighs as much as tier 2.
pub fn weight(tier: Option<u8>) -> u32 {
    match tier {
        Some(1) => 3,
        Some(3) => 1,
        _ => 2,
    }
}

/// Gives an enum the words that stand for it in the tables.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            #[allow(dead_code)] // Not every word is read back.
            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;

impl FromStr for Category {
    type Err = String;

    /// Any case, and blanks or dashes as well as underscores.
    fn from_str(text: &str) -> Result<Category, String> {
        use Category::*;
        let word = text.trim().to_uppercase().replace([' ', '-'], "_");
        [Attraction, Show, MeetAndGreet, Experience]
            .into_iter()
            .find(|category| category.word() == word)
            .ok_or_else(|| "not ATTRACTION, SHOW, MEET_AND_GREET or EXPERIENCE".to_owned())
    }
}

impl FromStr for Tier {
    type Err = String;

    /// `1`, `Tier 1` or `none`.
    fn from_str(text: &str) -> Result<Tier, String> {
        let text = text.trim().to_lowercase();
        match text.strip_prefix("tier").unwrap_or(&text).trim() {
            "none" => Ok(Tier(None)),
            number => match number.parse() {
                Ok(tier @ 1..=3) => Ok(Tier(Some(tier))),
                _ => Err("not 1, 2, 3 or none".to_owned()),
            },
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(tier) => write!(f, "{tier}"),
            None => f.write_str("none"),
        }
    }
}

words!(Category {
    Attraction = "ATTRACTION",
    Show = "SHOW",
    MeetAndGreet = "MEET_AND_GREET",
    Experience = "EXPERIENCE",
});
words!(Status {
    Operating = "OPERATING",
    Down = "DOWN",
    Closed = "CLOSED",
    Refurbishment = "REFURBISHMENT",
});
words!(RideState {
    Operating = "operating",
    Down = "down",
    Closed = "closed",
    Refurbishment = "refurbishment",
    Unknown = "unknown",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_weighs_and_nobody_s_word_weighs_as_much_as_the_middle_one() {
        let tiers = [Some(1), Some(2), Some(3), None];
        assert_eq!(tiers.map(weight), [3, 2, 1, 2]);
    }
}
