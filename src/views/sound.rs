//! Whether the parts of a view fit together.

use super::bind::ENGINE_PARAMS;
use super::directive::is_place;
use super::param::{Fallback, Kind, Param};
use super::statement::{Shape, Statement, names_in};
use super::view::{Method, Source, Store, View};
use anyhow::{Result, bail, ensure};

/// Words longer than the columns of `cached_api_views` that hold them are refused here, not there.
const LONGEST_TYPE: usize = 32;
const LONGEST_KEY: usize = 150;

/// One thing that must be so.
type Check = fn(&View) -> Result<()>;

/// What no single line can show, that the parts of a view fit together: each check by the key of the line it is about.
pub const CHECKS: [(&str, Check); 7] = [
    ("type", kind),
    ("method", method),
    ("param", params),
    ("route", route),
    ("span", span),
    ("key", check_key),
    ("tags", tags),
];

fn param<'a>(view: &'a View, name: &str) -> Option<&'a Param> {
    view.params.iter().find(|param| param.name == name)
}

fn kind(view: &View) -> Result<()> {
    if view.kind.len() > LONGEST_TYPE {
        bail!("type `{}` is longer than {LONGEST_TYPE} letters", view.kind);
    }
    if view.statements.is_empty() {
        bail!("there is no statement");
    }
    Ok(())
}

fn method(view: &View) -> Result<()> {
    if view.method == Method::Post && matches!(view.store, Store::Shelf { .. }) {
        bail!("what is asked with `method: post` is computed on demand");
    }
    Ok(())
}

fn params(view: &View) -> Result<()> {
    for (at, param) in view.params.iter().enumerate() {
        let mut earlier = view.params[..at].iter();
        ensure!(
            earlier.all(|earlier| earlier.name != param.name),
            "parameter `{}` is said twice",
            param.name
        );
        if let Fallback::Like(other) = &param.default {
            let mut earlier = view.params[..at].iter();
            ensure!(
                earlier.any(|earlier| earlier.name == *other),
                "`{}` has the default of `:{other}`, which is not a parameter before it",
                param.name
            );
        }
    }
    Ok(())
}

fn route(view: &View) -> Result<()> {
    for name in view.route.names() {
        ensure!(
            param(view, name).is_some(),
            "route names `{{{name}}}`, which has no `param:`"
        );
    }
    Ok(())
}

fn span(view: &View) -> Result<()> {
    match view.span.as_deref().map(|span| (span, param(view, span))) {
        Some((span, None)) => bail!("span `{span}` is not a parameter"),
        Some((span, Some(param))) if !param.is_period() => {
            bail!("span `{span}` has a value that is no period")
        }
        _ => Ok(()),
    }
}

fn tags(view: &View) -> Result<()> {
    for tag in &view.tags {
        let names = tag.split('{').skip(1);
        for name in names.filter_map(|piece| piece.split('}').next()) {
            ensure!(
                param(view, name).is_some(),
                "tag `{tag}` names `{{{name}}}`, which is not a parameter"
            );
        }
    }
    Ok(())
}

/// That the member at a position can be said, and is said once.
pub fn member(view: &View, at: usize) -> Result<()> {
    let member = &view.members[at];
    member.when.check(&view.params)?;
    let is_taken = view.members[..at]
        .iter()
        .any(|other| other.name == member.name && !other.when.excludes(&member.when))
        || view.statements.iter().any(|statement| {
            statement.name == member.name && !statement.when.excludes(&member.when)
        });
    ensure!(!is_taken, "`{}` is said twice", member.name);
    ensure!(
        is_place(&member.name),
        "`{}` is no name of a member",
        member.name
    );
    let mut statements = view.statements.iter();
    match &member.source {
        Source::Param(name) if param(view, name).is_none() => {
            bail!("`set` names `:{name}`, which is not a parameter")
        }
        Source::Engine(name) => check_engine(view, name),
        Source::SortBy if statements.all(|statement| statement.sorts.is_empty()) => {
            bail!("`set` names `:sort_by`, and no statement has a `sort`")
        }
        Source::Count if !statements.any(Statement::is_listed) => {
            bail!("`set` names `:count`, and no statement has a `limit`")
        }
        _ => Ok(()),
    }
}

/// That the key names parameters, and on the shelf only such whose values can be listed.
fn check_key(view: &View) -> Result<()> {
    let names = view
        .key
        .split('{')
        .skip(1)
        .filter_map(|piece| piece.split('}').next());
    for name in names {
        let param = view
            .params
            .iter()
            .find(|param| param.name == name.trim_start_matches('_'));
        match (param.map(|param| &param.kind), view.store) {
            (None, _) => bail!("key names `{{{name}}}`, which is not a parameter"),
            (Some(Kind::Words { .. }), _) | (_, Store::OnDemand { .. }) => {}
            (Some(_), Store::Shelf { .. }) => {
                bail!("key names `{{{name}}}`, whose values cannot be listed")
            }
        }
    }
    if matches!(view.store, Store::Shelf { .. }) {
        if let Some(param) = view.params.iter().find(|param| view.needs(param)) {
            bail!(
                "`{}` is required and not in the key, so nothing can be computed before it is given",
                param.name
            );
        }
        if let Some(key) = view.shelf_keys().find(|key| key.len() > LONGEST_KEY) {
            bail!("key `{key}` is longer than {LONGEST_KEY} letters");
        }
    }
    Ok(())
}

pub fn statement(view: &View, at: usize) -> Result<()> {
    let statement = &view.statements[at];
    let mut earlier = view.statements[..at].iter();
    ensure!(
        !statement.is_listed()
            || earlier.all(|other| !other.is_listed() || other.when.excludes(&statement.when)),
        "only one statement at a time can have `sort`, `limit` or `rank`; `when` can keep them apart"
    );
    if statement.sql.is_empty() {
        bail!("there is nothing below its name");
    }
    if statement.sql.contains(';') {
        bail!("it holds a `;`: one statement a name");
    }
    only_reads(&statement.sql)?;
    ensure!(is_place(&statement.name), "its name is no name of a member");
    statement.when.check(&view.params)?;
    match statement.shape {
        Shape::Many => {}
        Shape::Grid { .. } if view.span.is_none() => {
            bail!("a `:grid` needs a parameter `period`, or a `span:`, for its axis")
        }
        Shape::Grid { .. } if statement.sorts.is_empty() && statement.rank.is_none() => {}
        _ if statement.is_listed() => {
            bail!("`sort` and `rank` need the shape `:many`, `limit` that or a `:grid`")
        }
        _ => {}
    }
    for name in names_in(&statement.sql, ':') {
        if !view.params.iter().any(|param| param.name == name) {
            check_engine(view, name)?;
        }
    }
    Ok(())
}

/// Words that no query needs, unless to write or to lock; `update` is one of `for update` too.
const WRITING: [&str; 4] = ["delete", "update", "into", "call"];

/// Words that write unless they are called as functions …
const WRITING_UNLESS_CALLED: [&str; 2] = ["insert", "replace"];

/// … and functions that write.
const WRITING_WHEN_CALLED: [&str; 3] = ["nextval", "setval", "get_lock"];

/// The server's clock, which is not that of the run; nor is its zone.
const CLOCKS: [&str; 11] = [
    "now",
    "sysdate",
    "curdate",
    "curtime",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtimestamp",
    "utc_date",
    "utc_time",
    "utc_timestamp",
];

/// That a statement is a query and nothing else. The transaction it runs in only reads too; this says so before.
fn only_reads(sql: &str) -> Result<()> {
    let mut before = String::new();
    for (word, next) in words(sql) {
        let word = word.to_lowercase();
        if before.is_empty() && !["select", "with"].contains(&word.as_str()) {
            bail!("it begins with `{word}`; a statement is a query, from `select` or `with` on");
        }
        let is_called = next == Some('(');
        let is = |words: &[&str]| words.contains(&word.as_str());
        let others: &[&str] = match is_called {
            true => &WRITING_WHEN_CALLED,
            false => &WRITING_UNLESS_CALLED,
        };
        let locks = word == "share" && ["for", "in"].contains(&before.as_str());
        if is(&WRITING) || is(others) || locks {
            bail!("it says `{word}`, and a view only reads");
        }
        if is(&CLOCKS) && (is_called || word.contains('_')) {
            bail!("it asks the server for the time by `{word}`; say `:now` or `:today`");
        }
        before = word;
    }
    Ok(())
}

/// The words of a statement outside of quotes that stand by themselves, and the letter after each.
fn words(sql: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let (mut at, mut quote) = (0, None);
    std::iter::from_fn(move || {
        while let Some(letter) = sql[at..].chars().next() {
            let begun = at;
            let before = sql[..begun].chars().next_back();
            at += letter.len_utf8();
            match quote {
                Some(open) => quote = (letter != open).then_some(open),
                None if matches!(letter, '\'' | '"' | '`') => quote = Some(letter),
                None if is_part(letter) => {
                    let rest = &sql[begun..];
                    let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
                    at = begun + length;
                    // `a.update` is a column, `:now` and `@now` are names of ours.
                    if !matches!(before, Some('.' | ':' | '@')) {
                        let next = sql[at..].trim_start().chars().next();
                        return Some((&rest[..length], next));
                    }
                }
                None => {}
            }
        }
        None
    })
}

/// That the engine knows `:name`, and can.
fn check_engine(view: &View, name: &str) -> Result<()> {
    match ENGINE_PARAMS.iter().find(|(known, _)| *known == name) {
        None => bail!("`:{name}` is not a parameter"),
        Some((_, true)) if view.span.is_none() => {
            bail!("`:{name}` needs a parameter `period`, or a `span:`")
        }
        Some(_) => Ok(()),
    }
}
