//! `hallctl man`: the man pages of section 1, made from the command line itself so that they cannot drift.

use crate::cli::{Cli, Man};
use crate::exit::Exit;
use crate::help::metrics::{METRICS, Metric};
use crate::help::{self, Entry};
use crate::views::{self, Method};
use anyhow::{Context, Result};
use clap::{Command, CommandFactory};
use clap_mangen::roff::{Roff, bold, roman};
use std::fs;

pub fn run(args: &Man) -> Result<Exit> {
    let mut program = Cli::command();
    program.build();
    let verbs: Vec<&Command> = visible(&program).collect();
    let pages = verbs.iter().copied().chain([&program]);
    for command in pages {
        let path = args.directory.join(format!("{}.1", page_name(command)));
        fs::write(&path, page(command, &verbs)?)
            .with_context(|| format!("could not write `{}`", path.display()))?;
    }
    let path = args.directory.join("hallctl-views.7");
    fs::write(&path, guide()).with_context(|| format!("could not write `{}`", path.display()))?;
    say!("man: {} pages", verbs.len() + 2);
    Ok(Exit::Done)
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|verb| !verb.is_hide_set())
}

/// `hallctl collect` has the page `hallctl-collect`.
fn page_name(command: &Command) -> String {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    name.replace(' ', "-")
}

fn page(command: &Command, verbs: &[&Command]) -> Result<Vec<u8>> {
    let is_program = command.get_name() == "hallctl";
    let verb = if is_program { "" } else { command.get_name() };
    let version = format!("hallctl {}", env!("CARGO_PKG_VERSION"));
    let man = clap_mangen::Man::new(command.clone())
        .title(page_name(command).to_uppercase())
        .source(version)
        .manual("hallctl");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    // Filled to both margins, short lines would be full of holes.
    let mut left = Roff::new();
    left.control("ad", ["l"]);
    page.extend(left.to_roff().into_bytes());
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;

    let mut rest = Roff::new();
    if command.has_subcommands() {
        commands(&mut rest, command, is_program);
    }
    if verb == "serve" {
        routes(&mut rest)?;
        metrics(&mut rest);
    }
    entries(&mut rest, "EXIT STATUS", help::exit_statuses(verb));
    if is_program {
        entries(&mut rest, "ENVIRONMENT", &help::VARIABLES);
        entries(&mut rest, "DATABASE RIGHTS", &help::RIGHTS);
        entries(&mut rest, "FILES", &help::FILES);
    }
    entries(&mut rest, "EXAMPLES", help::examples(verb));
    rest.control("SH", ["SEE ALSO"]);
    let mut others: Vec<String> = Vec::new();
    if is_program {
        others.extend(verbs.iter().map(|verb| format!("{}(1)", page_name(verb))));
    } else {
        others.push("hallctl(1)".to_owned());
    }
    others.push("hallctl(7)".to_owned());
    rest.text([roman(others.join(", "))]);
    page.extend(rest.to_roff().into_bytes());
    Ok(page)
}

/// The verbs below a command: a line each on the page of the program, with their options elsewhere.
fn commands(page: &mut Roff, command: &Command, is_program: bool) {
    page.control("SH", ["COMMANDS"]);
    for verb in visible(command) {
        page.control("TP", []);
        page.text([bold(verb.get_name())]);
        let about = verb.get_about().map(ToString::to_string);
        page.text([roman(about.unwrap_or_default())]);
        let options = verb.get_arguments().filter(|arg| {
            !is_program
                && !arg.is_hide_set()
                && !["help", "version"].contains(&arg.get_id().as_str())
        });
        for option in options {
            let value = option.get_value_names().map(|names| names.join(" "));
            let value = value.filter(|_| option.get_action().takes_values());
            let help = option.get_help().map(ToString::to_string);
            page.control("RS", []);
            page.control("TP", []);
            page.text(match (option.get_long(), value) {
                (None, value) => vec![roman(value.unwrap_or_default())],
                (Some(long), None) => vec![bold(format!("--{long}"))],
                (Some(long), Some(value)) => {
                    vec![bold(format!("--{long}")), roman(format!(" <{value}>"))]
                }
            });
            page.text([roman(help.unwrap_or_default())]);
            page.control("RE", []);
        }
    }
}

fn entries(page: &mut Roff, title: &str, entries: &[Entry]) {
    if entries.is_empty() {
        return;
    }
    page.control("SH", [title]);
    for (thing, meaning) in entries {
        page.control("TP", []);
        page.text([bold(*thing)]);
        page.text([roman(*meaning)]);
    }
}

/// What can be asked for: every route of the built-in views with its parameters, as the files declare them.
fn routes(page: &mut Roff) -> Result<()> {
    page.control("SH", ["ROUTES"]);
    let mut views = views::load(None)?.sound;
    views.sort_by_key(|view| view.route.to_string());
    for view in views {
        page.control("TP", []);
        page.text([bold(view.route.to_string())]);
        let params = view.params.iter();
        let params: Vec<String> = params
            .map(|param| format!("{} = {}", param.name, param.said()))
            .chain(view.listed())
            .collect();
        let params = match params.is_empty() {
            true => "no parameters".to_owned(),
            false => params.join(". "),
        };
        page.text([roman(match view.method {
            Method::Get => params,
            Method::Post => format!("By POST of a JSON object: {params}"),
        })]);
    }
    Ok(())
}

/// What `/metrics` tells.
fn metrics(page: &mut Roff) {
    page.control("SH", ["METRICS"]);
    page.text([roman("/metrics speaks the text format of Prometheus. What a job did is read from its log row and its lease, as by hallctl status.")]);
    for metric in METRICS {
        let Metric {
            name,
            kind,
            unit,
            labels,
            meaning,
        } = metric;
        page.control("TP", []);
        page.text(match labels.is_empty() {
            true => vec![bold(*name)],
            false => vec![bold(*name), roman(format!("{{{}}}", labels.join(", ")))],
        });
        let comma = if unit.is_empty() { "" } else { ", " };
        page.text([roman(format!("{kind}{comma}{unit}. {meaning}"))]);
    }
}

/// The page of section 7 about view files.
fn guide() -> String {
    let mut page = Roff::new();
    let version = concat!("hallctl ", env!("CARGO_PKG_VERSION"));
    page.control("TH", ["HALLCTL-VIEWS", "7", "", version, "hallctl"]);
    page.control("ad", ["l"]);
    page.control("SH", ["NAME"]);
    page.text([roman("hallctl-views - a JSON answer of your own in a file")]);
    page.control("SH", ["A VIEW IN FIVE MINUTES"]);
    page.control("nf", []);
    for line in help::views::EXAMPLE.lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []);
    for (title, words, entries) in [("", "", &help::views::STEPS[..])]
        .into_iter()
        .chain(help::views::GUIDE)
    {
        if !title.is_empty() {
            page.control("SH", [title]);
            page.text([roman(words)]);
        }
        for (thing, meaning) in entries {
            page.control("TP", []);
            page.text([bold(*thing)]);
            page.text([roman(*meaning)]);
        }
    }
    page.control("SH", ["SEE ALSO"]);
    page.text([roman(
        "hallctl-views(1), hallctl-refresh-cache(1), hallctl-serve(1), hallctl(7)",
    )]);
    page.to_roff()
}
