//! What statements can name: the choices of the request, and what the engine knows of the moment.

use super::axis::{At, Axis};
use super::cover::Cover;
use super::param::{Choices, Scalar};
use super::row::written;
use super::statement::names_in;
use crate::model::Instant;
use crate::model::period::{Period, Stretch};
use crate::model::span::clock_change;
use chrono::Duration;
use mysql::Params;
use serde_json::Value;
use std::collections::HashMap;

/// A park's newest cycle speaks for now this long.
const LIVE_MINUTES: i64 = 15;

/// Parameters the engine binds, and whether they need to know the stretch of time asked for. What a `set` names here
/// stands in the answer too.
pub const ENGINE_PARAMS: [(&str, bool); 46] = [
    ("now", false),
    ("live_since", false),
    ("data_through", false),
    ("period_label", true),
    ("period_dates", true),
    ("is_partial", true),
    ("start", true),
    ("end", true),
    ("first_date", true),
    ("last_date", true),
    ("years_from", true),
    ("years_to", true),
    ("days_from", true),
    ("days_to", true),
    ("hours_from", true),
    ("hours_to", true),
    ("tail_from", true),
    ("tail_to", true),
    ("clock_changes_at", true),
    ("minutes_before", true),
    ("minutes_after", true),
    ("chart_start", true),
    ("chart_end", true),
    ("chart_hours_from", true),
    ("chart_hours_to", true),
    ("chart_tail_from", true),
    ("chart_tail_to", true),
    ("prev_dates", true),
    ("prev_is_partial", true),
    ("prev_start", true),
    ("prev_end", true),
    ("prev_first_date", true),
    ("prev_last_date", true),
    ("prev_years_from", true),
    ("prev_years_to", true),
    ("prev_days_from", true),
    ("prev_days_to", true),
    ("prev_hours_from", true),
    ("prev_hours_to", true),
    ("prev_tail_from", true),
    ("prev_tail_to", true),
    ("prev_chart_hours_from", true),
    ("prev_chart_hours_to", true),
    ("prev_chart_tail_from", true),
    ("prev_chart_tail_to", true),
    ("today", false),
];

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum Known {
    Scalar(Scalar),
    At(At),
}

impl Known {
    /// As it is written in a statement; words are bound instead.
    fn literal(&self) -> Result<String, &str> {
        Ok(match self {
            Known::Scalar(Scalar::Text(word)) => return Err(word),
            Known::Scalar(Scalar::Null) => "null".to_owned(),
            Known::Scalar(Scalar::Flag(flag)) => flag.to_string(),
            Known::Scalar(Scalar::Integer(number)) => signed(number.to_string()),
            Known::Scalar(Scalar::Decimal(number)) => signed(number.to_string()),
            Known::At(At::Time(time)) => time.format("timestamp '%F %T%.f'").to_string(),
            Known::At(At::Date(date)) => date.format("date '%F'").to_string(),
        })
    }

    pub fn json(&self) -> Value {
        match self {
            Known::Scalar(scalar) => scalar.json(),
            Known::At(at) => written(*at).into(),
        }
    }
}

/// Two signs in a row begin a comment.
fn signed(number: String) -> String {
    match number.starts_with('-') {
        true => format!("({number})"),
        false => number,
    }
}

impl From<Option<String>> for Known {
    fn from(text: Option<String>) -> Known {
        Known::Scalar(text.map_or(Scalar::Null, Scalar::Text))
    }
}

/// Names and what they stand for.
pub struct Bound(HashMap<String, Known>);

impl Bound {
    pub fn new(now: Instant, data_through: Option<Instant>, choices: &Choices) -> Bound {
        let chosen = choices
            .iter()
            .map(|(name, choice)| (name.clone(), Known::Scalar(choice.value.clone())));
        let mut bound = Bound(HashMap::new());
        bound.time("now", now);
        bound.time("live_since", now - Duration::minutes(LIVE_MINUTES));
        bound.0.insert(
            "today".to_owned(),
            Known::At(At::Date(crate::model::span::Day::containing(now).date())),
        );
        let through =
            data_through.map_or(Known::Scalar(Scalar::Null), |at| Known::At(At::Time(at)));
        bound.0.insert("data_through".to_owned(), through);
        bound.0.extend(chosen);
        bound
    }

    /// The period asked for, and what covers it.
    pub fn period(&mut self, period: Period, now: Instant, cover: Option<&Cover>) {
        let is_named = !matches!(period, Period::Live | Period::Today);
        self.known("period_label", is_named.then(|| period.label(now)).into());
        let (start, end) = Axis::span(period, now);
        self.time("chart_start", start);
        self.time("chart_end", end);
        let stretch = period.stretch(now);
        // Hours of a day not yet filled find their day by these.
        let hours_from = cover.map_or(stretch.first.start(), |cover| cover.hours.0);
        let (changes_at, before, after) = clock_change(hours_from, stretch.end);
        self.time("clock_changes_at", changes_at);
        self.known("minutes_before", Known::Scalar(Scalar::Integer(before)));
        self.known("minutes_after", Known::Scalar(Scalar::Integer(after)));
        self.stretch("", stretch, cover);
    }

    pub fn previous(&mut self, period: Period, now: Instant, cover: Option<&Cover>) {
        self.stretch("prev_", period.previous(now), cover);
    }

    fn stretch(&mut self, prefix: &str, stretch: Stretch, cover: Option<&Cover>) {
        let (first, last) = (stretch.first.date(), stretch.after.plus(-1).date());
        let name = |name: &str| format!("{prefix}{name}");
        let dates = if prefix.is_empty() {
            "period_dates"
        } else {
            "prev_dates"
        };
        let so_far = stretch.last().date();
        self.known(dates, Some(format!("{first} to {so_far}")).into());
        self.known(&name("first_date"), Known::At(At::Date(first)));
        self.known(&name("last_date"), Known::At(At::Date(last)));
        self.time(&name("start"), stretch.first.start());
        self.time(&name("end"), stretch.end);
        let Some(cover) = cover else { return };
        let is_partial = Scalar::Flag(!cover.is_complete);
        self.known(&name("is_partial"), Known::Scalar(is_partial));
        for (word, year) in [("years_from", cover.years.0), ("years_to", cover.years.1)] {
            self.known(&name(word), Known::Scalar(Scalar::Integer(year.into())));
        }
        for (word, date) in [("days_from", cover.days.0), ("days_to", cover.days.1)] {
            self.known(&name(word), Known::At(At::Date(date)));
        }
        for (word, time) in [
            ("hours_from", cover.hours.0),
            ("hours_to", cover.hours.1),
            ("tail_from", cover.tail.0),
            ("tail_to", cover.tail.1),
            ("chart_hours_from", cover.chart_hours.0),
            ("chart_hours_to", cover.chart_hours.1),
            ("chart_tail_from", cover.chart_tail.0),
            ("chart_tail_to", cover.chart_tail.1),
        ] {
            self.time(&name(word), time);
        }
    }

    fn time(&mut self, name: &str, time: Instant) {
        self.known(name, Known::At(At::Time(time)));
    }

    /// A parameter of the view that has the name already keeps it.
    fn known(&mut self, name: &str, known: Known) {
        self.0.entry(name.to_owned()).or_insert(known);
    }

    /// A statement with its numbers and times written out, and the words that are left to bind. MariaDB takes a
    /// condition into a derived table only where it says the value: bound, one ride would be looked for among all.
    pub fn filled(&self, statement: &str) -> (String, Params) {
        let (mut text, mut done) = (String::new(), 0);
        let mut words = HashMap::new();
        for name in names_in(statement, ':') {
            // The name is a piece of the statement.
            let at = name.as_ptr() as usize - statement.as_ptr() as usize;
            let literal = self
                .0
                .get(name)
                .map_or(Ok("null".to_owned()), Known::literal);
            match literal {
                Ok(literal) => {
                    text.push_str(&statement[done..at - 1]);
                    text.push_str(&literal);
                }
                Err(word) => {
                    text.push_str(&statement[done..at + name.len()]);
                    words.insert(name.as_bytes().to_vec(), word.into());
                }
            }
            done = at + name.len();
        }
        text.push_str(&statement[done..]);
        // The driver refuses names for a statement that has none.
        match words.is_empty() {
            true => (text, Params::Empty),
            false => (text, Params::Named(words)),
        }
    }

    pub fn json(&self, name: &str) -> Value {
        self.0.get(name).map_or(Value::Null, Known::json)
    }
}

#[cfg(test)]
mod tests {
    use super::super::param::{Kind, Param};
    use super::*;

    #[test]
    fn numbers_and_times_are_written_out_and_words_are_bound() {
        let now = "2026-07-15T07:00:00Z".parse().expect("an instant");
        let number = Param::required("ride_id", Kind::INTEGER).read("-7");
        let words = Kind::Text {
            min: 1,
            max: 9,
            of: "a-z'".to_owned(),
        };
        let word = Param::required("name", words).read("it's");
        let choices = [("ride_id", number), ("name", word)];
        let choices = choices.map(|(name, read)| (name.to_owned(), read.expect("a choice")));
        let bound = Bound::new(now, None, &choices.into_iter().collect());
        let (text, params) = bound
            .filled("select ':now', :now, :today, :data_through from a where b - :ride_id > 0 and c = :name");
        assert_eq!(
            text,
            "select ':now', timestamp '2026-07-15 07:00:00', date '2026-07-15', null from a where b - (-7) > 0 and c = :name"
        );
        let Params::Named(words) = params else {
            panic!("{params:?}");
        };
        assert_eq!(
            words.into_iter().collect::<Vec<_>>(),
            [(b"name".to_vec(), "it's".into())]
        );
    }
}
