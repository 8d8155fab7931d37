//! A statement of a view: what its rows become, and how they can be sorted and limited.

use super::param::{echoed, listed, whole};
use super::when::When;

/// One statement and the member of the answer that its rows become.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The place of its result: `data`, `shame_breakdown.rides`, or `.` for the answer itself.
    pub name: String,
    pub shape: Shape,
    pub when: When,
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
    /// The single value of the first row.
    Value,
    /// An array of objects.
    Many,
    /// An object of parallel arrays.
    Columns,
    /// Long rows on an axis of times, cells without a row null or zero.
    Grid { form: Form, zero: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `labels`, and `datasets` that each hold their own `data`.
    Datasets,
    /// `time_labels`, `entities`, and a `matrix` with a row for each of them.
    Matrix,
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
    pub outside: Outside,
}

/// What becomes of a limit below 1 or above the maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Below is refused, above counts as the maximum.
    Cap,
    Clamp,
    Refuse,
}

impl Statement {
    pub fn is_listed(&self) -> bool {
        !self.sorts.is_empty() || self.limit.is_some() || self.rank.is_some()
    }

    pub fn sort_position(&self, given: Option<&str>) -> Result<usize, String> {
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

    pub fn limit(&self, given: Option<&str>) -> Result<Option<usize>, String> {
        let (Some(limit), Some(given)) = (self.limit, given) else {
            return Ok(self.limit.map(|limit| limit.default));
        };
        let range = 1..=limit.max as i128;
        let is_meant = |number: &i128| match limit.outside {
            Outside::Clamp => true,
            Outside::Cap => *number >= 1,
            Outside::Refuse => range.contains(number),
        };
        match whole(given).filter(is_meant) {
            Some(number) => Ok(Some(
                usize::try_from(number.max(1)).map_or(limit.max, |number| number.min(limit.max)),
            )),
            None => Err(format!(
                "`{}` is not a value of `limit`; use a whole number from 1 to {}",
                echoed(given),
                limit.max
            )),
        }
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
