//! What a reader may ask of a view: its parameters, their accepted values, and one set of choices.

use crate::model::period::Period;
use std::collections::BTreeMap;

/// One parameter of a view, as its header declares it.
#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub kind: Kind,
    pub default: Fallback,
    /// An unacceptable value counts as absent instead of being refused.
    pub lenient: bool,
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
    Integer,
}

/// The value of a parameter that was not given.
#[derive(Clone, Debug)]
pub enum Fallback {
    Value(Scalar),
    /// Whatever another parameter, declared before, was given.
    Like(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    Null,
    Flag(bool),
    Integer(i64),
    Text(String),
}

impl Scalar {
    /// The value as it stands in a cache key.
    pub fn word(&self) -> String {
        match self {
            Scalar::Null => "null".to_owned(),
            Scalar::Flag(flag) => flag.to_string(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Text(text) => text.clone(),
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

impl Param {
    /// The choice that `given` stands for, or the sentence of refusal.
    pub fn choose(&self, given: Option<&str>, earlier: &Choices) -> Result<Choice, String> {
        let Some(given) = given else {
            return Ok(self.fallback(earlier));
        };
        match self.read(given) {
            Some(choice) => Ok(choice),
            None if self.lenient => Ok(self.fallback(earlier)),
            None => Err(format!(
                "`{}` is not a value of `{}`; use {}",
                echoed(given),
                self.name,
                self.accepted()
            )),
        }
    }

    pub fn fallback(&self, earlier: &Choices) -> Choice {
        match &self.default {
            Fallback::Value(value) => value.clone().into(),
            Fallback::Like(other) => earlier
                .get(other)
                .cloned()
                .unwrap_or_else(|| Scalar::Null.into()),
        }
    }

    fn read(&self, given: &str) -> Option<Choice> {
        match &self.kind {
            Kind::Flag => Some(Scalar::Flag(given.eq_ignore_ascii_case("true")).into()),
            Kind::Integer => Some(Scalar::Integer(given.parse().ok()?).into()),
            Kind::Words { words, aliases } => {
                let meant = aliases
                    .iter()
                    .find(|(alias, _)| alias == given)
                    .map_or(given, |(_, word)| word);
                words.iter().any(|word| word == meant).then(|| Choice {
                    value: Scalar::Text(meant.to_owned()),
                    spelled: Scalar::Text(given.to_owned()),
                })
            }
        }
    }

    fn accepted(&self) -> String {
        match &self.kind {
            Kind::Flag => "`true` or `false`".to_owned(),
            Kind::Integer => "a whole number".to_owned(),
            Kind::Words { words, aliases } => {
                listed(words.iter().chain(aliases.iter().map(|(alias, _)| alias)))
            }
        }
    }

    pub fn is_default(&self, value: &Scalar) -> bool {
        matches!(&self.default, Fallback::Value(default) if default == value)
    }

    /// Whether every value names a stretch of time.
    pub fn is_period(&self) -> bool {
        matches!(&self.kind, Kind::Words { words, .. }
            if words.iter().all(|word| Period::from_word(word).is_some()))
    }
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
