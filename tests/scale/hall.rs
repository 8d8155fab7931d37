//! The built program at work on the benchmark's database, and what each run costs there.

use super::server::Server;
use super::world::{CYCLE_MINUTES, Park, Time, cycles, record};
use chrono::{Duration, NaiveDateTime};
use mysql::prelude::{FromRow, Queryable};
use mysql::{Conn, Row, params};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::Instant;

/// The program under test.
const HALLCTL: &str = env!("CARGO_BIN_EXE_hallctl");

/// The program connects as a user of its own, so that the server counts what it costs apart from us.
const USER: &str = "hallctl";
const DATABASE: &str = "hall";

pub struct Hall {
    pub server: Server,
    pub parks: Vec<Park>,
    directory: PathBuf,
}

/// What a run of the program took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Seconds from its start to its end, as we saw it.
    pub wall: f64,
    /// Seconds that the server spent on its statements.
    pub server: f64,
    /// Seconds of a processor that they took, however busy the machine was otherwise.
    pub cpu: f64,
    /// Rows and index entries that were read for it: the same in every run.
    pub reads: u64,
}

impl Hall {
    pub fn open(directory: &Path, parks: Vec<Park>) -> Hall {
        let hall = Hall {
            server: Server::start(directory),
            parks,
            directory: directory.to_owned(),
        };
        let mut conn = hall.server.connect("").expect("the server answers");
        for statement in [
            format!("create database if not exists {DATABASE} default character set utf8mb4"),
            format!("create user if not exists {USER}@localhost"),
            format!("grant all on {DATABASE}.* to {USER}@localhost"),
        ] {
            conn.query_drop(statement).expect("the hall is made");
        }
        hall
    }

    pub fn db(&self) -> Conn {
        self.server.connect(DATABASE).expect("the server answers")
    }

    pub fn first<T: FromRow>(&self, statement: &str) -> T {
        let row = self.db().query_first(statement);
        row.expect("the statement runs").expect("it finds a row")
    }

    pub fn rows(&self, table: &str) -> u64 {
        self.first(&format!("select count(*) from {table}"))
    }

    /// The columns of a table that can be written, in their order.
    pub fn columns(&self, table: &str) -> Vec<String> {
        let columns = self.db().exec(
            "select column_name from information_schema.columns
              where table_schema = database() and table_name = ? and extra not like '%GENERATED%'
              order by ordinal_position",
            (table,),
        );
        columns.expect("the table has columns")
    }

    pub fn is_new(&self) -> bool {
        self.first::<u64>(
            "select count(*) from information_schema.tables where table_schema = database()",
        ) == 0
    }

    /// The end of the newest cycle, where there is one.
    pub fn end(&self) -> Option<Time> {
        let newest: Option<NaiveDateTime> = self.first("select max(slot) from park_snapshots");
        newest.map(|slot| slot.and_utc() + Duration::minutes(CYCLE_MINUTES))
    }

    /// Has the program collect a recording of the feed from `start` to before `end`.
    pub fn collect(&self, start: Time, end: Time) -> Cost {
        let path = self.directory.join("polls.jsonl");
        let mut file = BufWriter::new(File::create(&path).expect("the recording is kept"));
        record(&self.parks, cycles(start, end), &mut file).expect("the recording is written");
        file.flush().expect("the recording is written");
        let recorded = path.display().to_string();
        let now = end - Duration::minutes(CYCLE_MINUTES);
        let cost = self.run(&["collect", "--recorded", &recorded], now);
        std::fs::remove_file(path).expect("ours");
        cost
    }

    /// Runs the program to its end, which must be a good one.
    pub fn run(&self, words: &[&str], now: Time) -> Cost {
        self.cost_of(|| {
            let ran = self.output(words, now);
            assert!(
                ran.status.success(),
                "`hallctl {}`: {ran:?}",
                words.join(" ")
            );
        })
    }

    /// One statement, sent as the program would send it.
    pub fn ask(&self, statement: &str) -> Cost {
        self.cost_of(|| {
            let mut db = self
                .server
                .connect_as(USER, DATABASE)
                .expect("the server answers");
            let row: Option<Row> = db.query_first(statement).expect("the statement runs");
            assert!(row.is_some());
        })
    }

    fn cost_of(&self, work: impl FnOnce()) -> Cost {
        let before = self.counters();
        let began = Instant::now();
        work();
        let wall = began.elapsed().as_secs_f64();
        // A connection that has just been closed is counted a moment later.
        thread::sleep(std::time::Duration::from_millis(50));
        let after = self.counters();
        Cost {
            wall,
            server: after.0 - before.0,
            cpu: after.1 - before.1,
            reads: after.2 - before.2,
        }
    }

    /// What the program says, however it ends.
    pub fn said(&self, words: &[&str], now: Time) -> String {
        String::from_utf8_lossy(&self.output(words, now).stdout).into_owned()
    }

    fn output(&self, words: &[&str], now: Time) -> Output {
        self.command(words, now).output().expect("the program runs")
    }

    pub fn command(&self, words: &[&str], now: Time) -> Command {
        let socket = self.server.socket();
        let mut command = Command::new(HALLCTL);
        command
            .args(words)
            .env_clear()
            .env(
                "HALLCTL_DATABASE_URL",
                format!(
                    "mysql://{USER}@localhost/{DATABASE}?socket={}",
                    socket.display()
                ),
            )
            .env("HALLCTL_HOME", self.directory.join("home"))
            .env("HALLCTL_WIKI_URL", "none")
            .env("HALLCTL_NOW", now.to_rfc3339());
        command
    }

    /// Seconds, seconds of a processor and reads so far. The reads include our own few.
    fn counters(&self) -> (f64, f64, u64) {
        let mut conn = self.server.connect("").expect("the server answers");
        let counters = conn.exec_first(
            "select coalesce(sum(busy_time), 0), coalesce(sum(cpu_time), 0),
                    (select cast(sum(variable_value) as unsigned)
                       from information_schema.global_status
                      where variable_name like 'HANDLER_READ_%')
               from information_schema.user_statistics
              where user = :user",
            params! { "user" => USER },
        );
        counters.expect("userstat is on").expect("a row")
    }
}
