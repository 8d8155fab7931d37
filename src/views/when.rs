//! `when period in (today, yesterday)`: for which choices a statement or a constant belongs to the answer.

use super::param::{Choices, Kind, Param};
use anyhow::{Result, anyhow, bail};

/// Conditions that must all hold; none at all is always true.
#[derive(Clone, Debug, Default)]
pub struct When(Vec<Condition>);

#[derive(Clone, Debug)]
struct Condition {
    param: String,
    is_negated: bool,
    words: Vec<String>,
}

impl When {
    /// `period = live`, `period not in (live, today) and type = parks`.
    pub fn parse(text: &str) -> Result<When> {
        text.split(" and ")
            .map(condition)
            .collect::<Result<_>>()
            .map(When)
    }

    pub fn holds(&self, choices: &Choices) -> bool {
        self.0.iter().all(|condition| {
            let value = choices
                .get(&condition.param)
                .map(|choice| choice.value.word());
            value.is_some_and(|value| condition.words.contains(&value) != condition.is_negated)
        })
    }

    /// The parameters it depends on.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|condition| condition.param.as_str())
    }

    /// When both hold.
    pub fn and(&self, other: &When) -> When {
        When(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// The same without the words that its parameters do not know; none where nothing is left to hold.
    pub fn within(mut self, params: &[Param]) -> Option<When> {
        for condition in &mut self.0 {
            let param = params.iter().find(|param| param.name == condition.param)?;
            if let Kind::Words { words: known, .. } = &param.kind {
                condition.words.retain(|word| known.contains(word));
            }
            if condition.words.is_empty() && !condition.is_negated {
                return None;
            }
        }
        Some(self)
    }

    /// Whether no choice can make both hold.
    pub fn excludes(&self, other: &When) -> bool {
        let meets = |(one, other): (&Condition, &Condition)| {
            let shared = |word| other.words.contains(word);
            match (one.is_negated, other.is_negated) {
                (false, false) => one.words.iter().any(shared),
                (false, true) => !one.words.iter().all(shared),
                (true, false) => !other.words.iter().all(|word| one.words.contains(word)),
                (true, true) => true,
            }
        };
        let pairs = self
            .0
            .iter()
            .flat_map(|one| other.0.iter().map(move |other| (one, other)));
        pairs
            .filter(|(one, other)| one.param == other.param)
            .any(|pair| !meets(pair))
    }

    /// That every name is a parameter and every word one of its values.
    pub fn check(&self, params: &[Param]) -> Result<()> {
        for Condition {
            param: name, words, ..
        } in &self.0
        {
            let Some(param) = params.iter().find(|param| param.name == *name) else {
                bail!("`when` names `{name}`, which is not a parameter");
            };
            if let Kind::Words { words: known, .. } = &param.kind
                && let Some(word) = words
                    .iter()
                    .find(|word| !known.contains(word) && *word != "null")
            {
                bail!("`when` names `{word}`, which is not a value of `{name}`");
            }
        }
        Ok(())
    }
}

fn condition(text: &str) -> Result<Condition> {
    let wrong = || anyhow!("`{text}` is not `name = value` or `name in (value, value)`");
    if let Some((param, word)) = text.split_once(" = ") {
        return Ok(Condition {
            param: param.trim().to_owned(),
            is_negated: false,
            words: vec![word.trim().to_owned()],
        });
    }
    let (param, words) = text.split_once(" in ").ok_or_else(wrong)?;
    let words = words
        .trim()
        .strip_prefix('(')
        .and_then(|words| words.strip_suffix(')'));
    let words: Vec<String> = words
        .ok_or_else(wrong)?
        .split(',')
        .map(|word| word.trim().to_owned())
        .collect();
    let positive = param.trim().strip_suffix(" not");
    Ok(Condition {
        param: positive.unwrap_or(param).trim().to_owned(),
        is_negated: positive.is_some(),
        words,
    })
}

#[cfg(test)]
mod tests {
    use super::When;

    #[test]
    fn two_conditions_exclude_each_other_when_they_share_no_value() {
        for (one, other, expected) in [
            ("a = x", "a = y", true),
            ("a = x", "a in (x, y)", false),
            ("a = x", "a not in (x, z)", true),
            ("a not in (x)", "a in (x, y)", false),
            ("a = x", "b = y", false),
            ("a = x and b = y", "b in (z)", true),
        ] {
            let when = |text| When::parse(text).expect(text);
            assert_eq!(when(one).excludes(&when(other)), expected, "{one}; {other}");
            assert_eq!(when(other).excludes(&when(one)), expected, "{other}; {one}");
        }
    }
}
