//! A view file: a header of `-- key: value` lines, then named statements.

use super::ENGINE_PARAMS;
use super::directive::{auth, limit, members, method, param, rate, sort, statement, store};
use super::param::Param;
use super::relation::{expand, without_comments};
use super::route::Route;
use super::sound;
use super::statement::Statement;
use super::view::{Auth, Member, Method, Rate, Source, Store, View};
use anyhow::{Context, Result, anyhow, bail, ensure};
use std::collections::HashMap;
use std::mem::take;

/// Reads one view file, which is then held against the others by `beside`; the error names the file, the line and the
/// reason. `beside` names the key of the header that its own error is about.
pub fn parse(
    file: &str,
    text: &str,
    beside: impl FnOnce(&View) -> Result<(), (&'static str, anyhow::Error)>,
) -> Result<View> {
    let mut draft = Draft::default();
    let read = draft.read(text).and_then(|view| {
        let held = beside(&view).map_err(|(key, error)| {
            draft.at = draft.line_of(key);
            error
        });
        held.map(|()| view)
    });
    read.with_context(|| format!("view file `{file}`, line {}", draft.at))
}

/// A view while its file is being read.
#[derive(Default)]
struct Draft {
    name: Option<String>,
    kind: Option<String>,
    route: Option<Route>,
    auth: Option<Auth>,
    method: Option<Method>,
    span: Option<String>,
    store: Option<Store>,
    key: Option<String>,
    due: Option<Rate>,
    fresh: Option<Rate>,
    tags: Vec<String>,
    params: Vec<Param>,
    members: Vec<Member>,
    statements: Vec<Statement>,
    /// Line of each statement's name.
    lines: Vec<usize>,
    /// Line of each member's `set:`.
    member_lines: Vec<usize>,
    /// The last line of each key of the header.
    header: HashMap<String, usize>,
    /// The line being read or checked.
    at: usize,
}

impl Draft {
    fn read(&mut self, text: &str) -> Result<View> {
        for line in text.lines() {
            self.at += 1;
            self.line(line)?;
        }
        self.at = 1;
        let view = self.finish()?;
        for (key, check) in sound::CHECKS {
            self.at = self.line_of(key);
            check(&view)?;
        }
        for at in 0..view.members.len() {
            self.at = self.member_lines[at];
            sound::member(&view, at)?;
        }
        for (at, statement) in view.statements.iter().enumerate() {
            self.at = self.lines[at];
            sound::statement(&view, at)
                .with_context(|| format!("statement `{}`", statement.name))?;
        }
        Ok(view)
    }

    /// Where a key of the header stands, or would.
    fn line_of(&self, key: &str) -> usize {
        self.header.get(key).copied().unwrap_or(1)
    }

    fn line(&mut self, line: &str) -> Result<()> {
        if let Some(comment) = line.strip_prefix("-- ") {
            // A comment whose first word ends in a colon is a directive, so that a misspelled one is seen.
            let is_directive = |piece: &str| {
                let word = piece.split(':').next().unwrap_or_default();
                piece.contains(": ") && word.bytes().all(|byte| byte.is_ascii_lowercase())
            };
            if !is_directive(comment) {
                return Ok(());
            }
            for piece in comment
                .split("  ")
                .map(str::trim)
                .filter(|piece| !piece.is_empty())
            {
                let (key, value) = piece
                    .split_once(": ")
                    .ok_or_else(|| anyhow!("`{piece}` is not `key: value`"))?;
                self.directive(key, value.trim())?;
            }
        } else if let Some(statement) = self.statements.last_mut() {
            statement.sql.push_str(line);
            statement.sql.push('\n');
        } else if !line.trim().is_empty() {
            bail!("a statement needs a `-- name: … :one|:many|:columns|:grid` line before it");
        }
        Ok(())
    }

    fn directive(&mut self, key: &str, value: &str) -> Result<()> {
        if self.statements.is_empty() {
            self.header.insert(key.to_owned(), self.at);
        }
        match (key, self.statements.last_mut()) {
            ("name", _) => {
                self.statements.push(statement(value)?);
                self.lines.push(self.at);
            }
            ("sort", Some(statement)) => statement.sorts.push(sort(value)?),
            ("limit", Some(statement)) => statement.limit = Some(limit(value)?),
            ("rank", Some(statement)) => statement.rank = Some(value.to_owned()),
            ("sort" | "limit" | "rank", None) => bail!("`{key}` stands below a `-- name:` line"),
            (_, Some(_)) => bail!(
                "unknown key `{key}` below a statement; known are `name`, `sort`, `limit`, `rank`"
            ),
            ("view", _) => once(&mut self.name, key, value.to_owned())?,
            ("type", _) => once(&mut self.kind, key, value.to_owned())?,
            ("route", _) => {
                let (route, params) = Route::parse(value)?;
                once(&mut self.route, key, route)?;
                self.params.extend(params);
            }
            ("auth", _) => once(&mut self.auth, key, auth(value)?)?,
            ("method", _) => once(&mut self.method, key, method(value)?)?,
            ("span", _) => once(&mut self.span, key, value.to_owned())?,
            ("store", _) => once(&mut self.store, key, store(value)?)?,
            ("key", _) => once(&mut self.key, key, value.to_owned())?,
            ("due", _) => once(&mut self.due, key, rate(value)?)?,
            ("fresh", _) => once(&mut self.fresh, key, rate(value)?)?,
            ("tags", _) => self
                .tags
                .extend(value.split(',').map(|tag| tag.trim().to_owned())),
            ("param", _) => self.params.push(param(value)?),
            ("set", _) => {
                self.members.extend(members(value)?);
                self.member_lines.resize(self.members.len(), self.at);
            }
            _ => bail!(
                "unknown key `{key}`; known are `view`, `type`, `route`, `auth`, `method`, `param`, `span`, `store`, `key`, `due`, `fresh`, `tags`, `set`"
            ),
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<View> {
        fn needed<T>(value: Option<T>, key: &str) -> Result<T> {
            value.ok_or_else(|| anyhow!("the header has no `{key}:`"))
        }
        for (statement, line) in take(&mut self.statements)
            .into_iter()
            .zip(take(&mut self.lines))
        {
            self.at = line;
            let texts = self.expanded(&statement);
            for statement in texts.with_context(|| format!("statement `{}`", statement.name))? {
                self.statements.push(statement);
                self.lines.push(line);
            }
        }
        self.at = 1;
        let has = |name: &str| self.params.iter().any(|param| param.name == name);
        let is_period = |param: &Param| param.name == "period" && param.is_period();
        let has_period = self.params.iter().any(is_period);
        let name = needed(self.name.take(), "view")?;
        let store = match (needed(self.store, "store")?, self.due) {
            (Store::Shelf { .. }, due) => Store::Shelf {
                due: needed(due, "due")?,
            },
            (_, Some(_)) => bail!("`due` is for what is kept on the shelf"),
            (store, None) => store,
        };
        for member in &mut self.members {
            if let Source::Param(name) = &member.source
                && !has(name)
                && ENGINE_PARAMS.iter().any(|(known, _)| known == name)
            {
                member.source = Source::Engine(name.clone());
            }
        }
        Ok(View {
            kind: needed(self.kind.take(), "type")?,
            route: needed(self.route.take(), "route")?,
            auth: self.auth.unwrap_or(Auth::Public),
            method: self.method.unwrap_or(Method::Get),
            span: self
                .span
                .take()
                .or_else(|| has_period.then(|| "period".to_owned())),
            key: match store {
                Store::Shelf { .. } => needed(self.key.take(), "key")?,
                Store::OnDemand { .. } => self.key.take().unwrap_or_else(|| name.clone()),
            },
            name,
            store,
            fresh: needed(self.fresh, "fresh")?,
            tags: take(&mut self.tags),
            params: take(&mut self.params),
            members: take(&mut self.members),
            statements: take(&mut self.statements),
            is_own: false,
        })
    }

    /// The statement with its relations written out, once for each case of theirs that this view can ask for.
    fn expanded(&self, statement: &Statement) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        for (when, sql) in expand(&without_comments(&statement.sql))? {
            if let Some(when) = when.within(&self.params)
                && !when.excludes(&statement.when)
            {
                statements.push(Statement {
                    when: statement.when.and(&when),
                    sql,
                    ..statement.clone()
                });
            }
        }
        ensure!(
            !statements.is_empty(),
            "a relation of it needs a parameter `period`"
        );
        Ok(statements)
    }
}

fn once<T>(slot: &mut Option<T>, key: &str, value: T) -> Result<()> {
    match slot.replace(value) {
        Some(_) => bail!("`{key}` is said twice"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::Refusal;
    use super::*;

    const GOOD: &str = "\
-- Parks by name.
-- view: names  type: park_rankings  route: /api/names
-- param: period = today|yesterday|day->today; default today
-- param: park_id = int; default null; invalid -> default
-- store: shelf  key: names_{period}  due: 5m  fresh: 15m  tags: parks
-- set: success = true, period = :period, sort_by = :sort_by

-- name: data :many
-- sort: name by name, park_id
-- sort: id by park_id desc
-- limit: default 2; max 3
-- rank: rank
-- A comment goes nowhere.
select park_id, name from parks where park_id = :park_id or :start is null;
";

    #[test]
    fn a_good_file_is_read_whole() {
        let view = parse("names.sql", GOOD, |_| Ok(())).expect("a view");
        let keys: Vec<String> = view.shelf_keys().collect();
        assert_eq!(keys, ["names_today", "names_yesterday"]);
        assert!(!view.statements[0].sql.contains("comment"));
        let query = |text: &str| {
            let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
            let query: Vec<_> = pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            view.ask(&[], &query)
                .map(|asked| (asked.key, asked.sort, asked.limit))
        };
        let asked = |key: &str, sort, limit| Ok((key.to_owned(), sort, Some(limit)));
        assert_eq!(query(""), asked("names_today", 0, 2));
        assert_eq!(
            query("period=day&sort_by=id&limit=99999999999999999999"),
            asked("names_today", 1, 3)
        );
        assert_eq!(
            query("park_id=7&period=yesterday"),
            asked("names_yesterday?park_id=7", 0, 2)
        );
        assert_eq!(query("park_id=x&limit=1"), asked("names_today", 0, 1));
        for (wrong, named) in [
            ("period=year", "period"),
            ("period=", "period"),
            ("sort_by=x", "sort_by"),
            ("limit=0", "limit"),
            ("limit=-1", "limit"),
            ("limit=", "limit"),
            ("limit=1.5", "limit"),
        ] {
            let Err(Refusal::Query(sentence)) = query(wrong) else {
                panic!("`{wrong}` passed");
            };
            assert!(
                sentence.contains(&format!("`{named}`")),
                "{wrong}: {sentence}"
            );
        }
    }

    #[test]
    fn a_broken_file_is_refused_with_file_line_and_reason() {
        for (from, to, line, reason) in [
            ("-- rank: rank", "-- rnak: rank", 12, "unknown key `rnak`"),
            (
                "type: park_rankings",
                "typo: park_rankings",
                2,
                "unknown key `typo`",
            ),
            ("  due: 5m", "", 1, "no `due:`"),
            ("due: 5m", "due: soon", 5, "`soon` is not a time"),
            (
                "default today",
                "default monday",
                3,
                "`monday` is not among",
            ),
            ("day->today", "day->monday", 3, "`day` stands for `monday`"),
            (
                "names_{period}",
                "names_{filter}",
                5,
                "`{filter}`, which is not a parameter",
            ),
            ("period = :period", "period = :perod", 6, "`:perod`"),
            (":many", ":lots", 8, "`data :lots`"),
            (
                "default 2; max 3",
                "default 4; max 3",
                11,
                "`default 4; max 3`",
            ),
            ("name by name", "name name", 9, "`name name, park_id`"),
            ("from parks", "from @prks", 8, "unknown relation `@prks`"),
            (
                "= :park_id",
                "= :pork_id",
                8,
                "`:pork_id` is not a parameter",
            ),
            (
                "park_id, name from",
                "park_id; name from",
                8,
                "one statement a name",
            ),
            (
                "today|yesterday",
                "today|monday",
                8,
                "`:start` needs a parameter `period`",
            ),
            (
                "-- store: shelf",
                "-- span: park_id  store: shelf",
                5,
                "span `park_id`",
            ),
            ("-- name: data :many\n", "", 8, "below a `-- name:` line"),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let read = parse("names.sql", &text, |_| Ok(())).map_err(|error| format!("{error:#}"));
            let error = read.err().unwrap_or_else(|| panic!("`{to}` passed"));
            let place = format!("`names.sql`, line {line}");
            assert!(
                error.contains(&place) && error.contains(reason),
                "`{to}`: {error}"
            );
        }
    }
}
