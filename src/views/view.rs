//! A view: what a view file declares, how a request is read against it, and the keys it has on the shelf.

use super::param::{Choice, Choices, Fallback, Kind, Param, Scalar};
use super::route::Route;
use super::statement::{Statement, names_in};
use super::when::When;
use crate::model::Instant;
use crate::model::period::Period;
use crate::model::span::Day;
use chrono::Duration;
use serde_json::Value;

/// A view file, read and found whole.
#[derive(Clone, Debug)]
pub struct View {
    pub name: String,
    pub kind: String,
    pub route: Route,
    pub auth: Auth,
    pub method: Method,
    pub params: Vec<Param>,
    /// The parameter whose value is the stretch of time the statements speak of.
    pub span: Option<String>,
    pub store: Store,
    /// How the key is written: `park_downtime_{period}_{filter}`.
    pub key: String,
    /// How long a body counts as fresh, at most until its period is another one.
    pub fresh: Rate,
    /// What the view depends on, for whoever changes that; `park:{park_id}` is filled in from the choices.
    pub tags: Vec<String>,
    pub members: Vec<Member>,
    pub statements: Vec<Statement>,
    /// From a directory of the user's.
    pub is_own: bool,
}

/// Where the bodies of a view are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// In the database, computed before anyone asks and every `due` anew.
    Shelf { due: Rate },
    /// In the memory of `serve`, computed for who asks first; kept while fresh, or until new data comes in.
    OnDemand { until_cycle: bool },
}

/// A time, and the longer one that serves for a period that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub running: Duration,
    pub over: Duration,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    Public,
    /// Who sends the token.
    Bearer,
}

/// How it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    /// With a JSON object, whose members are the parameters.
    Post,
}

/// A member of the answer that no statement gives: a constant, or something said back.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its place, such as `park` or `chart_data.granularity`.
    pub name: String,
    pub source: Source,
    /// Left out where its value is null.
    pub optional: bool,
    pub when: When,
}

#[derive(Clone, Debug)]
pub enum Source {
    Constant(Value),
    Param(String),
    /// What the engine knows of the moment, by the name that statements call it too.
    Engine(String),
    SortBy,
    /// How many rows the list has in this answer.
    Count,
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

/// Why a request is not answered, as a sentence.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A parameter of the query that cannot be meant.
    Query(String),
    /// A path that leads to nothing.
    Path(String),
}

impl View {
    /// Reads path and query against the declared parameters; a refusal is a sentence naming the parameter.
    /// Of a repeated parameter the first counts, and unknown ones are ignored.
    pub fn ask(&self, path: &[(&str, &str)], query: &[(String, String)]) -> Result<Asked, Refusal> {
        let given = |name: &str| {
            let pair = query.iter().find(|(key, _)| key == name);
            pair.map(|(_, value)| value.as_str())
        };
        let mut choices = Choices::new();
        for param in &self.params {
            let name = param.name.as_str();
            let choice = match path.iter().find(|(known, _)| *known == name) {
                Some((_, segment)) => param.choose(Some(segment), &choices).map_err(Refusal::Path),
                None => {
                    let given = given(name).or_else(|| self.implied(param, given));
                    param.choose(given, &choices).map_err(Refusal::Query)
                }
            };
            choices.insert(name.to_owned(), choice?);
        }
        let (mut sort, mut limit) = (0, None);
        if let Some(list) = self.list(&choices) {
            sort = list
                .sort_position(given("sort_by"))
                .map_err(Refusal::Query)?;
            limit = list.limit(given("limit")).map_err(Refusal::Query)?;
        }
        Ok(self.asked(choices, sort, limit))
    }

    /// Who names a year and no period means that year.
    fn implied<'a>(
        &self,
        param: &Param,
        given: impl Fn(&str) -> Option<&'a str>,
    ) -> Option<&'a str> {
        let is_span = self.span.as_ref() == Some(&param.name);
        let has_year = self.params.iter().any(|param| param.name == YEAR);
        (is_span && has_year && given(YEAR).is_some() && param.read(YEAR).is_some()).then_some(YEAR)
    }

    fn asked(&self, choices: Choices, sort: usize, limit: Option<usize>) -> Asked {
        let mut key = self.key_of(&choices);
        for param in self.params.iter().filter(|param| !self.is_settled(param)) {
            let value = &choices[&param.name].value;
            if !param.is_default(value) {
                key.push_str(&format!("?{}={}", param.name, escaped(&value.word())));
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
        let name = param.name.as_str();
        let is_span = self.span.as_deref() == Some(name) || (self.span.is_some() && name == YEAR);
        let is_bound =
            |statement: &Statement| names_in(&statement.sql, ':').any(|bound| bound == name);
        let decides = |when: &When| when.names().any(|param| param == name);
        let whens = self.statements.iter().map(|statement| &statement.when);
        let mut whens = whens.chain(self.members.iter().map(|member| &member.when));
        self.key_names(name)
            || !(is_span || self.statements.iter().any(is_bound) || whens.any(decides))
    }

    /// `{name}` is the value of a parameter, `{_name}` the same after an underscore, or nothing at its default.
    fn key_of(&self, choices: &Choices) -> String {
        let mut key = self.key.clone();
        for param in &self.params {
            let value = &choices[&param.name].value;
            let optional = if param.is_default(value) {
                String::new()
            } else {
                format!("_{}", escaped(&value.word()))
            };
            key = key
                .replace(&format!("{{{}}}", param.name), &escaped(&value.word()))
                .replace(&format!("{{_{}}}", param.name), &optional);
        }
        key
    }

    /// Everything the view keeps on the shelf: one entry a combination of the parameters in its key.
    pub fn shelf(&self) -> Vec<Asked> {
        if matches!(self.store, Store::OnDemand { .. }) {
            return Vec::new();
        }
        let mut all = vec![Choices::new()];
        for param in &self.params {
            let mut next = Vec::new();
            for choices in all {
                let values: Vec<Choice> = match &param.kind {
                    Kind::Words { words, .. } if self.key_names(&param.name) => words
                        .iter()
                        .cloned()
                        .map(Scalar::Text)
                        .map(Choice::from)
                        .collect(),
                    _ => param.fallback(&choices).into_iter().collect(),
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

    pub fn key_names(&self, param: &str) -> bool {
        self.key.contains(&format!("{{{param}}}")) || self.key.contains(&format!("{{_{param}}}"))
    }

    /// How often a body is computed anew for the shelf.
    pub fn due(&self, asked: &Asked, now: Instant) -> Duration {
        let rate = match self.store {
            Store::Shelf { due } => due,
            Store::OnDemand { .. } => self.fresh,
        };
        self.time_of(rate, asked, now)
    }

    /// How long a body made at `now` is fresh, the change of its period apart.
    pub fn fresh(&self, asked: &Asked, now: Instant) -> Duration {
        self.time_of(self.fresh, asked, now)
    }

    fn time_of(&self, rate: Rate, asked: &Asked, now: Instant) -> Duration {
        match self.period(asked) {
            Some(period) if period.is_over(now) => rate.over,
            _ => rate.running,
        }
    }

    /// When its period will be another one: yesterday is another day tomorrow.
    pub fn changes_at(&self, now: Instant) -> Option<Instant> {
        self.span.as_ref().map(|_| Day::containing(now).end())
    }

    /// What else a request may say of a view that gives a list: the order, and how much of it.
    pub fn listed(&self) -> Vec<String> {
        let mut said = Vec::new();
        let list = self
            .statements
            .iter()
            .find(|statement| statement.is_listed());
        if let Some(list) = list {
            if list.sorts.len() > 1 {
                let names = super::param::listed(list.sorts.iter().map(|sort| &sort.name));
                said.push(format!(
                    "sort_by = {names}; otherwise `{}`",
                    list.sorts[0].name
                ));
            }
            if let Some(limit) = list.limit {
                said.push(format!(
                    "limit = a whole number from 1 to {}; otherwise `{}`",
                    limit.max, limit.default
                ));
            }
        }
        said
    }

    /// The statement whose rows `sort_by` and `limit` work on.
    pub fn list(&self, choices: &Choices) -> Option<&Statement> {
        self.statements
            .iter()
            .find(|statement| statement.is_listed() && statement.when.holds(choices))
    }

    /// The stretch of time that `asked` is about.
    pub fn period(&self, asked: &Asked) -> Option<Period> {
        let value = |name: &str| asked.choices.get(name).map(|choice| &choice.value);
        let span = self.span.as_ref()?;
        let param = self.params.iter().find(|param| param.name == *span)?;
        match (param.period(value(span)?)?, value(YEAR)) {
            (Period::Year(None), Some(Scalar::Integer(year))) => {
                Some(Period::Year(i32::try_from(*year).ok()))
            }
            (period, _) => Some(period),
        }
    }

    /// Whether a statement or a `set` names something of the engine that `is_it`.
    pub fn names_any(&self, is_it: impl Fn(&str) -> bool) -> bool {
        let is_ours =
            |name: &str| !self.params.iter().any(|param| param.name == name) && is_it(name);
        let named =
            |member: &Member| matches!(&member.source, Source::Engine(name) if is_ours(name));
        let is_bound = |statement: &Statement| names_in(&statement.sql, ':').any(is_ours);
        self.members.iter().any(named) || self.statements.iter().any(is_bound)
    }

    /// Whether a parameter must be given, so that there is no body of a key without it.
    pub fn needs(&self, param: &Param) -> bool {
        matches!(param.default, Fallback::Required) && !self.key_names(&param.name)
    }
}

/// The parameter that says which year the period `year` means.
const YEAR: &str = "year";

/// A value as it stands in a key: no two differ in meaning and agree in letters.
fn escaped(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    for byte in word.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => text.push(byte.into()),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
