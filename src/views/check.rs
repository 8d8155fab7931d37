//! What a statement costs: its time, its rows and its plan, for one choice of the parameters.

use super::compute::{Moment, NotThere, axis, bound_for, rows};
use super::param::{Kind, Param};
use super::route::Route;
use super::shape::shaped;
use super::statement::Statement;
use super::view::{Asked, Refusal, View};
use crate::db::{Db, text};
use anyhow::{Context, Result, anyhow};
use mysql::Row;
use std::time::{Duration, Instant};

/// So many combinations of words are tried to find one that a statement applies to.
const COMBINATIONS: usize = 5_000;

/// What was found out about a statement.
pub struct Checked {
    pub statement: String,
    /// The parameters it was run with, as a query would say them.
    pub asked: String,
    pub took: Duration,
    pub rows: usize,
    pub plan: Vec<Step>,
}

/// One line of the server's plan.
pub struct Step {
    pub table: String,
    /// How the table is read: `const`, `ref`, `range`, `ALL`, …
    pub access: String,
    pub key: Option<String>,
    /// How many rows the server expects.
    pub rows: u64,
}

/// Runs every statement of a view once, and asks for its plan. `with` says what to ask; the rest is made up.
pub fn check(
    db: &mut Db,
    moment: &mut Moment,
    view: &View,
    with: &[(String, String)],
) -> Vec<(String, Result<Checked>)> {
    let asked = samples(view, with);
    let statements = view.statements.iter();
    statements
        .map(|statement| {
            let applies = |asked: &&Asked| statement.when.holds(&asked.choices);
            let sample = match &asked {
                Ok(asked) => asked
                    .iter()
                    .find(applies)
                    .ok_or_else(|| anyhow!("no choice of parameters makes it apply")),
                Err(sentence) => Err(anyhow!("{sentence}")),
            };
            let checked = sample.and_then(|asked| run(db, moment, view, asked, statement));
            (statement.name.clone(), checked)
        })
        .collect()
}

fn run(
    db: &mut Db,
    moment: &mut Moment,
    view: &View,
    asked: &Asked,
    statement: &Statement,
) -> Result<Checked> {
    let (bound, _) = bound_for(db, moment, view, asked)?;
    let begun = Instant::now();
    let (columns, table) = rows(db, &bound, statement)?;
    let took = begun.elapsed();
    let count = table.len();
    // What is wrong with the rows shows here, and not in the first refresh; a made-up id may well have none.
    let axis = axis(view, asked, moment);
    if let Err(error) = shaped(view, statement, axis.as_ref(), &columns, table)
        && !error.is::<NotThere>()
    {
        return Err(error);
    }
    let (text, params) = bound.filled(&statement.sql);
    let explain = format!("explain format = traditional {text}");
    let steps: Vec<Row> = (db.rows_once(&explain, params)).context("could not explain it")?;
    let plan = steps.into_iter().map(step);
    let choices = asked
        .choices
        .iter()
        .map(|(name, choice)| format!("{name}={}", choice.value.word()));
    Ok(Checked {
        statement: statement.name.clone(),
        asked: choices.collect::<Vec<_>>().join("&"),
        took,
        rows: count,
        plan: plan.collect(),
    })
}

/// A line of the plan by the names it comes with: MySQL prepares an `explain` without knowing them.
fn step(row: Row) -> Step {
    let columns = row.columns();
    let cells: Vec<Option<String>> = row.unwrap().into_iter().map(text).collect();
    let cell = |name: &str| {
        let mut names = columns.iter().map(|column| column.name_str());
        let at = names.position(|known| known.eq_ignore_ascii_case(name))?;
        cells.get(at).cloned().flatten()
    };
    Step {
        table: cell("table").unwrap_or_else(|| "-".to_owned()),
        access: cell("type").unwrap_or_else(|| "-".to_owned()),
        key: cell("key"),
        rows: cell("rows").and_then(|rows| rows.parse().ok()).unwrap_or(0),
    }
}

/// Requests that a view answers, the plainest first; an error is a refusal of what was given.
fn samples(view: &View, with: &[(String, String)]) -> Result<Vec<Asked>, String> {
    let mut all: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for param in &view.params {
        let given = with.iter().find(|(name, _)| *name == param.name);
        let values = match given {
            Some((_, value)) => vec![Some(value.clone())],
            None => candidates(param, &view.route),
        };
        let mut next = Vec::new();
        // What changes last is what was declared first, so that the first sample has every default.
        for value in &values {
            for sample in &all {
                let mut sample = sample.clone();
                sample.extend(value.clone().map(|value| (param.name.clone(), value)));
                next.push(sample);
            }
        }
        next.truncate(COMBINATIONS);
        all = next;
    }
    let ask = |sample: &Vec<(String, String)>| {
        let in_path = |(name, _): &&(String, String)| view.route.names().any(|known| known == name);
        let (path, query): (Vec<_>, Vec<_>) = sample.iter().partition(in_path);
        let path: Vec<(&str, &str)> = path
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let query: Vec<(String, String)> = query.into_iter().cloned().collect();
        view.ask(&path, &query).map_err(|refusal| match refusal {
            Refusal::Query(sentence) | Refusal::Path(sentence) => sentence,
        })
    };
    all.iter().map(ask).collect()
}

/// Values to try: the default, unless there is none, and every other word.
fn candidates(param: &Param, route: &Route) -> Vec<Option<String>> {
    let is_needed = route.names().any(|name| name == param.name)
        || param.fallback(&Default::default()).is_none();
    let default = (!is_needed).then_some(None);
    let made_up = match &param.kind {
        Kind::Words { words, .. } => words.clone(),
        _ if !is_needed => Vec::new(),
        Kind::Integer { min, max, .. } => vec![1.clamp(*min, *max).to_string()],
        Kind::Decimal { min, .. } => vec![min.to_string()],
        Kind::Text { min, of, .. } => vec![
            of.chars()
                .next()
                .unwrap_or('a')
                .to_string()
                .repeat((*min).max(1)),
        ],
        Kind::Date => vec!["2026-07-04".to_owned()],
        Kind::Flag => vec!["true".to_owned()],
    };
    default
        .into_iter()
        .chain(made_up.into_iter().map(Some))
        .collect()
}
