//! The laws of the SQL files: one statement each, named, used once, writing only at home.

use crate::tree::{Page, hold, is_word, pages, word_at};

/// Which tables the statements of a room may write; reading is free, `db` looks after its own.
const MAY_WRITE: [(&str, &[&str]); 7] = [
    (
        "raw",
        &[
            "parks",
            "rides",
            "ride_operated_days",
            "park_schedules",
            "park_snapshots",
            "ride_snapshots",
            "feed_issues",
            "settings",
        ],
    ),
    (
        "rollup",
        &[
            "park_hourly_stats",
            "ride_hourly_stats",
            "park_daily_stats",
            "ride_daily_stats",
            "park_yearly_stats",
            "ride_yearly_stats",
            "stale_periods",
            "aggregation_log",
            "settings",
        ],
    ),
    (
        "views",
        &[
            "cached_api_views",
            "cache_refresh_log",
            "cache_invalidations",
            "serve_seats",
            "cache_served",
        ],
    ),
    ("job_log", &["job_runs", "job_leases"]),
    ("status", &[]),
    ("migrations", &["parks", "settings"]),
    ("db", &["schema_migrations", "settings", "restored_days"]),
];

/// A statement without its comments and quoted texts, in lower case.
fn bare(sql: &str) -> String {
    let lines = sql
        .lines()
        .map(|line| line.split("-- ").next().unwrap_or_default());
    let text = lines.collect::<Vec<_>>().join("\n");
    text.split('\'')
        .step_by(2)
        .collect::<Vec<_>>()
        .join("''")
        .to_lowercase()
}

fn is_view(page: &Page) -> bool {
    page.path.starts_with("sql/views/") && page.text.contains("-- name: ")
}

#[test]
fn every_sql_file_holds_one_lower_case_statement_under_a_sentence() {
    let shouts = [
        "SELECT", "FROM", "WHERE", "INSERT", "UPDATE", "DELETE", "CREATE", "JOIN", "GROUP BY",
    ];
    let mut breaches = Vec::new();
    for page in pages("sql", ".sql") {
        let opening: Vec<&str> = page
            .text
            .lines()
            .take_while(|line| line.starts_with("-- "))
            .collect();
        if opening.is_empty() {
            breaches.push(format!("{}: opens without a `-- ` line", page.path));
        } else if !is_view(&page) && !opening.last().is_some_and(|line| line.ends_with('.')) {
            breaches.push(format!("{}: its opening is not a sentence", page.path));
        }
        if !is_view(&page) && bare(&page.text).contains(';') {
            breaches.push(format!("{}: `;`", page.path));
        }
        for (number, line) in page.code() {
            if shouts.iter().any(|word| word_at(line, word).is_some()) {
                breaches.push(format!("{}:{}: upper case", page.path, number + 1));
            }
        }
    }
    hold(
        "one statement a file, lower case, opened by a sentence",
        breaches,
    );
}

#[test]
fn sql_files_are_named_for_table_and_verb() {
    let tables = pages("sql/migrations", ".create.sql").into_iter();
    let tables: Vec<String> = tables
        .filter_map(|page| Some(page.name().split('.').next()?[5..].to_owned()))
        .collect();
    let is_plain =
        |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let mut breaches = Vec::new();
    for page in pages("sql", "") {
        let name = page.name().trim_end_matches(".sql");
        let (number, name) = match page.room() {
            "migrations" => name.split_once('_').unwrap_or(("", name)),
            _ => ("", name),
        };
        let parts: Vec<&str> = name.split('.').collect();
        let is_known = match page.room() {
            // The door speaks of sessions and locks too; a view is named for what it answers.
            "db" | "migrations" => parts.len() > 1,
            "views" => parts.len() > 1 || is_view(&page) || page.path.contains("/relations/"),
            _ => parts.len() > 1 && tables.iter().any(|table| table == parts[0]),
        };
        let is_numbered = number.len() == 4 && number.chars().all(|c| c.is_ascii_digit());
        let is_sql = page.path.ends_with(".sql");
        if !is_sql
            || !is_known
            || !parts.iter().all(is_plain)
            || is_numbered != (page.room() == "migrations")
        {
            breaches.push(page.path);
        }
    }
    hold(
        "`table.verb.sql` or `table.which.verb.sql`; migrations alone are numbered",
        breaches,
    );
}

#[test]
fn every_sql_file_has_one_user() {
    let code = pages("src", ".rs");
    let mut breaches = Vec::new();
    for page in pages("sql", ".sql") {
        let path = page.path.trim_start_matches("sql/");
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        // By its path, or by its name in a list of what a folder holds.
        let embeds = |user: &&Page| {
            let of_a_list = |name: &str| {
                user.text.contains(&format!("sql!(\"{folder}/\", $name"))
                    && user.text.contains(&format!("    \"{name}\",\n"))
            };
            user.text.contains(&format!("\"{path}\""))
                || of_a_list(name)
                || of_a_list(name.trim_end_matches(".sql"))
        };
        let users = code.iter().filter(embeds).count();
        if users != 1 {
            breaches.push(format!("{}: used by {users} files", page.path));
        }
    }
    hold("each SQL file is embedded by exactly one file", breaches);
}

#[test]
fn a_room_writes_only_its_own_tables() {
    let mut breaches = Vec::new();
    for page in pages("sql", ".sql") {
        let Some((_, tables)) = MAY_WRITE.iter().find(|(room, _)| *room == page.room()) else {
            breaches.push(format!(
                "{}: a room without a place in MAY_WRITE",
                page.path
            ));
            continue;
        };
        let text = bare(&page.text);
        let words: Vec<&str> = text
            .split(|c| !is_word(c))
            .filter(|word| !word.is_empty())
            .collect();
        let first_two = (words.first().copied(), words.get(1).copied());
        let written = match first_two {
            (Some("update"), table) => table,
            (Some("insert" | "replace"), Some("ignore")) => words.get(3).copied(),
            (Some("insert" | "replace" | "delete"), _) => words.get(2).copied(),
            _ => None,
        };
        if let Some(table) = written.filter(|table| !tables.contains(table)) {
            breaches.push(format!("{}: writes `{table}`", page.path));
        }
    }
    hold("read upstream, write at home", breaches);
}

#[test]
fn sql_leaves_clocks_and_zones_to_rust() {
    let calls = [
        "now",
        "curdate",
        "sysdate",
        "convert_tz",
        "date",
        "localtime",
        "from_unixtime",
    ];
    let mut breaches = Vec::new();
    for page in pages("sql", ".sql") {
        let text = bare(&page.text).replace(" (", "(");
        for call in calls {
            let called = format!("{call}(");
            let mut found = text.match_indices(&called);
            if found.any(|(at, _)| !text[..at].ends_with(is_word)) {
                breaches.push(format!("{}: `{called}`", page.path));
            }
        }
    }
    hold("time is an argument of a statement", breaches);
}

#[test]
fn tables_have_a_primary_key_and_no_enum() {
    let mut breaches = Vec::new();
    for page in pages("sql", ".sql") {
        let text = bare(&page.text);
        if text.replace(' ', "").contains("enum(") {
            breaches.push(format!("{}: `enum`", page.path));
        }
        if text.contains("create table")
            && !(text.contains("primary key") && text.contains("innodb"))
        {
            breaches.push(format!(
                "{}: a table without primary key or `engine = InnoDB`",
                page.path
            ));
        }
    }
    hold(
        "Galera and pruning want keys, checks outlive enums",
        breaches,
    );
}
