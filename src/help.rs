//! The words that `--help`, the man pages and the README share: examples, exit statuses, variables, files.

pub mod metrics;
pub mod views;

/// A thing and what it means, one line each.
pub type Entry = (&'static str, &'static str);

/// Exit statuses of every verb but `status`.
pub const EXIT_STATUSES: [Entry; 5] = [
    ("0", "done; also when there was nothing to do"),
    ("1", "failed; the last line on stderr says why"),
    (
        "2",
        "misused: a flag, a value or a variable that cannot be meant",
    ),
    ("3", "partly done: what was lost has a line each on stderr"),
    ("11", "already running: another process holds this job"),
];

/// Exit statuses of `status`, as monitoring plugins know them.
pub const VERDICTS: [Entry; 4] = [
    ("0", "OK"),
    ("1", "WARNING"),
    ("2", "CRITICAL"),
    (
        "3",
        "UNKNOWN: the database cannot be reached or has nothing to say yet",
    ),
];

/// Exit statuses of `verify`.
pub const AGREEMENT: [Entry; 3] = [
    ("0", "every value that could be compared agrees"),
    ("1", "failed; the last line on stderr says why"),
    ("2", "values differ, with a line each on stdout; or misused"),
];

pub const VARIABLES: [Entry; 15] = [
    (
        "HALLCTL_DATABASE_URL",
        "The database: mysql://user:password@host:3306/name, or mysql://user@localhost/name?socket=/path",
    ),
    (
        "HALLCTL_DATABASE_URL_FILE",
        "File (mode 0600) that holds the URL, for cron; not together with HALLCTL_DATABASE_URL",
    ),
    ("HALLCTL_FEED_URL", "Where the feed answers, as --feed-url"),
    (
        "HALLCTL_WIKI_URL",
        "Where ThemeParks.wiki answers, as --wiki-url; `none` leaves it out",
    ),
    (
        "HALLCTL_HOME",
        "Where the private server lives; otherwise below the home directory of the passwd entry",
    ),
    (
        "HALLCTL_ARCHIVE",
        "Where `hallctl prune` keeps what it drops, as --archive",
    ),
    (
        "HALLCTL_RAW_DAYS",
        "Days that raw rows are kept, as --raw-days",
    ),
    (
        "HALLCTL_HOURLY_DAYS",
        "Days that hours are kept, as --hourly-days",
    ),
    (
        "HALLCTL_LOG_DAYS",
        "Days that the logs of runs are kept, as --log-days",
    ),
    (
        "HALLCTL_VIEWS",
        "Directory of view files of your own, as --views",
    ),
    (
        "HALLCTL_VIEW_CACHE",
        "`off` has `hallctl serve` compute every answer anew, as ENABLE_VIEW_CACHE=false does",
    ),
    (
        "HALLCTL_TOKEN",
        "What who asks for a view with `auth: bearer` must send to `hallctl serve`",
    ),
    (
        "HALLCTL_TOKEN_FILE",
        "File (mode 0600) that holds the token; not together with HALLCTL_TOKEN",
    ),
    (
        "HALLCTL_SERVER_BINARY",
        "The mariadbd or mysqld of the private server; otherwise looked for in the usual places",
    ),
    (
        "RUST_LOG",
        "How much is logged on stderr: error, warn (the default), info, debug",
    ),
];

/// What the user of HALLCTL_DATABASE_URL must be granted on the database.
pub const RIGHTS: [Entry; 2] = [
    ("select, insert, update, delete", "Every job"),
    (
        "create, alter, drop, index, references",
        "migrate where something is left to apply, and the partitions collect makes ahead",
    ),
];

pub const FILES: [Entry; 2] = [
    (
        "/etc/hallctl/database-url",
        "Where the shipped crontab looks for the URL",
    ),
    (
        "~/.local/share/hallctl",
        "The private server: data directory, socket and log",
    ),
];

/// What a person would type, and what for; `verb` is as on the command line, empty for hallctl itself.
pub fn examples(verb: &str) -> &'static [Entry] {
    match verb {
        "" => &[
            (
                "hallctl demo",
                "the whole chain on simulated parks, with a server of its own",
            ),
            (
                "hallctl db start && hallctl migrate",
                "a private server and the tables in it",
            ),
            (
                "hallctl status",
                "one verdict, the cause and the next command",
            ),
        ],
        "demo" => &[
            (
                "hallctl demo",
                "two weeks of simulated parks, served until Ctrl-C",
            ),
            (
                "hallctl demo --days 3 --once",
                "build everything, say how it stands and stop",
            ),
        ],
        "collect" => &[
            ("hallctl collect", "one poll of every active park"),
            ("hallctl collect --parks 64,65", "two parks only"),
            (
                "hallctl collect --recorded polls.jsonl.gz --interval 10",
                "recorded polls, ten minutes apart, each at its own time",
            ),
        ],
        "aggregate" => &[
            ("hallctl aggregate hourly", "every stale hour that is over"),
            (
                "hallctl aggregate hourly --hour 2026-07-04T20",
                "that hour again, whatever its state",
            ),
            (
                "hallctl aggregate daily --date 2026-07-04",
                "that day again",
            ),
        ],
        "backfill" => &[
            (
                "hallctl backfill --from 2026-07-01 --to 2026-07-31 --plan",
                "what is wrong with July, and what it would take",
            ),
            (
                "hallctl backfill --from 2026-07-01 --to 2026-07-31",
                "show that plan, ask, and carry it out",
            ),
            (
                "hallctl backfill --from 2026-07-04 --to 2026-07-04 --all --yes",
                "that day and its hours again, without asking",
            ),
            (
                "hallctl backfill --from 2026-07-04 --to 2026-07-04 --judge --all",
                "the same, and its cycles too, where `hallctl verify --deep` found them changed",
            ),
        ],
        "verify" => &[
            (
                "hallctl verify",
                "the newest days and a sample, as cron does every night",
            ),
            (
                "hallctl verify --from 2026-07-04 --deep",
                "one day: its cycles, its hours, itself and its year",
            ),
        ],
        "explain" => &[
            (
                "hallctl explain ride 31 --at 2026-07-04T20:10",
                "what the feed said of a ride, and what became of it",
            ),
            (
                "hallctl explain park 4 --date 2026-07-04",
                "the hours behind a day's score",
            ),
        ],
        "refresh-cache" => &[
            (
                "hallctl refresh-cache --if-stale",
                "views that are due, as cron does",
            ),
            (
                "hallctl refresh-cache --key park_downtime_today_all-parks",
                "one view",
            ),
            (
                "hallctl refresh-cache --match '*_today_*' --if-stale --dry-run",
                "which views of today are due",
            ),
            (
                "hallctl refresh-cache --invalidate --hard --tag parks",
                "what depends on parks is computed anew for its next reader",
            ),
            (
                "hallctl refresh-cache --list",
                "every key with its due time, age and size",
            ),
        ],
        "views" => &[
            ("hallctl views list", "every route with its parameters"),
            (
                "hallctl views check views --with period=year",
                "what the statements of a directory cost",
            ),
            (
                "hallctl views compare --match '*_yesterday_*'",
                "are these bodies what raw snapshots alone come to, and how much longer does that take",
            ),
        ],
        "serve" => &[
            (
                "hallctl serve --listen 127.0.0.1:8080",
                "behind nginx, which asks that port",
            ),
            (
                "hallctl serve --nginx --listen 127.0.0.1:8080 > hallctl.conf",
                "what that nginx is to be told",
            ),
        ],
        "prune" => &[
            (
                "hallctl prune --dry-run",
                "what is past its retention, and what holds the line",
            ),
            (
                "hallctl prune --archive /var/backups/hallctl",
                "every dropped day in a file of its own",
            ),
        ],
        "restore" => &[(
            "hallctl restore /var/backups/hallctl/raw-2026-04-05.jsonl.gz",
            "the rows of one day, for a closer look",
        )],
        "status" => &[
            ("hallctl status", "a line for each station"),
            ("hallctl status --json | jq -r .verdict", "for a script"),
        ],
        "parks" => &[
            ("hallctl parks --all", "every park, polled or not"),
            (
                "hallctl parks set 64 65 --queue-times --reports-down yes",
                "these two say DOWN when a ride breaks down",
            ),
        ],
        "rides" => &[
            ("hallctl rides --unclassified", "rides that wait for a tier"),
            ("hallctl rides set 701 --tier 1", "it weighs 3 from now on"),
            (
                "hallctl rides join 701 745",
                "745 was 701 under another name, at another feed",
            ),
            (
                "hallctl rides import tiers.csv",
                "columns ride_id, or park and name; tier",
            ),
        ],
        "migrate" => &[("hallctl migrate --dry-run", "what would be done")],
        "db" => &[
            (
                "hallctl db start",
                "make the private server if there is none, and start it",
            ),
            (
                "export HALLCTL_DATABASE_URL=$(hallctl db url)",
                "name it for other programs",
            ),
        ],
        _ => &[],
    }
}

/// What stands below the options in `--help`.
pub fn after(verb: &str) -> String {
    format!(
        "Examples:\n{}\nExit status:\n{}",
        list(examples(verb)),
        list(exit_statuses(verb))
    )
}

/// The exit statuses a verb can end with; only jobs end partly done or find themselves running already.
pub fn exit_statuses(verb: &str) -> &'static [Entry] {
    match verb {
        "status" => &VERDICTS,
        "verify" => &AGREEMENT,
        "demo" | "serve" | "db" | "parks" | "explain" | "views" | "migrate" => &EXIT_STATUSES[..3],
        "rides" => &EXIT_STATUSES[..4],
        _ => &EXIT_STATUSES,
    }
}

/// One line an entry, the second column aligned; a long first column gets its own line.
fn list(entries: &[Entry]) -> String {
    const ALIGN: usize = 46;
    let widest = entries.iter().map(|(thing, _)| thing.len());
    let width = widest.filter(|width| *width <= ALIGN).max().unwrap_or(0);
    let lines = entries.iter().map(|(thing, meaning)| match thing.len() {
        0..=ALIGN => format!("  {thing:width$}  {meaning}\n"),
        _ => format!("  {thing}\n  {:width$}  {meaning}\n", ""),
    });
    lines.collect()
}

/// How a view file is written, below the help of `hallctl views`.
pub fn guide() -> String {
    let example = views::EXAMPLE.lines().map(|line| format!("    {line}\n"));
    let example: String = example.collect();
    let mut text = format!(
        "A VIEW IN FIVE MINUTES\n{example}\n{}",
        explained(&views::STEPS)
    );
    for (title, words, entries) in views::GUIDE {
        text += &format!("\n{title}\n{}{}", wrapped(words, 2), explained(entries));
    }
    text + "\n" + &after("views")
}

/// Each thing on a line of its own, and below it what it means.
fn explained(entries: &[Entry]) -> String {
    let lines = entries
        .iter()
        .map(|(thing, meaning)| format!("  {thing}\n{}", wrapped(meaning, 8)));
    lines.collect()
}

/// Lines that begin at a column and end before the hundredth.
fn wrapped(words: &str, column: usize) -> String {
    let mut text = String::new();
    let mut line = String::new();
    for word in words.split_whitespace() {
        if !line.is_empty() && column + line.chars().count() + 1 + word.chars().count() > 98 {
            text += &format!("{:column$}{line}\n", "");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    text + &format!("{:column$}{line}\n", "")
}
