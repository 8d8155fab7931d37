//! The values of a view file's directives: parameters, orders, limits, constants, times.

use super::constant;
use super::param::{Fallback, Kind, Param, Scalar};
use super::view::{Limit, Member, Shape, Sort, Source, Statement};
use anyhow::{Context, Result, anyhow, bail};
use chrono::Duration;
use serde_json::Value;

/// `data :many` or `park :one required`.
pub fn statement(value: &str) -> Result<Statement> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let (name, shape) = match words[..] {
        [name, ":one"] => (name, Shape::One { required: false }),
        [name, ":one", "required"] => (name, Shape::One { required: true }),
        [name, ":many"] => (name, Shape::Many),
        [name, ":columns"] => (name, Shape::Columns),
        _ => bail!(
            "`{value}` is not `name :one`, `name :one required`, `name :many` or `name :columns`"
        ),
    };
    Ok(Statement {
        name: name.to_owned(),
        shape,
        sorts: Vec::new(),
        limit: None,
        rank: None,
        sql: String::new(),
    })
}

/// `shame_score by score desc, park_name, park_id`.
pub fn sort(value: &str) -> Result<Sort> {
    let (name, columns) = value
        .split_once(" by ")
        .ok_or_else(|| anyhow!("`{value}` is not `name by column desc, column`"))?;
    let by =
        columns.split(',').map(
            |column| match column.split_whitespace().collect::<Vec<_>>()[..] {
                [column] | [column, "asc"] => Ok((column.to_owned(), false)),
                [column, "desc"] => Ok((column.to_owned(), true)),
                _ => bail!("`{column}` is not `column` or `column desc`"),
            },
        );
    Ok(Sort {
        name: name.trim().to_owned(),
        by: by.collect::<Result<_>>()?,
    })
}

/// `default 50; max 100`.
pub fn limit(value: &str) -> Result<Limit> {
    let read = || {
        let (default, max) = value.split_once(';')?;
        let default = default.trim().strip_prefix("default ")?.parse().ok()?;
        let max = max.trim().strip_prefix("max ")?.parse().ok()?;
        (0 < default && default <= max).then_some(Limit { default, max })
    };
    read().ok_or_else(|| anyhow!("`{value}` is not `default 50; max 100`"))
}

/// `period = live|today|7day-average->7days; default live`, `park_id = int; default null; invalid -> null`.
pub fn param(value: &str) -> Result<Param> {
    let (name, rest) = value
        .split_once(" = ")
        .ok_or_else(|| anyhow!("`{value}` is not `name = values; default value`"))?;
    let mut pieces = rest.split(';').map(str::trim);
    let kind = match pieces.next().unwrap_or_default() {
        "bool" => Kind::Flag,
        "int" => Kind::Integer,
        values => {
            let (aliases, words): (Vec<&str>, Vec<&str>) = values
                .split('|')
                .map(str::trim)
                .partition(|word| word.contains("->"));
            Kind::Words {
                words: words.into_iter().map(str::to_owned).collect(),
                aliases: aliases
                    .into_iter()
                    .filter_map(|alias| alias.split_once("->"))
                    .map(|(alias, word)| (alias.to_owned(), word.to_owned()))
                    .collect(),
            }
        }
    };
    let mut param = Param {
        name: name.trim().to_owned(),
        kind,
        default: Fallback::Value(Scalar::Null),
        lenient: false,
    };
    for piece in pieces {
        match piece.split_once(' ') {
            Some(("default", value)) => param.default = fallback(value.trim(), &param)?,
            Some(("invalid", "-> default")) => param.lenient = true,
            _ => bail!("`{piece}` is not `default value` or `invalid -> default`"),
        }
    }
    if let Kind::Words { words, aliases } = &param.kind
        && let Some((alias, word)) = aliases.iter().find(|(_, word)| !words.contains(word))
    {
        bail!("`{alias}` stands for `{word}`, which is not a value of `{name}`");
    }
    Ok(param)
}

fn fallback(value: &str, param: &Param) -> Result<Fallback> {
    if let Some(other) = value.strip_prefix(':') {
        return Ok(Fallback::Like(other.to_owned()));
    }
    let scalar = match &param.kind {
        _ if value == "null" => Scalar::Null,
        Kind::Flag => Scalar::Flag(value == "true"),
        Kind::Integer => Scalar::Integer(value.parse().context("the default is no number")?),
        Kind::Words { words, .. } if words.iter().any(|word| word == value) => {
            Scalar::Text(value.to_owned())
        }
        Kind::Words { .. } => bail!(
            "the default `{value}` is not among the values of `{}`",
            param.name
        ),
    };
    Ok(Fallback::Value(scalar))
}

/// `success = true`, `period = :period`, `attribution = @attribution`; `park_id? = :park_id` is left out when null.
pub fn member(value: &str) -> Result<Member> {
    let (name, source) = value
        .split_once(" = ")
        .ok_or_else(|| anyhow!("`{value}` is not `name = value`"))?;
    let source = match source.trim() {
        ":sort_by" => Source::SortBy,
        named if named.starts_with(':') => Source::Param(named[1..].to_owned()),
        named if named.starts_with('@') => Source::Constant(
            constant(&named[1..]).ok_or_else(|| anyhow!("unknown constant `{named}`"))?,
        ),
        text => Source::Constant(
            serde_json::from_str::<Value>(text)
                .map_err(|_| anyhow!("`{text}` is not a JSON value"))?,
        ),
    };
    Ok(Member {
        name: name.trim_end_matches('?').trim().to_owned(),
        source,
        optional: name.ends_with('?'),
    })
}

/// `30s`, `5m`, `2h`.
pub fn duration(value: &str) -> Result<Duration> {
    let read = || {
        let (number, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
        let number: i64 = number
            .parse()
            .ok()
            .filter(|number| (1..=10_000).contains(number))?;
        match unit {
            "s" => Some(Duration::seconds(number)),
            "m" => Some(Duration::minutes(number)),
            "h" => Some(Duration::hours(number)),
            _ => None,
        }
    };
    read().ok_or_else(|| anyhow!("`{value}` is not a time such as `30s`, `5m` or `2h`"))
}
