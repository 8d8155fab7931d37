//! Bodies in memory: sorted, limited and ranked for one request from the whole rows of the shelf.

use super::body::{at, below, put, take_out};
use super::compute::{Computed, ORDERS};
use super::statement::{Form, Shape, Statement};
use super::view::{Asked, Source, View};
use crate::model::Instant;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// So many finished answers are kept of one body; the frontend asks for a handful.
const VARIANTS: usize = 32;

/// A whole body, its rows ready to be put together, and when it was made.
pub struct Page {
    pub generated_at: Instant,
    pub data_through: Option<Instant>,
    pub is_complete: Option<bool>,
    members: Map<String, Value>,
    lists: Vec<List>,
    orders: HashMap<String, Vec<usize>>,
    /// What all this takes, without the finished answers.
    size: usize,
    finished: Mutex<HashMap<String, Finished>>,
}

/// A list that is limited and sorted for each request; those of one page side by side.
struct List {
    place: String,
    /// JSON without the rank; of a ranked row without its opening brace too: `"park_id":71,…}`.
    rows: Vec<String>,
    rank: Option<String>,
}

/// An answer as it is sent, and the name of its content.
#[derive(Clone)]
pub struct Finished {
    pub bytes: Arc<[u8]>,
    pub etag: Arc<str>,
    /// Made for the first who takes it so.
    gzipped: Arc<OnceLock<Option<Arc<[u8]>>>>,
}

/// What is smaller gains nothing: it fits into one packet as it is.
const WORTH_GZIPPING: usize = 1024;

impl Finished {
    /// The bytes in gzip, where that is worth it.
    pub fn gzipped(&self) -> Option<Arc<[u8]>> {
        if self.bytes.len() < WORTH_GZIPPING {
            return None;
        }
        self.gzipped.get_or_init(|| gzip(&self.bytes).ok()).clone()
    }

    fn size(&self) -> usize {
        let gzipped = self.gzipped.get().and_then(Option::as_ref);
        self.bytes.len() + gzipped.map_or(0, |bytes| bytes.len())
    }
}

fn gzip(bytes: &[u8]) -> io::Result<Arc<[u8]>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.into())
}

impl Page {
    pub fn new(view: &View, asked: &Asked, computed: Computed, generated_at: Instant) -> Page {
        let mut members = computed.body;
        let orders = members
            .remove(ORDERS)
            .and_then(|orders| serde_json::from_value(orders).ok());
        let statement = view.list(&asked.choices);
        let mut lists = Vec::new();
        for place in statement.map(places).unwrap_or_default() {
            if let Some(Value::Array(rows)) = at(&mut members, &place).map(Value::take) {
                let rank = statement.and_then(|statement| statement.rank.clone());
                let rows = rows
                    .into_iter()
                    .map(|row| written(row, rank.as_deref()))
                    .collect();
                lists.push(List { place, rows, rank });
            }
        }
        let rows = lists.iter().flat_map(|list| &list.rows);
        let rows: usize = rows.map(String::len).sum();
        let size = rows + serde_json::to_string(&members).map_or(0, |text| text.len());
        Page {
            generated_at,
            data_through: computed.data_through,
            is_complete: computed.is_complete,
            members,
            lists,
            size,
            orders: orders.unwrap_or_default(),
            finished: Mutex::default(),
        }
    }

    /// About how much memory the page takes, with the answers that were made of it so far.
    pub fn size(&self) -> usize {
        let finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        self.size + finished.values().map(Finished::size).sum::<usize>()
    }

    /// The answer to one request, ready to send.
    pub fn answer(&self, view: &View, asked: &Asked) -> Finished {
        let said: Vec<(&str, Value)> = said(view, asked).collect();
        let variant = format!("{}|{:?}|{said:?}", asked.sort, asked.limit);
        let mut finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = finished.get(&variant) {
            return answer.clone();
        }
        let text = self.assemble(view, asked, said);
        let digest = Sha256::digest(text.as_bytes());
        let etag: String = digest
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let answer = Finished {
            bytes: text.into_bytes().into(),
            etag: etag.into(),
            gzipped: Arc::default(),
        };
        if finished.len() >= VARIANTS {
            finished.clear();
        }
        finished.insert(variant, answer.clone());
        answer
    }

    /// What the reader said stands in place of what the shelf said; the rows follow their order and limit.
    fn assemble(&self, view: &View, asked: &Asked, said: Vec<(&str, Value)>) -> String {
        let mut members = self.members.clone();
        for (place, value) in said {
            put(&mut members, place, value);
        }
        for member in &view.members {
            match &member.source {
                Source::Param(name) if member.optional && spoken(asked, name).is_null() => {
                    take_out(&mut members, &member.name);
                }
                Source::Count if member.when.holds(&asked.choices) => {
                    put(&mut members, &member.name, self.count(asked).into());
                }
                _ => {}
            }
        }
        let sorts = view.list(&asked.choices).map(|list| list.sorts.as_slice());
        let sort = sorts.and_then(|sorts| sorts.get(asked.sort));
        let order = sort.and_then(|sort| self.orders.get(&sort.name));
        let mut text = String::new();
        self.write_object(&mut text, "", &members, &|text, list| {
            list.write(text, order, self.count(asked));
        });
        text
    }

    /// How many rows this answer has.
    fn count(&self, asked: &Asked) -> usize {
        let rows = self.lists.first().map_or(0, |list| list.rows.len());
        asked.limit.unwrap_or(usize::MAX).min(rows)
    }

    fn write_object(
        &self,
        text: &mut String,
        prefix: &str,
        members: &Map<String, Value>,
        write_list: &dyn Fn(&mut String, &List),
    ) {
        text.push('{');
        for (number, (name, value)) in members.iter().enumerate() {
            if number > 0 {
                text.push(',');
            }
            text.push_str(&Value::from(name.as_str()).to_string());
            text.push(':');
            let place = format!("{prefix}{name}");
            let is_above = |list: &List| {
                list.place
                    .strip_prefix(&place)
                    .is_some_and(|rest| rest.starts_with('.'))
            };
            match (self.lists.iter().find(|list| list.place == place), value) {
                (Some(list), Value::Null) => write_list(text, list),
                (_, Value::Object(members)) if self.lists.iter().any(is_above) => {
                    self.write_object(text, &format!("{place}."), members, write_list);
                }
                _ => text.push_str(&value.to_string()),
            }
        }
        text.push('}');
    }
}

impl List {
    fn write(&self, text: &mut String, order: Option<&Vec<usize>>, count: usize) {
        text.push('[');
        for position in 0..count.min(self.rows.len()) {
            let at = order
                .and_then(|order| order.get(position))
                .copied()
                .unwrap_or(position);
            if position > 0 {
                text.push(',');
            }
            if let Some(rank) = &self.rank {
                text.push_str(&format!("{{\"{rank}\":{},", position + 1));
            }
            text.push_str(self.rows.get(at).map_or("null", String::as_str));
        }
        text.push(']');
    }
}

/// Where the rows of a listed statement lie in the body: one place, or two of one length.
fn places(statement: &Statement) -> Vec<String> {
    let names: &[&str] = match statement.shape {
        Shape::Grid {
            form: Form::Datasets,
            ..
        } => &["datasets"],
        Shape::Grid {
            form: Form::Matrix, ..
        } => &["entities", "matrix"],
        _ => return vec![statement.name.clone()],
    };
    names
        .iter()
        .map(|name| below(&statement.name, name))
        .collect()
}

fn written(mut row: Value, rank: Option<&str>) -> String {
    match (row.as_object_mut(), rank) {
        (Some(object), Some(rank)) => {
            object.shift_remove(rank);
            row.to_string().split_off(1)
        }
        _ => row.to_string(),
    }
}

/// The members that no statement gives.
pub fn members<'a>(view: &'a View, asked: &'a Asked) -> impl Iterator<Item = (&'a str, Value)> {
    let applying = view
        .members
        .iter()
        .filter(|member| member.when.holds(&asked.choices));
    let constants = applying.filter_map(|member| match &member.source {
        Source::Constant(value) => Some((member.name.as_str(), value.clone())),
        Source::Count => Some((member.name.as_str(), Value::Null)),
        _ => None,
    });
    constants.chain(said(view, asked))
}

/// What a request says that the answer says back, in its own spelling.
fn said<'a>(view: &'a View, asked: &'a Asked) -> impl Iterator<Item = (&'a str, Value)> {
    let applying = view
        .members
        .iter()
        .filter(|member| member.when.holds(&asked.choices));
    applying.filter_map(|member| {
        let value = match &member.source {
            Source::SortBy => {
                let sorts = view.list(&asked.choices).map(|list| list.sorts.as_slice());
                let sort = sorts.and_then(|sorts| sorts.get(asked.sort));
                sort.map_or(Value::Null, |sort| Value::from(sort.name.as_str()))
            }
            Source::Param(name) => spoken(asked, name),
            _ => return None,
        };
        (!member.optional || !value.is_null()).then_some((member.name.as_str(), value))
    })
}

fn spoken(asked: &Asked, name: &str) -> Value {
    asked
        .choices
        .get(name)
        .map_or(Value::Null, |choice| choice.spelled.json())
}
