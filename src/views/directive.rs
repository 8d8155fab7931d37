//! The values of a view file's directives: parameters, orders, limits, constants, times.

use super::constant;
use super::param::{Fallback, Kind, Param, Scalar, decimal};
use super::statement::{Form, Limit, Outside, Shape, Sort, Statement};
use super::view::{Auth, Member, Method, Rate, Source, Store};
use super::when::When;
use anyhow::{Context, Result, anyhow, bail, ensure};
use chrono::Duration;
use serde_json::Value;

/// The longest text a parameter may be given.
const LONGEST_TEXT: usize = 100;

/// `data :many`, `park :one required`, `chart_data :grid as datasets missing 0 when period = today`.
pub fn statement(value: &str) -> Result<Statement> {
    let (head, when) = split_when(value)?;
    let words: Vec<&str> = head.split_whitespace().collect();
    let (name, shape) = match words[..] {
        [name, ":one"] => (name, Shape::One { required: false }),
        [name, ":one", "required"] => (name, Shape::One { required: true }),
        [name, ":value"] => (name, Shape::Value),
        [name, ":many"] => (name, Shape::Many),
        [name, ":columns"] => (name, Shape::Columns),
        [name, ":grid", "as", form] => (name, grid(form, false)?),
        [name, ":grid", "as", form, "missing", "0"] => (name, grid(form, true)?),
        _ => bail!(
            "`{value}` is not `name :one`, `name :one required`, `name :value`, `name :many`, `name :columns` or `name :grid as datasets|matrix`"
        ),
    };
    ensure!(
        name != "." || !matches!(shape, Shape::Many | Shape::Value),
        "an answer is an object: `.` cannot be `:many` or `:value`"
    );
    Ok(Statement {
        name: name.to_owned(),
        shape,
        when,
        sorts: Vec::new(),
        limit: None,
        rank: None,
        sql: String::new(),
    })
}

fn grid(form: &str, zero: bool) -> Result<Shape> {
    let form = match form {
        "datasets" => Form::Datasets,
        "matrix" => Form::Matrix,
        _ => bail!("a grid stands `as datasets` or `as matrix`, not as `{form}`"),
    };
    Ok(Shape::Grid { form, zero })
}

fn split_when(value: &str) -> Result<(&str, When)> {
    match value.split_once(" when ") {
        Some((head, when)) => Ok((head, When::parse(when)?)),
        None => Ok((value, When::default())),
    }
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

/// `default 50; max 100`, and what becomes of others: `outside -> clamp`, `outside -> refuse`.
pub fn limit(value: &str) -> Result<Limit> {
    let read = || {
        let mut pieces = value.split(';').map(str::trim);
        let default = pieces.next()?.strip_prefix("default ")?.parse().ok()?;
        let max = pieces.next()?.strip_prefix("max ")?.parse().ok()?;
        let outside = match pieces.next() {
            None => Outside::Cap,
            Some("outside -> clamp") => Outside::Clamp,
            Some("outside -> refuse") => Outside::Refuse,
            Some(_) => return None,
        };
        (0 < default && default <= max).then_some(Limit {
            default,
            max,
            outside,
        })
    };
    read().ok_or_else(|| anyhow!("`{value}` is not `default 50; max 100`"))
}

/// `period = live|today|7day-average->7days; default live`, `park_id = int; default null; invalid -> default`,
/// `days = int 1..30; default 7; outside -> clamp`, `score = num 0..10`, `name = text 1..40 A-Z0-9-; required`,
/// `day = date`.
pub fn param(value: &str) -> Result<Param> {
    let (name, rest) = value
        .split_once(" = ")
        .ok_or_else(|| anyhow!("`{value}` is not `name = values; default value`"))?;
    let mut pieces = rest.split(';').map(str::trim);
    let mut param = Param::required(name.trim(), kind(pieces.next().unwrap_or_default())?);
    param.default = Fallback::Value(Scalar::Null.into());
    for piece in pieces {
        match (piece.split_once(' '), &mut param.kind) {
            (Some(("default", value)), _) => param.default = fallback(value.trim(), &param)?,
            (Some(("invalid", "-> default")), _) => param.invalid = Some(param.default.clone()),
            (Some(("invalid", value)), _) if value.starts_with("-> ") => {
                param.invalid = Some(fallback(&value[3..], &param)?);
            }
            (Some(("outside", "-> clamp")), Kind::Integer { clamps, .. }) => *clamps = true,
            (None, _) if piece == "required" => param.default = Fallback::Required,
            _ => bail!(
                "`{piece}` is not `default value`, `required`, `invalid -> value` or, for a range, `outside -> clamp`"
            ),
        }
    }
    if let Kind::Words { words, aliases } = &param.kind
        && let Some((alias, word)) = aliases.iter().find(|(_, word)| !words.contains(word))
    {
        bail!("`{alias}` stands for `{word}`, which is not a value of `{name}`");
    }
    Ok(param)
}

fn kind(text: &str) -> Result<Kind> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let wrong = || anyhow!("`{text}` is no range of numbers such as `1..30`");
    Ok(match words[..] {
        ["bool"] => Kind::Flag,
        ["date"] => Kind::Date,
        ["int"] => Kind::INTEGER,
        ["int", range] => {
            let (min, max) = range.split_once("..").ok_or_else(wrong)?;
            let min = min.parse().map_err(|_| wrong())?;
            let max = if max.is_empty() {
                i64::MAX
            } else {
                max.parse().map_err(|_| wrong())?
            };
            ensure!(min <= max, wrong());
            Kind::Integer {
                min,
                max,
                clamps: false,
            }
        }
        ["num", range] => {
            let (min, max) = range.split_once("..").ok_or_else(wrong)?;
            let (min, max) = (
                decimal(min).ok_or_else(wrong)?,
                decimal(max).ok_or_else(wrong)?,
            );
            ensure!(min <= max, wrong());
            Kind::Decimal { min, max }
        }
        ["num"] => bail!("a decimal says its range, as in `num 0..10`"),
        ["text", range, ..] => {
            let (min, max) = range.split_once("..").ok_or_else(wrong)?;
            let (min, max) = (
                min.parse().map_err(|_| wrong())?,
                max.parse().map_err(|_| wrong())?,
            );
            ensure!(
                min <= max && max <= LONGEST_TEXT,
                "a text has at most {LONGEST_TEXT} characters"
            );
            Kind::Text {
                min,
                max,
                of: words[2..].join(" "),
            }
        }
        ["text"] => bail!("a text says how long it may be, as in `text 1..40`"),
        _ => {
            let (aliases, words): (Vec<&str>, Vec<&str>) = text
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
    })
}

fn fallback(value: &str, param: &Param) -> Result<Fallback> {
    if let Some(other) = value.strip_prefix(':') {
        return Ok(Fallback::Like(other.to_owned()));
    }
    if value == "null" {
        return Ok(Fallback::Value(Scalar::Null.into()));
    }
    let choice = param.read(value).with_context(|| {
        format!(
            "the default `{value}` is not among the values of `{}`",
            param.name
        )
    })?;
    Ok(Fallback::Value(choice))
}

/// `success = true, period = :period, attribution = @attribution when type = parks`; one as `park_id? = :park_id` is
/// left out when null.
pub fn members(value: &str) -> Result<Vec<Member>> {
    let (head, when) = split_when(value)?;
    head.split(", ").map(|text| member(text, &when)).collect()
}

fn member(value: &str, when: &When) -> Result<Member> {
    let (name, source) = value
        .split_once(" = ")
        .ok_or_else(|| anyhow!("`{value}` is not `name = value`"))?;
    let source = match source.trim() {
        ":sort_by" => Source::SortBy,
        ":count" => Source::Count,
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
        when: when.clone(),
    })
}

/// `shelf`, `on-demand` or `on-demand until cycle`; `due` comes in later.
pub fn store(value: &str) -> Result<Store> {
    Ok(match value {
        "shelf" => Store::Shelf {
            due: Rate {
                running: Duration::zero(),
                over: Duration::zero(),
            },
        },
        "on-demand" => Store::OnDemand { until_cycle: false },
        "on-demand until cycle" => Store::OnDemand { until_cycle: true },
        _ => bail!(
            "unknown store `{value}`; known are `shelf`, `on-demand` and `on-demand until cycle`"
        ),
    })
}

pub fn auth(value: &str) -> Result<Auth> {
    Ok(match value {
        "public" => Auth::Public,
        "bearer" => Auth::Bearer,
        _ => bail!("unknown auth `{value}`; known are `public` and `bearer`"),
    })
}

pub fn method(value: &str) -> Result<Method> {
    Ok(match value {
        "get" => Method::Get,
        "post" => Method::Post,
        _ => bail!("unknown method `{value}`; known are `get` and `post`"),
    })
}

/// `5m`, or `5m; over 1h` where less often will do once the period is over.
pub fn rate(value: &str) -> Result<Rate> {
    let Some((running, over)) = value.split_once(';') else {
        let always = duration(value)?;
        return Ok(Rate {
            running: always,
            over: always,
        });
    };
    let over = over
        .trim()
        .strip_prefix("over ")
        .ok_or_else(|| anyhow!("`{value}` is not `5m` or `5m; over 1h`"))?;
    let (running, over) = (duration(running.trim())?, duration(over.trim())?);
    ensure!(
        over >= running,
        "`{value}` is shorter once the period is over"
    );
    Ok(Rate { running, over })
}

/// `30s`, `5m`, `2h`.
fn duration(value: &str) -> Result<Duration> {
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

/// Whether a name can stand in an answer: words joined by dots, or the answer itself.
pub fn is_place(name: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    name == "." || name.split('.').all(is_word)
}
