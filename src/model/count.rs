//! Counted things, as people write them.

use std::fmt::Display;

/// `1 view`, `2 views`; `0 bodies`.
pub fn count(number: impl Display, thing: &str) -> String {
    let number = number.to_string();
    match (number.as_str(), thing.strip_suffix('y')) {
        ("1", _) => format!("1 {thing}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{number} {stem}ies"),
        _ => format!("{number} {thing}s"),
    }
}

/// The word that goes with so many: `is` or `are`.
pub fn agree(number: impl Display, one: &'static str, many: &'static str) -> &'static str {
    match number.to_string().as_str() {
        "1" => one,
        _ => many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(count(1, "day"), "1 day");
        assert_eq!(count(0, "day"), "0 days");
        assert_eq!(count(21, "slot collision"), "21 slot collisions");
        assert_eq!(count(1, "body"), "1 body");
        assert_eq!(count("2", "body"), "2 bodies");
        assert_eq!(agree(1, "is", "are"), "is");
        assert_eq!(agree(11, "is", "are"), "are");
    }
}
