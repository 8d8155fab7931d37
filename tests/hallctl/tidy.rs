//! The laws of the house that a machine can hold: rooms and imports, shapes of files, the top level.

use crate::tree::{hold, is_word, pages, top, word_at};
use std::fs;

/// Which of our own modules each module may import; `commands` and `main` may import all of them.
const MAY_IMPORT: [(&str, &[&str]); 13] = [
    ("cli", &["help", "model"]),
    ("config", &["exit", "model"]),
    ("db", &["exit", "model"]),
    ("exit", &[]),
    ("feed", &["exit", "model"]),
    ("help", &[]),
    ("job_log", &["db", "exit", "model"]),
    ("model", &[]),
    ("raw", &["db", "exit", "model"]),
    ("rollup", &["db", "exit", "model"]),
    ("say", &[]),
    ("views", &["db", "exit", "model"]),
    ("web", &["exit", "model"]),
];

/// Crates that belong to some rooms alone: the two ends speak HTTP, the middle speaks SQL.
const CRATES_AT_HOME: [(&str, &[&str]); 6] = [
    ("clap", &["cli", "commands", "main"]),
    ("clap_mangen", &["commands"]),
    ("indicatif", &["commands"]),
    (
        "mysql",
        &["commands", "db", "job_log", "raw", "rollup", "views"],
    ),
    ("tiny_http", &["commands", "feed", "web"]),
    ("ureq", &["feed"]),
];

/// The names that follow `crate::` and `super::`, groups in braces included.
fn imported(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            let rest = &code[at + root.len()..];
            let mut depth = 0;
            let mut expects_name = true;
            for part in rest.split_inclusive(|c: char| !is_word(c)) {
                let name = part.trim_end_matches(|c: char| !is_word(c));
                if expects_name && depth <= 1 && !name.is_empty() {
                    names.push(name.to_owned());
                }
                match part.chars().last() {
                    Some('{') => depth += 1,
                    Some('}') => depth -= 1,
                    _ => {}
                }
                expects_name = part.ends_with(['{', ',']) || (expects_name && name.is_empty());
                if depth <= 0 && !part.ends_with('{') {
                    break;
                }
            }
        }
    }
    names
}

#[test]
fn imports_are_found_in_paths_and_in_groups() {
    let names = |code| imported(code).join(" ");
    assert_eq!(names("use crate::db::Db;"), "db");
    assert_eq!(
        names("use crate::{db::{Db, sql}, model::Instant};"),
        "db model"
    );
    assert_eq!(
        names("let x = crate::exit::misused(y); super::park::z()"),
        "exit park"
    );
}

#[test]
fn a_room_opens_onto_the_corridor_never_onto_another_room() {
    let mut breaches = Vec::new();
    for page in pages("src", ".rs") {
        let room = page.room();
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == room) else {
            if !["commands", "main"].contains(&room) {
                breaches.push(format!(
                    "{}: a module without a place in MAY_IMPORT",
                    page.path
                ));
            }
            continue;
        };
        let code: String = page.code().map(|(_, line)| format!("{line}\n")).collect();
        for name in imported(&code) {
            let is_ours =
                name == "commands" || MAY_IMPORT.iter().any(|(module, _)| *module == name);
            if is_ours && name != room && !allowed.contains(&name.as_str()) {
                breaches.push(format!("{}: imports `{name}`", page.path));
            }
        }
    }
    hold("a room imports only what it stands on", breaches);
}

#[test]
fn the_two_ends_speak_http_and_the_middle_speaks_sql() {
    let mut breaches = Vec::new();
    for page in pages("src", ".rs") {
        let room = page.room();
        for (number, line) in page.code() {
            for (name, homes) in CRATES_AT_HOME {
                let named =
                    word_at(line, name).is_some_and(|at| line[at + name.len()..].starts_with("::"));
                if named && !homes.contains(&room) {
                    breaches.push(format!("{}:{}: `{name}`", page.path, number + 1));
                }
            }
            if ["feed", "web", "model"].contains(&room) && line.contains("sql!(") {
                breaches.push(format!("{}:{}: SQL", page.path, number + 1));
            }
        }
    }
    hold("each crate stays in its rooms", breaches);
}

#[test]
fn statements_stand_in_sql_files() {
    // DDL that must be built, what a connection says to its own server, and the check that is built from the very
    // statement it checks.
    let builders = [
        "src/db/",
        "src/raw/partitions.rs",
        "src/rollup/verify.rs",
        "src/commands/",
    ];
    let openings = [
        "select ",
        "insert into ",
        "delete from ",
        "replace into ",
        "alter table ",
    ];
    let mut breaches = Vec::new();
    for page in pages("src", ".rs") {
        if builders.iter().any(|place| page.path.starts_with(place)) {
            continue;
        }
        let shipped = page.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in shipped.lines().enumerate() {
            let lower = line.to_lowercase();
            if openings
                .iter()
                .any(|opening| lower.contains(&format!("\"{opening}")))
            {
                breaches.push(format!("{}:{}: {}", page.path, number + 1, line.trim()));
            }
        }
    }
    hold("no SQL text in Rust", breaches);
}

#[test]
fn the_environment_is_read_in_one_file_and_the_clock_in_few() {
    let laws: [(&str, &[&str]); 6] = [
        ("env::var(", &["src/config.rs"]),
        ("env::var_os(", &["src/config.rs"]),
        ("env::vars", &["src/config.rs"]),
        (
            "Utc::now(",
            &[
                "src/config.rs",
                "src/commands/",
                "src/db/",
                "src/job_log.rs",
                "src/rollup/log.rs",
            ],
        ),
        (
            "SystemTime::now(",
            &[
                "src/config.rs",
                "src/commands/",
                "src/db/",
                "src/job_log.rs",
                "src/rollup/log.rs",
            ],
        ),
        ("Local::now(", &[]),
    ];
    let mut breaches = Vec::new();
    for page in pages("src", ".rs") {
        for (number, line) in page.code() {
            for (call, homes) in laws {
                // PATH is the system's; it says where a server program may be.
                let line = line.replace("env::var_os(\"PATH\")", "");
                if line.contains(call) && !homes.iter().any(|home| page.path.starts_with(home)) {
                    breaches.push(format!("{}:{}: `{call}`", page.path, number + 1));
                }
            }
        }
    }
    hold(
        "environment and clock have a home; elsewhere they are arguments",
        breaches,
    );
}

#[test]
fn every_rust_file_opens_with_a_sentence() {
    let mut breaches = Vec::new();
    for page in pages("src", ".rs").into_iter().chain(pages("tests", ".rs")) {
        let opening: Vec<&str> = page
            .text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        let opens = opening.first().is_some_and(|line| line.starts_with("//! "));
        if !opens || !opening.last().is_some_and(|line| line.ends_with('.')) {
            breaches.push(page.path);
        }
    }
    hold(
        "the first line is `//! ` and a sentence saying what lives here",
        breaches,
    );
}

#[test]
fn files_are_short_and_lines_fit() {
    let mut breaches = Vec::new();
    for page in pages("src", ".rs") {
        let lines = page.text.lines().count();
        if lines > 400 {
            breaches.push(format!(
                "{}: {lines} lines; find the second noun inside",
                page.path
            ));
        }
        for (number, line) in page.text.lines().enumerate() {
            // A message stands whole, however long, so that it can be searched for.
            if line.contains("`") && !line.trim_start().starts_with("//") {
                continue;
            }
            let columns = line.split('"').step_by(2).map(|part| part.chars().count());
            let columns = columns.sum::<usize>();
            if columns > 120 {
                breaches.push(format!("{}:{}: {columns} columns", page.path, number + 1));
            }
        }
    }
    hold("at most 400 lines a file, 120 columns a line", breaches);
}

#[test]
fn error_messages_are_lower_case_without_a_final_period() {
    let calls = [
        "bail!(",
        "anyhow!(",
        "misused(",
        ".context(",
        "with_context(|| format!(",
        "expect(",
    ];
    let names = [
        "MySQL",
        "MariaDB",
        "Queue-Times",
        "ThemeParks.wiki",
        "AppArmor",
    ];
    let mut breaches = Vec::new();
    for page in pages("src", ".rs") {
        for call in calls {
            for (at, _) in page.text.match_indices(call) {
                let rest = page.text[at + call.len()..].trim_start();
                let rest = rest.strip_prefix("format!(").unwrap_or(rest).trim_start();
                let Some(message) = rest
                    .strip_prefix('"')
                    .and_then(|rest| rest.split('"').next())
                else {
                    continue;
                };
                let mut letters = message.chars();
                let is_capitalised = letters.next().is_some_and(char::is_uppercase)
                    && letters.next().is_some_and(char::is_lowercase)
                    && !names.iter().any(|name| message.starts_with(name));
                if is_capitalised || message.ends_with('.') {
                    breaches.push(format!("{}: \"{message}\"", page.path));
                }
            }
        }
    }
    hold("lower-case, no final period", breaches);
}

#[test]
fn every_dependency_is_used() {
    let manifest = fs::read_to_string(top().join("Cargo.toml")).expect("Cargo.toml");
    let wanted = manifest
        .split("[dependencies]")
        .nth(1)
        .expect("dependencies");
    let wanted = wanted.split("\n[").next().unwrap_or_default();
    let code: String = pages("src", ".rs")
        .into_iter()
        .map(|page| page.text)
        .collect();
    let names = wanted
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name);
    let unused = names.filter(|name| !code.contains(&format!("{}::", name.replace('-', "_"))));
    hold(
        "a crate earns its place",
        unused.map(str::to_owned).collect(),
    );
}

#[test]
fn every_test_file_is_listed() {
    let list = fs::read_to_string(top().join("tests/hallctl/main.rs")).expect("the list");
    let pages = pages("tests/hallctl", ".rs").into_iter();
    let names = pages.filter_map(|page| {
        let name = page
            .path
            .strip_prefix("tests/hallctl/")?
            .strip_suffix(".rs")?
            .to_owned();
        (name != "main" && !name.contains('/')).then_some(name)
    });
    let forgotten = names.filter(|name| !list.lines().any(|line| line == format!("mod {name};")));
    hold(
        "a test file missing from main.rs never runs",
        forgotten.collect(),
    );
}

#[test]
fn the_top_level_holds_what_it_should_and_speaks_of_hallctl_alone() {
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "crontab",
        "man",
        "sql",
        "src",
        "tests",
        "target",
    ];
    let mut breaches = Vec::new();
    for entry in fs::read_dir(top()).expect("the top level") {
        let name = entry
            .expect("an entry")
            .file_name()
            .to_string_lossy()
            .into_owned();
        if !known.contains(&name.as_str()) && !name.starts_with('.') {
            breaches.push(format!("{name}: does not belong at the top level"));
        }
    }
    for place in ["Cargo.toml", "README.md", "crontab", "man", "sql", "src"] {
        for page in pages(place, "") {
            for path_of_a_machine in ["/work/", "../shared", "/root/"] {
                if page.text.contains(path_of_a_machine) {
                    breaches.push(format!("{}: `{path_of_a_machine}`", page.path));
                }
            }
        }
    }
    hold("the repository is complete in itself", breaches);
}
