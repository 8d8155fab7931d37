//! Every word of help: as it stands, and held to the man pages, the variables and the statuses.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const VERBS: [&str; 16] = [
    "demo",
    "collect",
    "aggregate",
    "backfill",
    "verify",
    "explain",
    "refresh-cache",
    "serve",
    "views",
    "prune",
    "restore",
    "status",
    "parks",
    "rides",
    "migrate",
    "db",
];

fn hallctl(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_hallctl"))
        .args(arguments)
        .env_clear()
        .output()
        .expect("hallctl runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file of ours")
}

fn entries(place: &str) -> BTreeSet<String> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(place);
    let entries = fs::read_dir(place).expect("a directory of ours");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// The `HALLCTL_…` names in a text; `HALLCTL_TEST_…` are the business of the tests.
fn variables(text: &str) -> BTreeSet<&str> {
    let names = text.match_indices("HALLCTL_").map(|(at, _)| {
        let rest = &text[at..];
        let end = rest.find(|c: char| !(c.is_ascii_uppercase() || c == '_'));
        &rest[..end.unwrap_or(rest.len())]
    });
    names
        .filter(|name| !name.starts_with("HALLCTL_TEST_"))
        .collect()
}

/// `INSTA_UPDATE=always cargo test help_reads_well` writes the texts anew.
#[test]
fn help_reads_well() {
    insta::assert_snapshot!("hallctl", hallctl(&["--help"]));
    for verb in VERBS {
        let help = hallctl(&[verb, "--help"]);
        assert!(
            help.lines().all(|line| line.chars().count() <= 100),
            "{help}"
        );
        insta::assert_snapshot!(format!("hallctl-{verb}"), help);
    }
}

#[test]
fn the_list_of_verbs_is_the_one_in_the_help() {
    let help = hallctl(&["--help"]);
    let listed = help
        .split("Commands:\n")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next());
    let listed = listed.expect("a list of commands").lines();
    let names: Vec<&str> = listed
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(names, VERBS);
}

#[test]
fn man_pages_are_those_the_program_writes() {
    let fresh = tempfile::tempdir().expect("a directory");
    hallctl(&["man", fresh.path().to_str().expect("a path")]);
    let pages = |mut names: BTreeSet<String>| {
        names.retain(|name| name.ends_with(".1") || name == "hallctl-views.7");
        names
    };
    // Joining an absolute path to ours gives that path.
    let written = pages(entries(fresh.path().to_str().expect("a path")));
    assert_eq!(
        written,
        pages(entries("man")),
        "write them anew with `hallctl man man`"
    );
    for name in written {
        let (new, old) = (
            fs::read_to_string(fresh.path().join(&name)),
            source(&format!("man/{name}")),
        );
        assert!(
            new.expect("a page") == old,
            "`man/{name}` is old; write it anew with `hallctl man man`"
        );
    }
}

#[test]
fn the_page_of_the_architecture_names_every_room_and_every_table() {
    let page = source("man/hallctl.7");
    let rooms = entries("src")
        .into_iter()
        .filter(|name| !name.ends_with(".rs"));
    let tables = entries("sql/migrations").into_iter();
    let tables = tables.filter_map(|name| Some(name.strip_suffix(".create.sql")?[5..].to_owned()));
    let words: Vec<&str> = page
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .collect();
    for name in rooms.chain(tables) {
        assert!(
            words.contains(&name.as_str()),
            "`{name}` is missing in man/hallctl.7"
        );
    }
}

#[test]
fn every_variable_has_its_words_and_every_word_its_variable() {
    let code = [
        "src/config.rs",
        "src/cli.rs",
        "src/cli/cache.rs",
        "src/cli/retention.rs",
        "src/cli/views.rs",
    ];
    let code = code.map(source).concat();
    // The clock of tests and replays is a seam of ours, and no promise to anyone.
    let mut read: BTreeSet<&str> = variables(&code);
    assert!(read.remove("HALLCTL_NOW"));
    assert_eq!(
        variables(&source("src/help.rs")),
        read,
        "src/help.rs against what is read"
    );
    let page = source("man/hallctl.1");
    assert_eq!(variables(&page), read, "man/hallctl.1 against what is read");
    assert_eq!(
        variables(&source("README.md")),
        read,
        "README.md against what is read"
    );
}

#[test]
fn the_readme_and_the_man_page_ask_for_the_same_rights() {
    let readme = source("README.md");
    let grant = readme.lines().find(|line| line.contains("grant select"));
    let grant = grant.expect("the rights").trim();
    let rights = grant.strip_prefix("grant ").expect("a grant");
    let rights = rights.split_once(" on ").expect("rights").0;
    let page = source("man/hallctl.1");
    let section = page.split(".SH \"DATABASE RIGHTS\"").nth(1);
    let section = section.expect("a section").split(".SH").next();
    let listed = section.expect("its text").lines();
    let listed = listed.filter_map(|line| line.strip_prefix("\\fB")?.strip_suffix("\\fR"));
    assert_eq!(listed.collect::<Vec<_>>().join(", "), rights);
}

#[test]
fn the_exit_statuses_of_the_help_are_those_of_the_program() {
    let code = source("src/exit.rs");
    let arms = code
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Exit::")?.split_once(" => "));
    let numbers = arms.filter_map(|(_, number)| number.trim_end_matches(',').parse::<u8>().ok());
    let help = hallctl(&["--help"]);
    let listed = help
        .split("Exit status:\n")
        .nth(1)
        .expect("a list of statuses")
        .lines();
    let listed = listed.map(|line| {
        line.split_whitespace()
            .next()
            .expect("a number")
            .parse::<u8>()
    });
    assert_eq!(
        listed.collect::<Result<BTreeSet<_>, _>>(),
        Ok(numbers.collect::<BTreeSet<_>>())
    );
}
