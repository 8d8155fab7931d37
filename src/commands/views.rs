//! `hallctl views`: what views there are, and what those of a directory cost.

mod compare;

use super::connect;
use super::roster::{cell, print_table};
use crate::cli::{Views, ViewsCheck, ViewsCommand, ViewsList};
use crate::config;
use crate::exit::{Exit, misused};
use crate::model::count::count;
use crate::views::check::{Checked, Step, check};
use crate::views::{self, Auth, Method, Moment, Rate, Refused, Store, View};
use anyhow::Result;
use serde_json::{Value, json};
use std::path::Path;

pub fn run(args: Views) -> Result<Exit> {
    match args.command {
        ViewsCommand::List(args) => list(&args),
        ViewsCommand::Check(args) => costs(&args),
        ViewsCommand::Compare(args) => compare::run(&args),
    }
}

/// The built-in views and those of a directory, which is there: none at all would look like one at the wrong place.
pub fn load(directory: Option<&Path>) -> Result<views::Views> {
    if let Some(missing) = directory.filter(|directory| !directory.is_dir()) {
        return Err(misused(format!(
            "there is no directory `{}`; name the one of your view files, or leave it out",
            missing.display()
        )));
    }
    views::load(directory)
}

fn list(args: &ViewsList) -> Result<Exit> {
    let views = load(args.views.as_deref())?;
    let exit = refused(&views.refused);
    let mut sound: Vec<&View> = views.sound.iter().collect();
    sound.sort_by_key(|view| view.route.to_string());
    if args.json {
        let objects: Vec<Value> = sound.iter().map(|view| object(view)).collect();
        say!("{}", Value::Array(objects));
        return Ok(exit);
    }
    for view in sound {
        let store = match view.store {
            Store::Shelf { due } => {
                format!("shelf `{}`, due every {}", view.key, seconds(due))
            }
            Store::OnDemand { until_cycle: true } => "on demand, until new data".to_owned(),
            Store::OnDemand { .. } => "on demand".to_owned(),
        };
        let auth = if view.auth == Auth::Bearer {
            ", for who has the token"
        } else {
            ""
        };
        let post = if view.method == Method::Post {
            "by POST, "
        } else {
            ""
        };
        say!("{}", view.route);
        say!(
            "    {}: {post}{store}, fresh for {}{auth}",
            view.name,
            seconds(view.fresh)
        );
        for param in &view.params {
            say!("    {} = {}", param.name, param.said());
        }
        for said in view.listed() {
            say!("    {said}");
        }
        if !view.tags.is_empty() {
            say!("    depends on {}", view.tags.join(", "));
        }
    }
    Ok(exit)
}

fn seconds(rate: Rate) -> String {
    let Rate { running, over } = rate;
    match running == over {
        true => format!("{} s", running.num_seconds()),
        false => format!(
            "{} s, {} s once its period is over",
            running.num_seconds(),
            over.num_seconds()
        ),
    }
}

fn object(view: &View) -> Value {
    let params = view
        .params
        .iter()
        .map(|param| json!({"name": param.name, "accepts": param.said()}));
    let due = match view.store {
        Store::Shelf { due } => Some(due),
        Store::OnDemand { .. } => None,
    };
    json!({
        "view": view.name,
        "type": view.kind,
        "route": view.route.to_string(),
        "method": if view.method == Method::Post { "post" } else { "get" },
        "auth": if view.auth == Auth::Bearer { "bearer" } else { "public" },
        "store": if due.is_some() { "shelf" } else { "on-demand" },
        "key": view.key,
        "due_seconds": due.map(|due| due.running.num_seconds()),
        "due_seconds_once_over": due.map(|due| due.over.num_seconds()),
        "fresh_seconds": view.fresh.running.num_seconds(),
        "fresh_seconds_once_over": view.fresh.over.num_seconds(),
        "tags": view.tags,
        "params": params.collect::<Vec<_>>(),
        "list": view.listed(),
    })
}

/// Runs every statement of the directory's views once. A built-in view is checked only where none are named.
fn costs(args: &ViewsCheck) -> Result<Exit> {
    let views = load(args.directory.as_deref())?;
    let mut exit = refused(&views.refused);
    let mut db = connect()?;
    let mut moment = Moment::at(config::now()?);
    let chosen = views
        .sound
        .iter()
        .filter(|view| view.is_own || args.directory.is_none());
    let (mut objects, mut seen, mut statements) = (Vec::new(), 0, 0);
    for view in chosen {
        seen += 1;
        let checked = db.snapshot(|db| Ok(check(db, &mut moment, view, &args.with)))?;
        for (name, checked) in checked {
            statements += 1;
            match checked {
                Ok(checked) if args.json => objects.push(cost(view, &checked)),
                Ok(checked) => print(view, &checked),
                Err(error) => {
                    remark!(
                        "views: statement `{name}` of view `{}`: {error:#}",
                        view.name
                    );
                    exit = Exit::Failed;
                }
            }
        }
    }
    match args.json {
        true => say!("{}", Value::Array(objects)),
        false => say!(
            "views: {}, {}",
            count(seen, "view"),
            count(statements, "statement")
        ),
    }
    Ok(exit)
}

fn print(view: &View, checked: &Checked) {
    let milliseconds = checked.took.as_secs_f64() * 1000.0;
    let asked = match checked.asked.as_str() {
        "" => String::new(),
        asked => format!(" for {asked}"),
    };
    say!(
        "{} `{}`{asked}: {milliseconds:.1} ms, {}",
        view.name,
        checked.statement,
        count(checked.rows, "row")
    );
    let steps = checked.plan.iter().map(|step| {
        let Step {
            table,
            access,
            key,
            rows,
        } = step;
        vec![
            format!("    {table}"),
            access.clone(),
            cell(key.clone()),
            rows.to_string(),
        ]
    });
    print_table(
        &["    table", "access", "key", "rows"],
        &steps.collect::<Vec<_>>(),
    );
}

fn cost(view: &View, checked: &Checked) -> Value {
    let plan = checked.plan.iter().map(|step| {
        json!({"table": step.table, "access": step.access, "key": step.key, "rows": step.rows})
    });
    json!({
        "view": view.name,
        "statement": checked.statement,
        "asked": checked.asked,
        "milliseconds": checked.took.as_secs_f64() * 1000.0,
        "rows": checked.rows,
        "plan": plan.collect::<Vec<_>>(),
    })
}

fn refused(refused: &[Refused]) -> Exit {
    for Refused { reason, .. } in refused {
        remark!("views: {reason}");
    }
    if refused.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    }
}
