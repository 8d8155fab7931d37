//! A hall for one test: a fresh database on a private server, a fixed clock, an environment of its own.

use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder, Value};
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program under test.
pub const HALLCTL: &str = env!("CARGO_BIN_EXE_hallctl");

/// No run of a test takes longer, unless it hangs.
const RUN_SECONDS: u64 = 120;

/// A fresh database, and the environment in which the program meets it.
pub struct Hall {
    pub directory: TempDir,
    pub database: String,
    env: Vec<(String, String)>,
}

/// What a run left behind.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Hall {
    pub fn new() -> Hall {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let database = format!("hall_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        connect(None)
            .query_drop(format!(
                "create database {database} default character set utf8mb4"
            ))
            .expect("the hall gets a database");
        let directory = TempDir::new().expect("the hall gets a directory");
        let hall = Hall {
            directory,
            database,
            env: Vec::new(),
        };
        let url = hall.url();
        let home = hall.path("home").display().to_string();
        hall.env("HALLCTL_DATABASE_URL", &url)
            .env("HALLCTL_HOME", &home)
            .env("HALLCTL_WIKI_URL", "none")
    }

    /// Fixes the clock of data time.
    pub fn at(self, now: &str) -> Hall {
        self.env("HALLCTL_NOW", now)
    }

    /// Sets a variable of the program's environment; the last value stands, and an empty one counts as unset.
    pub fn env(mut self, name: &str, value: &str) -> Hall {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Brings the database to the present schema.
    pub fn migrated(self) -> Hall {
        self.run("migrate").succeeds();
        self
    }

    /// The database of this hall, as the program is told.
    pub fn url(&self) -> String {
        format!(
            "mysql://root@localhost/{}?socket={}",
            self.database,
            socket().display()
        )
    }

    /// A path in the hall's own directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Runs the program with these words; a word has no spaces in it.
    pub fn run(&self, words: &str) -> Ran {
        self.run_words(&words.split_whitespace().collect::<Vec<_>>())
    }

    pub fn run_words(&self, words: &[&str]) -> Ran {
        run(self.command(words))
    }

    /// Runs it on a terminal, where `answer` is typed; what it says on stderr stands in `stdout` too.
    pub fn run_typing(&self, words: &str, answer: &str) -> Ran {
        let mut typed = Command::new("/bin/sh");
        typed.arg("-c").arg(format!(
            "(sleep 1; echo {answer}) | script -qec '{HALLCTL} {words}' /dev/null"
        ));
        let hallctl = self.command(&[]);
        let set = hallctl
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        typed.env_clear().env("PATH", "/usr/bin:/bin").envs(set);
        run(typed)
    }

    /// Starts the program without waiting for it, to watch or to kill.
    pub fn spawn(&self, words: &str) -> Child {
        self.command(&words.split_whitespace().collect::<Vec<_>>())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(HALLCTL);
        command
            .args(words)
            .env_clear()
            .envs(self.env.iter().cloned())
            .current_dir(&self.directory);
        command
    }

    /// A connection of the test's own.
    pub fn db(&self) -> Conn {
        connect(Some(&self.database))
    }

    /// Runs one statement and shows its rows as text.
    pub fn query(&self, statement: &str) -> Vec<Vec<String>> {
        let rows: Vec<mysql::Row> = self.db().query(statement).expect("the statement runs");
        rows.into_iter()
            .map(|row| row.unwrap().into_iter().map(text).collect())
            .collect()
    }

    /// The single value of a statement, as text.
    pub fn value(&self, statement: &str) -> String {
        self.query(statement)[0][0].clone()
    }
}

impl Ran {
    #[track_caller]
    pub fn succeeds(self) -> Ran {
        self.exits(0)
    }

    #[track_caller]
    pub fn exits(self, status: i32) -> Ran {
        assert_eq!(
            self.status, status,
            "stdout: {}\nstderr: {}",
            self.stdout, self.stderr
        );
        self
    }
}

/// Runs `command` to its end and collects what it said.
pub fn run(mut command: Command) -> Ran {
    let directory = TempDir::new().expect("the output gets a directory");
    let (stdout, stderr) = (
        directory.path().join("stdout"),
        directory.path().join("stderr"),
    );
    let mut child = command
        .stdin(Stdio::null())
        .stdout(File::create(&stdout).expect("stdout is kept"))
        .stderr(File::create(&stderr).expect("stderr is kept"))
        .spawn()
        .expect("the program starts");
    let status = wait(&mut child);
    let read = |path: &Path| fs::read_to_string(path).expect("the output is text");
    Ran {
        status,
        stdout: read(&stdout),
        stderr: read(&stderr),
    }
}

/// Waits for a child; its status, or minus the signal that ended it.
pub fn wait(child: &mut Child) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    let end = Instant::now() + Duration::from_secs(RUN_SECONDS);
    loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            return status
                .code()
                .unwrap_or_else(|| -status.signal().unwrap_or(0));
        }
        if Instant::now() > end {
            child.kill().ok();
            panic!("the program still runs after {RUN_SECONDS} s");
        }
        thread::sleep(Duration::from_millis(3));
    }
}

/// Waits until `done` says so.
#[track_caller]
pub fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < end, "{what} does not happen");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A connection to the shared server, through its socket alone.
fn connect(database: Option<&str>) -> Conn {
    let socket = socket().display().to_string();
    let opts = OptsBuilder::from_opts(Opts::default())
        .socket(Some(socket))
        .user(Some("root"))
        .db_name(database)
        .prefer_socket(false);
    Conn::new(opts).expect("the shared server answers")
}

/// Socket of the one server all halls of this process share, started by the program itself.
/// `HALLCTL_TEST_SERVER` names another server program to run them all on.
pub fn socket() -> &'static Path {
    static SOCKET: OnceLock<PathBuf> = OnceLock::new();
    SOCKET.get_or_init(|| {
        let home = TempDir::new().expect("the server gets a directory").keep();
        let program = std::env::var_os("HALLCTL_TEST_SERVER");
        let private = |command: &mut Command| {
            command
                .env_clear()
                .env("HALLCTL_HOME", &home)
                .env("PATH", "/usr/bin:/bin");
            if let Some(program) = &program {
                command.env("HALLCTL_SERVER_BINARY", program);
            }
        };
        // Holds the other end of our pipe, so that it outlives us however we end, and cleans up.
        let mut guardian = Command::new("/bin/sh");
        private(&mut guardian);
        guardian
            .args(["-c", "read _; \"$0\" db stop; rm -rf \"$1\""])
            .arg(HALLCTL)
            .arg(&home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        // Never waited for: dropping the handle would close the pipe while tests still run.
        std::mem::forget(guardian.spawn().expect("the guardian starts"));
        let mut start = Command::new(HALLCTL);
        private(&mut start);
        start.args(["db", "start", "--user", "root"]);
        run(start).succeeds();
        home.join("server/socket")
    })
}

fn text(value: Value) -> String {
    match value {
        Value::NULL => "NULL".to_owned(),
        Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        other => other.as_sql(false).trim_matches('\'').to_owned(),
    }
}
