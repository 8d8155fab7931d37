//! Bodies in memory: sorted, limited and ranked for one request from the whole rows of the shelf.

use super::compute::{Computed, ORDERS};
use super::param::Scalar;
use super::view::{Asked, Source, View};
use crate::model::Instant;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So many finished answers are kept of one body; the frontend asks for a handful.
const VARIANTS: usize = 32;

/// A whole body, its rows ready to be put together, and when it was made.
pub struct Page {
    pub generated_at: Instant,
    pub data_through: Option<Instant>,
    members: Map<String, Value>,
    rows: Vec<String>,
    orders: HashMap<String, Vec<usize>>,
    finished: Mutex<HashMap<String, Finished>>,
}

/// An answer as it is sent, and the name of its content.
#[derive(Clone)]
pub struct Finished {
    pub bytes: Arc<[u8]>,
    pub etag: Arc<str>,
}

impl Page {
    pub fn new(view: &View, computed: Computed, generated_at: Instant) -> Page {
        let mut members = computed.body;
        let orders = members
            .remove(ORDERS)
            .and_then(|orders| serde_json::from_value(orders).ok());
        let mut rows = Vec::new();
        if let Some(list) = view.list()
            && let Some(Value::Array(objects)) = members.get_mut(&list.name).map(Value::take)
        {
            let rank = list.rank.as_deref();
            rows.extend(objects.into_iter().map(|object| open_row(object, rank)));
        }
        Page {
            generated_at,
            data_through: computed.data_through,
            members,
            rows,
            orders: orders.unwrap_or_default(),
            finished: Mutex::default(),
        }
    }

    /// The answer to one request, ready to send.
    pub fn answer(&self, view: &View, asked: &Asked) -> Finished {
        let said = members(view, asked);
        let variant = format!(
            "{}|{:?}|{}",
            asked.sort,
            asked.limit,
            Value::Object(said.clone())
        );
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
        };
        if finished.len() >= VARIANTS {
            finished.clear();
        }
        finished.insert(variant, answer.clone());
        answer
    }

    /// What the reader said stands in place of what the shelf said; the rows follow their order and limit.
    fn assemble(&self, view: &View, asked: &Asked, mut said: Map<String, Value>) -> String {
        let list = view.list();
        for (name, value) in &self.members {
            if !view.members.iter().any(|member| member.name == *name) {
                said.insert(name.clone(), value.clone());
            }
        }
        let mut text = String::from("{");
        for (name, value) in &said {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&Value::from(name.as_str()).to_string());
            text.push(':');
            match list.filter(|list| list.name == *name) {
                Some(list) => self.write_rows(
                    &mut text,
                    list.sorts.get(asked.sort).map(|sort| &sort.name),
                    asked.limit,
                    list.rank.as_deref(),
                ),
                None => text.push_str(&value.to_string()),
            }
        }
        text.push('}');
        text
    }

    fn write_rows(
        &self,
        text: &mut String,
        sort: Option<&String>,
        limit: Option<usize>,
        rank: Option<&str>,
    ) {
        let order = sort.and_then(|sort| self.orders.get(sort));
        let count = limit.unwrap_or(usize::MAX).min(self.rows.len());
        text.push('[');
        for position in 0..count {
            let at = order
                .and_then(|order| order.get(position))
                .copied()
                .unwrap_or(position);
            if position > 0 {
                text.push(',');
            }
            text.push('{');
            if let Some(rank) = rank {
                text.push_str(&format!("\"{rank}\":{},", position + 1));
            }
            text.push_str(self.rows.get(at).map_or("}", String::as_str));
        }
        text.push(']');
    }
}

/// A row as JSON without its opening brace and its rank: `"park_id":71,…}`.
fn open_row(mut row: Value, rank: Option<&str>) -> String {
    if let (Some(object), Some(rank)) = (row.as_object_mut(), rank) {
        object.shift_remove(rank);
    }
    row.to_string().split_off(1)
}

/// The members that no statement gives, for one request.
pub fn members(view: &View, asked: &Asked) -> Map<String, Value> {
    let mut members = Map::new();
    for member in &view.members {
        let value = match &member.source {
            Source::Constant(value) => value.clone(),
            Source::SortBy => view
                .list()
                .and_then(|list| list.sorts.get(asked.sort))
                .map_or(Value::Null, |sort| Value::from(sort.name.as_str())),
            Source::Param(name) => match asked.choices.get(name).map(|choice| &choice.spelled) {
                None | Some(Scalar::Null) => Value::Null,
                Some(Scalar::Flag(flag)) => Value::from(*flag),
                Some(Scalar::Integer(number)) => Value::from(*number),
                Some(Scalar::Text(text)) => Value::from(text.as_str()),
            },
        };
        if !(member.optional && value.is_null()) {
            members.insert(member.name.clone(), value);
        }
    }
    members
}
