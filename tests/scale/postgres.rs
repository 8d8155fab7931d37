//! PostgreSQL beside it: the same rows in a cluster of its own, filled as its own expert would.

use super::hall::Hall;
use super::measure;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where Debian keeps the programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// Linux counts the time of processes in hundredths of a second.
const TICKS: f64 = 100.0;

/// The server that `server.rs` describes, in PostgreSQL's words.
const SETTINGS: [&str; 8] = [
    "shared_buffers=2GB",
    "effective_cache_size=6GB",
    "work_mem=128MB",
    "maintenance_work_mem=512MB",
    "max_wal_size=8GB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "listen_addresses=",
];

const TABLES: &str = include_str!("postgres/tables.sql");
const SUMS: &str = include_str!("postgres/sums.sql");

const COLUMNS: &str = "(hour_start, ride_id, park_id, sample_count, open_minutes, outages, \
    weighted_minutes_down, wait_sum, wait_samples, wait_max, minutes_operating, minutes_down, minutes_closed, \
    minutes_refurbishment, minutes_unknown, first_operated_at, last_operated_at, is_complete, formula_version, filled_at)";

pub struct Postgres {
    directory: TempDir,
}

/// Seconds, and seconds of a processor.
type Seconds = (f64, f64);

/// What the same month takes.
pub struct Times {
    /// Without and with parallel workers.
    pub floor: [Seconds; 2],
    pub by_hour: Seconds,
    pub by_day: Seconds,
    /// A fresh table made of the sums, without and with parallel workers; an insert is never parallel.
    pub fresh: [Seconds; 2],
}

impl Postgres {
    /// A cluster with the rows of the hall, where PostgreSQL 15 is installed.
    pub fn beside(hall: &Hall, days: i64) -> Option<Postgres> {
        if !Path::new(PROGRAMS).exists() {
            return None;
        }
        let directory = TempDir::with_prefix("scale-postgres").expect("a directory");
        let postgres = Postgres { directory };
        let place = postgres.directory.path().display().to_string();
        if is_root() {
            run(Command::new("chown").args(["postgres:", &place]));
        }
        let data = postgres.data().display().to_string();
        run(postgres.program("initdb").args([
            "--auth=trust",
            "--username=postgres",
            "--no-sync",
            "--pgdata",
            &data,
        ]));
        let settings: Vec<String> = SETTINGS.iter().map(|set| format!("-c {set}")).collect();
        let log = format!("{place}/log");
        let options = format!("-k {place} {}", settings.join(" "));
        run(postgres.program("pg_ctl").args([
            "start",
            "--wait",
            "--pgdata",
            &data,
            "--log",
            &log,
            "--options",
            &options,
        ]));
        postgres.load(hall, days);
        Some(postgres)
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// PostgreSQL does not run as root.
    fn program(&self, name: &str) -> Command {
        let path = format!("{PROGRAMS}/{name}");
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", &path]);
            command
        } else {
            Command::new(path)
        };
        command.current_dir("/").stdout(Stdio::null());
        command
    }

    fn psql(&self) -> Command {
        let mut command = Command::new("psql");
        command
            .args([
                "--quiet",
                "--no-psqlrc",
                "--set=ON_ERROR_STOP=1",
                "--username=postgres",
            ])
            .args(["--output=/dev/null", "--host"])
            .arg(self.directory.path());
        command
    }

    /// Runs a script and says what it took.
    fn script(&self, script: &str) -> Seconds {
        let path = std::env::temp_dir().join(format!("scale-{}.sql", std::process::id()));
        let mut file = BufWriter::new(File::create(&path).expect("the script is kept"));
        file.write_all(script.as_bytes()).expect("it is written");
        file.flush().expect("it is written");
        let (began, spent) = (Instant::now(), self.processor());
        run(self.psql().arg("--file").arg(&path));
        let seconds = began.elapsed().as_secs_f64();
        std::fs::remove_file(path).expect("ours");
        // The server waits for the process of a connection as it ends.
        thread::sleep(Duration::from_secs(2));
        (seconds, self.processor() - spent)
    }

    /// Seconds of a processor that the connections that have ended took.
    fn processor(&self) -> f64 {
        let read = |path: &Path| std::fs::read_to_string(path).expect("the server runs");
        let record = read(&self.data().join("postmaster.pid"));
        let pid = record.lines().next().expect("its number");
        let stat = read(&Path::new("/proc").join(pid).join("stat"));
        let fields: Vec<f64> = stat
            .rsplit(')')
            .next()
            .expect("its counters")
            .split_whitespace()
            .map(|field| field.parse().unwrap_or(0.0))
            .collect();
        (fields[13] + fields[14]) / TICKS
    }

    /// The rows come in key order, so that the table is clustered by it.
    fn load(&self, hall: &Hall, days: i64) {
        self.script(TABLES);
        let (start, end) = measure::span(days);
        let mut rows = Command::new("mariadb")
            .args(["--no-defaults", "--quick", "--batch", "--skip-column-names", "--user=root"])
            .arg(format!("--socket={}", hall.server.socket().display()))
            .args(["hall", "--execute"])
            .arg(format!(
                "select hour_start, ride_id, park_id, wait_minutes, age_minutes, minute, weight, interval_minutes, state, status,
                        reported_open, park_is_open, in_service, operated, outage_began
                   from ride_snapshots where hour_start >= '{start}' and hour_start < '{end}'
                  order by hour_start, ride_id, minute"
            ))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the client runs");
        let out = rows.stdout.take().expect("its rows");
        let copy = "copy ride_snapshots from stdin with (null 'NULL')";
        run(self.psql().args(["--command", copy]).stdin(out));
        assert!(rows.wait().expect("its end").success());
        self.script(
            "alter table ride_snapshots add primary key (hour_start, ride_id, minute);
             create index on ride_snapshots using brin (hour_start);
             vacuum analyze ride_snapshots;",
        );
    }

    pub fn times(&self, days: i64) -> Times {
        let (start, end) = measure::span(days);
        let span = format!("hour_start >= '{start}' and hour_start < '{end}'");
        let workers = |count: usize, script: &str| {
            self.script(&format!(
                "set max_parallel_workers_per_gather = {count};\n{script}"
            ))
        };
        let ungrouped = SUMS
            .replace(
                "hour_start,\n       ride_id,\n       max(park_id)",
                "max(park_id)",
            )
            .replace(
                "where :span\n group by hour_start, ride_id",
                &format!("where {span}"),
            );
        let fresh = |count| {
            workers(
                count,
                &format!(
                    "create table fresh {COLUMNS} as {}; drop table fresh;",
                    SUMS.replace(":span", &span)
                ),
            )
        };
        let refill = |by: &str, units: i64| -> Seconds {
            let unit = |number: i64| {
                let span = format!(
                    "hour_start >= timestamp '{start}' + {number} * interval '1 {by}' and hour_start < timestamp '{start}' + {} * interval '1 {by}'",
                    number + 1
                );
                let sums = SUMS.replace(":span", &span);
                format!(
                    "begin; delete from ride_hourly_stats where {span}; insert into ride_hourly_stats {COLUMNS} {sums}; commit;\n"
                )
            };
            workers(0, &(0..units).map(unit).collect::<String>())
        };
        // The first fill finds nothing to delete; the second one is like a backfill.
        refill("day", days);
        Times {
            floor: [workers(0, &ungrouped), workers(2, &ungrouped)],
            by_hour: refill("hour", days * 24),
            by_day: refill("day", days),
            fresh: [fresh(0), fresh(2)],
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.data().display().to_string();
        let stop = ["stop", "--mode=fast", "--pgdata", &data];
        self.program("pg_ctl").args(stop).status().ok();
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn run(command: &mut Command) {
    let status = command.status().expect("the program runs");
    assert!(status.success(), "{command:?} ended with {status}");
}
