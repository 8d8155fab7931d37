//! A ride: what the feeds call its status, what we judge its state to be, and what it weighs.

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

            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;

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
