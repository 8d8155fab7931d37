//! A view: what a view file declares, how a request is read against it, and the keys it has on the shelf.

use super::param::{Choice, Choices, Kind, Param, Scalar, echoed, listed};
use crate::model::period::Period;
use chrono::Duration;
use serde_json::Value;

/// A view file, read and found whole.
#[derive(Clone, Debug)]
pub struct View {
    pub name: String,
    pub kind: String,
    pub route: String,
    pub params: Vec<Param>,
    /// The parameter whose value is the stretch of time the statements speak of.
    pub span: Option<String>,
    /// How the key on the shelf is written: `park_downtime_{period}_{filter}`.
    pub key: String,
    /// How often the view is computed anew, and how long a body counts as fresh.
    pub due: Duration,
    pub fresh: Duration,
    /// What the view depends on, for whoever changes that.
    #[expect(dead_code, reason = "nothing is invalidated by tag yet")]
    pub tags: Vec<String>,
    pub members: Vec<Member>,
    pub statements: Vec<Statement>,
}

/// A member of the answer that no statement gives: a constant, or a parameter said back.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    pub source: Source,
    /// Left out where the parameter is null.
    pub optional: bool,
}

#[derive(Clone, Debug)]
pub enum Source {
    Constant(Value),
    Param(String),
    SortBy,
}

/// One statement and the member of the answer that its rows become.
#[derive(Clone, Debug)]
pub struct Statement {
    pub name: String,
    pub shape: Shape,
    /// Choices for `sort_by`, the default first; empty where the order is the statement's own.
    pub sorts: Vec<Sort>,
    pub limit: Option<Limit>,
    /// The field that numbers the rows in the order of the answer.
    pub rank: Option<String>,
    /// With relations expanded; parameters are `:named`.
    pub sql: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An object; without a row null, or where `required` a 404.
    One { required: bool },
    /// An array of objects.
    Many,
    /// An object of parallel arrays.
    Columns,
}

#[derive(Clone, Debug)]
pub struct Sort {
    pub name: String,
    /// Columns, hidden ones too, and whether each falls.
    pub by: Vec<(String, bool)>,
}

#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub default: usize,
    pub max: usize,
}

/// What one request asks of a view.
#[derive(Clone, Debug)]
pub struct Asked {
    pub choices: Choices,
    /// Position in the sorts of the listed statement.
    pub sort: usize,
    pub limit: Option<usize>,
    /// The key on the shelf, or where a choice is not in the key that key and the choice.
    pub key: String,
}

impl View {
    /// Reads a query against the declared parameters; a refusal is a sentence naming the parameter.
    /// Of a repeated parameter the first counts, and unknown ones are ignored.
    pub fn ask(&self, query: &[(String, String)]) -> Result<Asked, String> {
        let given = |name: &str| {
            let pair = query.iter().find(|(key, _)| key == name);
            pair.map(|(_, value)| value.as_str())
        };
        let mut choices = Choices::new();
        for param in &self.params {
            let choice = param.choose(given(&param.name), &choices)?;
            choices.insert(param.name.clone(), choice);
        }
        let (mut sort, mut limit) = (0, None);
        if let Some(list) = self.list() {
            sort = list.sort_position(given("sort_by"))?;
            limit = list.limit(given("limit"))?;
        }
        Ok(self.asked(choices, sort, limit))
    }

    fn asked(&self, choices: Choices, sort: usize, limit: Option<usize>) -> Asked {
        let mut key = self.key_of(&choices);
        for param in self.params.iter().filter(|param| !self.is_settled(param)) {
            let value = &choices[&param.name].value;
            if !param.is_default(value) {
                key.push_str(&format!("?{}={}", param.name, value.word()));
            }
        }
        Asked {
            choices,
            sort,
            limit,
            key,
        }
    }

    /// Whether a parameter is in the key, or changes nothing but what the answer says back.
    fn is_settled(&self, param: &Param) -> bool {
        self.key_names(&param.name)
            || !(self.statements.iter())
                .any(|statement| names_in(&statement.sql, ':').any(|name| name == param.name))
    }

    /// `{name}` is the value of a parameter, `{_name}` the same after an underscore, or nothing at its default.
    fn key_of(&self, choices: &Choices) -> String {
        let mut key = self.key.clone();
        for param in &self.params {
            let value = &choices[&param.name].value;
            let optional = if param.is_default(value) {
                String::new()
            } else {
                format!("_{}", value.word())
            };
            key = key
                .replace(&format!("{{{}}}", param.name), &value.word())
                .replace(&format!("{{_{}}}", param.name), &optional);
        }
        key
    }

    /// Everything the view keeps on the shelf: one entry a combination of the parameters in its key.
    pub fn shelf(&self) -> Vec<Asked> {
        let mut all = vec![Choices::new()];
        for param in &self.params {
            let mut next = Vec::new();
            for choices in all {
                let values = match &param.kind {
                    Kind::Words { words, .. } if self.key_names(&param.name) => words
                        .iter()
                        .cloned()
                        .map(Scalar::Text)
                        .map(Choice::from)
                        .collect(),
                    _ => vec![param.fallback(&choices)],
                };
                next.extend(values.into_iter().map(|choice| {
                    let mut choices = choices.clone();
                    choices.insert(param.name.clone(), choice);
                    choices
                }));
            }
            all = next;
        }
        all.into_iter()
            .map(|choices| self.asked(choices, 0, None))
            .collect()
    }

    pub fn shelf_keys(&self) -> impl Iterator<Item = String> {
        self.shelf().into_iter().map(|asked| asked.key)
    }

    fn key_names(&self, param: &str) -> bool {
        self.key.contains(&format!("{{{param}}}")) || self.key.contains(&format!("{{_{param}}}"))
    }

    /// The statement whose rows `sort_by` and `limit` work on.
    pub fn list(&self) -> Option<&Statement> {
        self.statements
            .iter()
            .find(|statement| statement.is_listed())
    }

    /// The stretch of time that `asked` is about.
    pub fn period(&self, asked: &Asked) -> Option<Period> {
        match &asked.choices.get(self.span.as_ref()?)?.value {
            Scalar::Text(word) => Period::from_word(word),
            _ => None,
        }
    }
}

impl Statement {
    pub fn is_listed(&self) -> bool {
        !self.sorts.is_empty() || self.limit.is_some() || self.rank.is_some()
    }

    fn sort_position(&self, given: Option<&str>) -> Result<usize, String> {
        // With a single order there is nothing to choose, so `sort_by` is one more unknown parameter.
        let Some(given) = given.filter(|_| self.sorts.len() > 1) else {
            return Ok(0);
        };
        let position = self.sorts.iter().position(|sort| sort.name == given);
        position.ok_or_else(|| {
            let names = listed(self.sorts.iter().map(|sort| &sort.name));
            format!(
                "`{}` is not a value of `sort_by`; use {names}",
                echoed(given)
            )
        })
    }

    fn limit(&self, given: Option<&str>) -> Result<Option<usize>, String> {
        let (Some(limit), Some(given)) = (self.limit, given) else {
            return Ok(self.limit.map(|limit| limit.default));
        };
        // A number too long for any integer type is still above the maximum.
        let is_number = !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_digit());
        match given.parse().unwrap_or(usize::MAX) {
            0 => {}
            number if is_number => return Ok(Some(number.min(limit.max))),
            _ => {}
        }
        Err(format!(
            "`{}` is not a value of `limit`; use a whole number from 1 to {}",
            echoed(given),
            limit.max
        ))
    }
}

/// The words of `text` that follow `mark`, as `:name` and `@name` do; `::` and text in quotes do not count.
pub fn names_in(text: &str, mark: char) -> impl Iterator<Item = &str> {
    let mut quote = None;
    let starts = text.char_indices().filter(move |(_, letter)| {
        match quote {
            Some(open) if *letter == open => quote = None,
            None if matches!(letter, '\'' | '"' | '`') => quote = Some(*letter),
            _ => {}
        }
        quote.is_none() && *letter == mark
    });
    starts.filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let end = rest
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
            .unwrap_or(rest.len());
        (end > 0).then_some(&rest[..end])
    })
}
