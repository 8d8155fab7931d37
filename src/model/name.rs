//! Names as two feeds write them, made comparable.

use std::collections::BTreeSet;

/// Words that tell no park from another.
const IDLE: [&str; 9] = [
    "park",
    "parks",
    "theme",
    "amusement",
    "resort",
    "the",
    "of",
    "at",
    "and",
];

/// A name in lower case without marks, accents and punctuation: two that are left equal are the same.
pub fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            // Neither parts a word nor belongs to one.
            '™' | '®' | '©' | '℠' | '\'' | '’' | '‘' | '`' | '´' => {}
            '\u{300}'..='\u{36f}' => {}
            'à'..='å' => plain.push('a'),
            'ç' => plain.push('c'),
            'è'..='ë' => plain.push('e'),
            'ì'..='ï' => plain.push('i'),
            'ñ' => plain.push('n'),
            'ò'..='ö' | 'ø' => plain.push('o'),
            'ù'..='ü' => plain.push('u'),
            'ß' => plain.push_str("ss"),
            '&' => plain.push_str(" and "),
            c if c.is_alphanumeric() => plain.push(c),
            _ => plain.push(' '),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a park's name that tell it from others.
pub fn telling_words(name: &str) -> BTreeSet<String> {
    let words = plain(name);
    let words = words.split(' ').map(|word| match word {
        "disneys" => "disney",
        other => other,
    });
    let telling = words.filter(|word| !word.is_empty() && !IDLE.contains(word));
    telling.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_accents_and_punctuation_tell_no_names_apart() {
        for (one, other) in [
            ("\"it's a small world\"", "It’s a Small World®"),
            ("Peter Pan's Flight", "Peter  Pan’s Flight™ "),
            ("Parc Astérix", "PARC ASTERIX"),
            (
                "Monsters, Inc. Ride & Go Seek!",
                "Monsters Inc Ride and Go Seek",
            ),
            (
                "Das verrückte Hotel Tartu\u{308}ff",
                "Das verrückte Hotel Tartüff",
            ),
        ] {
            assert_eq!(plain(one), plain(other));
        }
        assert_ne!(plain("Hyperspace Mountain"), plain("Space Mountain"));
    }
}
