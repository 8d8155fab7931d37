//! A park: its entry in a feed's catalogue, and what we judge its state to be.

use super::key::{Key, Uuid};
use super::ride::words;

/// A park as a feed's catalogue lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogueEntry {
    pub key: Key,
    pub name: String,
    pub operator: Option<String>,
    /// Full English name, as the feed writes it.
    pub country: Option<String>,
    pub latitude_degrees: Option<f64>,
    pub longitude_degrees: Option<f64>,
    /// IANA name, checked against the zone table; `None` where the feed has none we know.
    pub timezone: Option<String>,
    /// First guess from name and operator; what a person set in the table stands.
    pub is_disney: bool,
    pub is_universal: bool,
}

/// Whose a park is, as far as its name and its operator tell.
pub fn is_of(word: &str, name: &str, operator: Option<&str>) -> bool {
    let says = |text: &str| text.to_lowercase().contains(word);
    says(name) || operator.is_some_and(says)
}

/// A park as ThemeParks.wiki lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WikiPark {
    pub id: Uuid,
    pub name: String,
    /// The resort it belongs to.
    pub destination: String,
}

/// What a park was doing at one cycle, as judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParkState {
    Open,
    /// In a spell, with too few rides running: a storm or the end of the day, not yet known which.
    Doubt,
    Closed,
    /// Most of the feed was stale: nothing is known of this cycle.
    Blind,
}

words!(ParkState {
    Open = "open",
    Doubt = "doubt",
    Closed = "closed",
    Blind = "blind",
});
