//! What a reader may ask of a view: its parameters, their accepted values, and one set of choices.

use super::exact::Exact;
use crate::model::period::Period;
use chrono::{Datelike, NaiveDate};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// What a DATE column holds, and the end of its day with it.
const YEARS: RangeInclusive<i32> = 1000..=9998;

/// Doubles are written with up to 17, and numbers of so many can be compared exactly.
const MOST_DECIMALS: usize = 18;

/// One parameter of a view, as its header declares it.
#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub kind: Kind,
    pub default: Fallback,
    /// What an unacceptable value counts as, instead of being refused.
    pub invalid: Option<Fallback>,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// One of these words, or an alias of one.
    Words {
        words: Vec<String>,
        aliases: Vec<(String, String)>,
    },
    /// `true` in any case; everything else is false.
    Flag,
    /// A whole number in a range; one outside is refused, or counts as the nearest inside.
    Integer { min: i64, max: i64, clamps: bool },
    /// A decimal number in a range, with the digits it was given.
    Decimal { min: Exact, max: Exact },
    /// So many characters, of a class such as `A-Z0-9_-`; of an empty one all but control characters.
    Text { min: usize, max: usize, of: String },
    /// A day of the calendar, as 2026-07-04.
    Date,
}

/// The value of a parameter that was not given.
#[derive(Clone, Debug)]
pub enum Fallback {
    Value(Choice),
    /// Whatever another parameter, declared before, was given.
    Like(String),
    /// There is none: a request without it is refused.
    Required,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    Null,
    Flag(bool),
    Integer(i64),
    Decimal(Exact),
    Text(String),
}

impl Scalar {
    /// The value as it stands in a cache key.
    pub fn word(&self) -> String {
        match self {
            Scalar::Null => "null".to_owned(),
            Scalar::Flag(flag) => flag.to_string(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Decimal(number) => number.to_string(),
            Scalar::Text(text) => text.clone(),
        }
    }

    pub fn json(&self) -> Value {
        match self {
            Scalar::Null => Value::Null,
            Scalar::Flag(flag) => Value::from(*flag),
            Scalar::Integer(number) => Value::from(*number),
            Scalar::Decimal(number) => number.json(),
            Scalar::Text(text) => Value::from(text.as_str()),
        }
    }
}

/// A parameter's value: what the statements see, and how the reader spelled it.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: Scalar,
    pub spelled: Scalar,
}

impl From<Scalar> for Choice {
    fn from(value: Scalar) -> Choice {
        let spelled = value.clone();
        Choice { value, spelled }
    }
}

pub type Choices = BTreeMap<String, Choice>;

impl Kind {
    pub const INTEGER: Kind = Kind::Integer {
        min: i64::MIN,
        max: i64::MAX,
        clamps: false,
    };
}

impl Param {
    pub fn required(name: &str, kind: Kind) -> Param {
        Param {
            name: name.to_owned(),
            kind,
            default: Fallback::Required,
            invalid: None,
        }
    }

    /// The choice that `given` stands for, or the sentence of refusal.
    pub fn choose(&self, given: Option<&str>, earlier: &Choices) -> Result<Choice, String> {
        let Some(given) = given else {
            return self
                .fallback(earlier)
                .ok_or_else(|| format!("`{}` is missing; use {}", self.name, self.accepted()));
        };
        let lenient = || stand_in(self.invalid.as_ref()?, earlier);
        self.read(given).or_else(lenient).ok_or_else(|| {
            format!(
                "`{}` is not a value of `{}`; use {}",
                echoed(given),
                self.name,
                self.accepted()
            )
        })
    }

    pub fn fallback(&self, earlier: &Choices) -> Option<Choice> {
        stand_in(&self.default, earlier)
    }

    pub fn read(&self, given: &str) -> Option<Choice> {
        Some(match &self.kind {
            Kind::Flag => Scalar::Flag(given.eq_ignore_ascii_case("true")).into(),
            Kind::Integer { min, max, clamps } => {
                let number = whole(given)?;
                let nearest = number.clamp((*min).into(), (*max).into());
                if nearest != number && !clamps {
                    return None;
                }
                Scalar::Integer(nearest.try_into().ok()?).into()
            }
            Kind::Decimal { min, max } => {
                let number = decimal(given).filter(|number| (min..=max).contains(&number))?;
                Scalar::Decimal(number).into()
            }
            Kind::Text { min, max, of } => {
                let is_long_enough = (*min..=*max).contains(&given.chars().count());
                if !is_long_enough || !given.chars().all(|letter| is_of(letter, of)) {
                    return None;
                }
                Scalar::Text(given.to_owned()).into()
            }
            Kind::Date => {
                let date = NaiveDate::parse_from_str(given, "%Y-%m-%d").ok()?;
                if !YEARS.contains(&date.year()) {
                    return None;
                }
                Scalar::Text(date.to_string()).into()
            }
            Kind::Words { words, aliases } => {
                let meant = aliases
                    .iter()
                    .find(|(alias, _)| alias == given)
                    .map_or(given, |(_, word)| word);
                let is_known = words.iter().any(|word| word == meant);
                return is_known.then(|| Choice {
                    value: Scalar::Text(meant.to_owned()),
                    spelled: Scalar::Text(given.to_owned()),
                });
            }
        })
    }

    /// The accepted values, as a refusal and the listings name them.
    pub fn accepted(&self) -> String {
        match &self.kind {
            Kind::Flag => "`true` or `false`".to_owned(),
            Kind::Date => "a day such as `2026-07-04`".to_owned(),
            Kind::Integer { min, max, clamps } => match (*min, *max) {
                _ if *clamps => "a whole number".to_owned(),
                (i64::MIN, i64::MAX) => "a whole number".to_owned(),
                (min, i64::MAX) => format!("a whole number from {min}"),
                (min, max) => format!("a whole number from {min} to {max}"),
            },
            Kind::Decimal { min, max } => format!("a decimal number from {min} to {max}"),
            Kind::Text { min, max, of } if of.is_empty() => format!("{min} to {max} characters"),
            Kind::Text { min, max, of } => format!("{min} to {max} characters of `{of}`"),
            Kind::Words { words, aliases } => {
                listed(words.iter().chain(aliases.iter().map(|(alias, _)| alias)))
            }
        }
    }

    /// What it accepts and what it is when not given, in words.
    pub fn said(&self) -> String {
        let default = match &self.default {
            Fallback::Required => "must be given".to_owned(),
            Fallback::Like(other) => format!("otherwise as `{other}`"),
            Fallback::Value(choice) => match &choice.spelled {
                Scalar::Null => "may be left out".to_owned(),
                spelled => format!("otherwise `{}`", spelled.word()),
            },
        };
        format!("{}; {default}", self.accepted())
    }

    pub fn is_default(&self, value: &Scalar) -> bool {
        matches!(&self.default, Fallback::Value(default) if default.value == *value)
    }

    /// Whether every value names a stretch of time.
    pub fn is_period(&self) -> bool {
        match &self.kind {
            Kind::Words { words, .. } => words.iter().all(|word| Period::from_word(word).is_some()),
            Kind::Date => true,
            _ => false,
        }
    }

    /// The stretch of time that one of its values names: a day of the calendar, or yesterday where none is said.
    pub fn period(&self, value: &Scalar) -> Option<Period> {
        match (&self.kind, value) {
            (Kind::Date, Scalar::Text(date)) => date.parse().ok().map(Period::Date),
            (Kind::Date, _) => Some(Period::Yesterday),
            (_, Scalar::Text(word)) => Period::from_word(word),
            _ => None,
        }
    }
}

fn stand_in(fallback: &Fallback, earlier: &Choices) -> Option<Choice> {
    match fallback {
        Fallback::Value(choice) => Some(choice.clone()),
        Fallback::Like(other) => Some(
            earlier
                .get(other)
                .cloned()
                .unwrap_or_else(|| Scalar::Null.into()),
        ),
        Fallback::Required => None,
    }
}

/// A whole number; one too long for this type too is still beyond every range.
pub fn whole(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let beyond = if text.starts_with('-') {
        i128::MIN
    } else {
        i128::MAX
    };
    Some(text.parse().unwrap_or(beyond))
}

/// An exact number, without an exponent.
pub fn decimal(text: &str) -> Option<Exact> {
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    Exact::parse(text).filter(|_| decimals <= MOST_DECIMALS)
}

/// Whether a class such as `A-Za-z0-9_-` holds a letter; a `-` at its end is itself.
fn is_of(letter: char, class: &str) -> bool {
    let letters: Vec<char> = class.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let (first, last) = match letters[at..] {
            [first, '-', last, ..] => (first, last),
            _ => (letters[at], letters[at]),
        };
        if (first..=last).contains(&letter) {
            return true;
        }
        at += if first == last { 1 } else { 3 };
    }
    class.is_empty() && !letter.is_control()
}

/// What was given, as a refusal quotes it: enough to know it by.
pub fn echoed(given: &str) -> String {
    const LONGEST: usize = 60;
    match given.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &given[..end]),
        None => given.to_owned(),
    }
}

/// `` `a`, `b` or `c` ``.
pub fn listed<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    let quoted: Vec<String> = words
        .into_iter()
        .map(|word| format!("`{}`", word.as_ref()))
        .collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.join(""),
    }
}
