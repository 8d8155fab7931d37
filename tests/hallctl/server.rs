//! The private server: made once, kept private, stopped with care.

use crate::hall::{HALLCTL, Ran, eventually, run};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

/// A home for one private server, stopped when the test ends.
struct Home {
    directory: TempDir,
}

impl Home {
    fn new() -> Home {
        Home {
            directory: TempDir::new().expect("a directory"),
        }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("home")
    }

    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(HALLCTL);
        command
            .args(words.split_whitespace())
            .env_clear()
            .env("HALLCTL_HOME", self.path());
        if let Some(program) = std::env::var_os("HALLCTL_TEST_SERVER") {
            command.env("HALLCTL_SERVER_BINARY", program);
        }
        command
    }

    fn run(&self, words: &str) -> Ran {
        run(self.command(words))
    }

    fn started(self) -> Home {
        self.run("db start --user root").succeeds();
        self
    }

    fn pid(&self) -> u32 {
        let record = fs::read_to_string(self.path().join("server/process")).expect("a record");
        record
            .split(' ')
            .next()
            .expect("a number")
            .parse()
            .expect("a number")
    }

    fn conn(&self) -> mysql::Result<Conn> {
        let socket = self.path().join("server/socket").display().to_string();
        Conn::new(
            OptsBuilder::default()
                .socket(Some(socket))
                .user(Some("root"))
                .prefer_socket(false),
        )
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.run("db stop");
    }
}

fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| !rest.starts_with(" Z"))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path)
        .expect("it is there")
        .permissions()
        .mode()
        & 0o777
}

#[test]
fn db_start_makes_a_server_that_every_command_without_a_url_then_uses() {
    let home = Home::new();
    let began = Instant::now();
    let ran = home.run("db start --user root").succeeds();
    println!("made and started in {:?}", began.elapsed());
    let path = home.path().display().to_string();
    assert_eq!(
        ran.stdout,
        format!(
            "db: private server made and started in `{path}`; it is used whenever HALLCTL_DATABASE_URL is not set; next: `hallctl migrate`\n"
        )
    );
    let again = home.run("db start --user root").succeeds();
    assert!(
        again.stdout.contains("was already running"),
        "{}",
        again.stdout
    );
    let url = home.run("db url").succeeds().stdout;
    assert_eq!(
        url,
        format!("mysql://root@localhost/hall?socket={path}/server/socket\n")
    );
    home.run("migrate").succeeds();
    home.run("aggregate hourly").succeeds();
    // The URL it prints works where HALLCTL_HOME names nothing.
    let mut elsewhere = home.command("aggregate hourly");
    elsewhere
        .env("HALLCTL_HOME", "/nowhere")
        .env("HALLCTL_DATABASE_URL", url.trim());
    run(elsewhere).succeeds();
}

#[test]
fn the_server_is_private_offline_and_durable() {
    let home = Home::new().started();
    let server = home.path().join("server");
    for name in [".", "socket"] {
        assert_eq!(mode(&server.join(name)), 0o700, "{name}");
    }
    for name in ["log", "process"] {
        assert_eq!(mode(&server.join(name)), 0o600, "{name}");
    }
    let mut conn = home.conn().expect("it answers");
    let mut value = |name: &str| -> String {
        conn.query_first::<mysql::Value, _>(format!("select @@global.{name}"))
            .expect("a variable")
            .map_or(String::new(), |value| {
                value.as_sql(false).trim_matches('\'').to_owned()
            })
    };
    assert_eq!(value("skip_networking"), "1");
    assert_eq!(value("local_infile"), "0");
    assert_eq!(value("innodb_flush_log_at_trx_commit"), "1");
    let words = fs::read(format!("/proc/{}/cmdline", home.pid())).expect("its words");
    let words: Vec<String> = words
        .split(|byte| *byte == 0)
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect();
    let first_option = words
        .iter()
        .find(|word| word.starts_with("--no-") || word.starts_with("--user"))
        .expect("options");
    assert_eq!(first_option, "--no-defaults");
    // It leads a session of its own, and holds no descriptor of the lock that guarded its start.
    let stat = fs::read_to_string(format!("/proc/{}/stat", home.pid())).expect("its state");
    let session = stat
        .rsplit_once(')')
        .expect("a name")
        .1
        .split_whitespace()
        .nth(3)
        .expect("a session")
        .to_owned();
    assert_eq!(session, home.pid().to_string());
    for entry in fs::read_dir(format!("/proc/{}/fd", home.pid()))
        .expect("its files")
        .flatten()
    {
        assert_ne!(
            fs::read_link(entry.path()).ok(),
            Some(home.path().join("lock"))
        );
    }
}

#[test]
fn db_stop_stops_it_and_a_restart_keeps_the_data() {
    let home = Home::new().started();
    home.run("migrate").succeeds();
    home.conn()
        .expect("it answers")
        .query_drop("insert into hall.settings values ('kept', 'yes')")
        .expect("a row");
    let pid = home.pid();
    assert!(
        home.run("db stop")
            .succeeds()
            .stdout
            .contains("private server stopped")
    );
    assert!(!is_alive(pid));
    assert!(home.conn().is_err());
    assert!(
        home.run("db stop")
            .succeeds()
            .stdout
            .contains("was not running")
    );
    // What a person stopped, nobody starts but a person.
    let said = format!(
        "the private server in `{}` is stopped; run `hallctl db start`",
        home.path().display()
    );
    for words in ["aggregate hourly", "migrate", "db shell"] {
        let ran = home.run(words).exits(1);
        assert_eq!(ran.stderr, format!("hallctl: {said}\n"));
    }
    let status = home.run("status").exits(3).stdout;
    assert!(status.ends_with("next: hallctl db start\n"), "{status}");
    assert!(home.conn().is_err());
    let again = home.run("db start --user root").succeeds().stdout;
    assert!(!again.contains("next:"), "{again}");
    home.run("aggregate hourly").succeeds();
    let kept: Option<String> = home
        .conn()
        .expect("it answers")
        .query_first("select value from hall.settings where name = 'kept'")
        .expect("an answer");
    assert_eq!(kept.as_deref(), Some("yes"));
}

#[test]
fn a_server_whose_starter_was_killed_is_stopped_or_started_all_the_same() {
    for (moment, words, said) in [
        ("server.tmp", "db start --user root", "made and started"),
        ("server/process", "db stop", "private server stopped"),
        (
            "server/process",
            "db start --user root",
            "was already running",
        ),
    ] {
        let home = Home::new();
        let mut starter = home
            .command("db start --user root")
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        eventually(moment, || home.path().join(moment).exists());
        starter.kill().expect("ours");
        starter.wait().expect("its end");
        let ran = home.run(words).succeeds();
        assert!(
            ran.stdout.contains(said),
            "killed at {moment}: {}",
            ran.stdout
        );
        home.run("db stop").succeeds();
        assert!(!runs_in(&home.path().display().to_string()));
    }
}

#[test]
fn a_server_killed_outright_comes_back_with_its_data() {
    let home = Home::new().started();
    home.run("migrate").succeeds();
    let pid = home.pid();
    run({
        // The shell's own: a small Debian has no /bin/kill.
        let mut kill = Command::new("/bin/sh");
        kill.args(["-c", &format!("kill -9 {pid}")]);
        kill
    })
    .succeeds();
    eventually("its end", || !is_alive(pid));
    // As after a reboot: who only looks leaves it so, a job starts it.
    let status = home.run("status").exits(3).stdout;
    assert!(status.ends_with("next: hallctl db start\n"), "{status}");
    assert!(home.conn().is_err());
    assert!(
        home.run("migrate")
            .succeeds()
            .stdout
            .contains("migrate: 0 applied")
    );
}

#[test]
fn four_starts_at_once_make_one_server() {
    let home = Home::new();
    let children: Vec<Child> = (0..4)
        .map(|_| {
            let mut command = home.command("db start --user root");
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("it starts")
        })
        .collect();
    let mut said = String::new();
    for child in children {
        let output = child.wait_with_output().expect("its end");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        said += &String::from_utf8_lossy(&output.stdout);
    }
    assert_eq!(said.matches("made and started").count(), 1, "{said}");
    assert_eq!(said.matches("was already running").count(), 3, "{said}");
}

#[test]
fn no_other_command_makes_a_server_even_with_nothing_set() {
    let home = Home::new();
    for words in [
        "migrate",
        "migrate --dry-run",
        "aggregate hourly",
        "db shell",
    ] {
        let ran = home.run(words).exits(2);
        assert_eq!(ran.stdout, "");
        assert!(
            ran.stderr.contains("HALLCTL_DATABASE_URL")
                && ran.stderr.contains("`hallctl db start`"),
            "{}",
            ran.stderr
        );
        assert_eq!(ran.stderr.lines().count(), 1);
    }
    home.run("db url").exits(2);
    home.run("db stop").succeeds();
    assert!(!home.path().exists(), "nothing was made");
    // With no environment at all the home is the passwd entry's, whatever the shell calls HOME.
    let mut bare = Command::new(HALLCTL);
    bare.args(["db", "stop"]).env_clear();
    let said = run(bare).succeeds().stdout;
    let mut moody = Command::new(HALLCTL);
    moody.args(["db", "stop"]).env_clear().env("HOME", "/mood");
    assert_eq!(run(moody).succeeds().stdout, said);
    assert!(said.contains("/.local/share/hallctl`"), "{said}");
}

#[test]
fn a_server_is_made_after_a_yes_on_a_terminal_and_only_then() {
    if !Path::new("/usr/bin/script").exists() {
        return;
    }
    let home = Home::new();
    for (answer, status) in [("n\n", 2), ("y\n", 0)] {
        let file = home.directory.path().join("answer");
        fs::write(&file, answer).expect("the answer");
        let mut command = home.command("");
        let line = format!("{HALLCTL} migrate");
        let mut terminal = Command::new("/usr/bin/script");
        terminal.args(["-qec", &line, "/dev/null"]).env_clear();
        terminal.envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        terminal.stdin(fs::File::open(&file).expect("the answer"));
        let output = terminal.output().expect("a terminal");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            said.contains("no database is set; make a private server in"),
            "{said}"
        );
        if said.contains("a database server should not run as root") {
            // Root outside a container has to insist, whatever it answers here.
            assert_eq!((answer, output.status.code()), ("y\n", Some(2)), "{said}");
            return;
        }
        assert_eq!(output.status.code(), Some(status), "{said}");
        command.args(["db", "url"]);
        assert_eq!(run(command).status, if status == 0 { 0 } else { 2 });
    }
}

#[test]
fn a_missing_server_program_is_named_with_the_package_that_brings_it() {
    let home = Home::new();
    let mut command = home.command("db start --user root");
    command.env("HALLCTL_SERVER_BINARY", "/nowhere/mysqld");
    let ran = run(command).exits(2);
    assert!(
        ran.stderr
            .contains("could not use `/nowhere/mysqld`, which HALLCTL_SERVER_BINARY names"),
        "{}",
        ran.stderr
    );
    // Where nothing is installed: a root directory with the program and its libraries alone.
    let Some(ran) = without_any_server(&home) else {
        return;
    };
    let ran = ran.exits(2);
    for word in [
        "apt install mariadb-server-core",
        "dnf install",
        "brew install",
        "HALLCTL_DATABASE_URL",
    ] {
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
}

/// `hallctl db start` in a mount namespace whose server directories are empty; needs root and `unshare`.
fn without_any_server(home: &Home) -> Option<Ran> {
    let empty = home.directory.path().join("empty");
    fs::create_dir_all(&empty).expect("an empty directory");
    let binary = home.directory.path().join("hallctl");
    fs::copy(HALLCTL, &binary).expect("a copy");
    let script = format!(
        "mount --bind {0} /usr/sbin && mount --bind {0} /usr/bin && exec {1} db start --user root",
        empty.display(),
        binary.display()
    );
    let mut command = Command::new("/usr/bin/unshare");
    command.args([
        "--user",
        "--map-root-user",
        "--mount",
        "/bin/sh",
        "-c",
        &script,
    ]);
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin:/usr/sbin")
        .env("HALLCTL_HOME", home.path());
    let probe = Command::new("/usr/bin/unshare")
        .args(["--user", "--map-root-user", "--mount", "/bin/true"])
        .status();
    probe
        .is_ok_and(|status| status.success())
        .then(|| run(command))
}

#[test]
fn a_process_that_got_the_number_of_the_server_is_left_alone() {
    let home = Home::new().started();
    home.run("db stop").succeeds();
    let record = home.path().join("server/process");
    let mut stranger = Command::new("/bin/sleep")
        .arg("60")
        .spawn()
        .expect("a stranger");
    let stat = fs::read_to_string(format!("/proc/{}/stat", stranger.id())).expect("its state");
    let started = stat
        .rsplit_once(')')
        .expect("a name")
        .1
        .split_whitespace()
        .nth(19)
        .expect("a start")
        .to_owned();
    // The right number and the right start time, yet not on our data.
    fs::write(&record, format!("{} {started}\n", stranger.id())).expect("the record");
    assert!(
        home.run("db stop")
            .succeeds()
            .stdout
            .contains("was not running")
    );
    // On our data, by its words, yet started at another time.
    let mut double = Command::new("/bin/sh")
        .args([
            "-c",
            "sleep 60; true",
            &format!("--datadir={}", home.path().join("server/data").display()),
        ])
        .spawn()
        .expect("a double");
    fs::write(&record, format!("{} 1\n", double.id())).expect("the record");
    assert!(
        home.run("db stop")
            .succeeds()
            .stdout
            .contains("was not running")
    );
    assert!(is_alive(stranger.id()) && is_alive(double.id()));
    for child in [&mut stranger, &mut double] {
        child.kill().expect("ours to end");
        child.wait().expect("its end");
    }
}

#[test]
fn data_of_another_flavour_or_a_later_version_is_refused() {
    let home = Home::new().started();
    home.run("db stop").succeeds();
    let path = home.path().join("server/kind.json");
    let own = fs::read_to_string(&path).expect("its kind");
    let other = if own.contains("MariaDB") {
        "MySQL"
    } else {
        "MariaDB"
    };
    for kind in [
        format!(r#"{{"flavour":"{other}","version":[8,0,1]}}"#),
        own.replace("\"version\":[", "\"version\":[9"),
    ] {
        fs::write(&path, &kind).expect("another kind");
        let ran = home.run("db start --user root").exits(1);
        assert!(
            ran.stderr.contains("the private server's data belongs to"),
            "{}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("HALLCTL_SERVER_BINARY"),
            "{}",
            ran.stderr
        );
    }
    fs::write(&path, own).expect("its kind");
    home.run("db start --user root").succeeds();
}

#[test]
fn a_half_made_server_is_made_anew() {
    let home = Home::new();
    let tmp = home.path().join("server.tmp/data/mysql");
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&tmp)
        .expect("what a killed start left");
    fs::write(tmp.join("user.MAD"), "half").expect("half a table");
    assert!(
        home.run("db start --user root")
            .succeeds()
            .stdout
            .contains("made and started")
    );
    assert!(!home.path().join("server.tmp").exists());
}

#[test]
fn a_server_that_does_not_start_says_why() {
    let home = Home::new().started();
    home.run("db stop").succeeds();
    let data = home.path().join("server/data/ibdata1");
    fs::write(&data, "not a tablespace").expect("a broken file");
    let ran = home.run("db start --user root").exits(1);
    assert!(
        ran.stderr.contains("the private server did not start: "),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("server/log`"), "{}", ran.stderr);
}

#[test]
fn a_path_too_long_for_a_socket_is_refused_before_anything_is_made() {
    let home = Home::new();
    let long = home.path().join("x".repeat(100));
    let mut command = home.command("db start --user root");
    command.env("HALLCTL_HOME", &long);
    let ran = run(command).exits(2);
    assert!(
        ran.stderr.contains("set HALLCTL_HOME to a shorter path"),
        "{}",
        ran.stderr
    );
    assert!(!long.exists());
}

#[test]
fn a_throw_away_server_ends_and_vanishes_with_the_process_that_wanted_it() {
    let directory = TempDir::new().expect("a directory");
    let left = || {
        fs::read_dir(directory.path())
            .expect("its entries")
            .flatten()
            .next()
            .map(|entry| entry.path())
    };
    let in_it = |name: &'static str| move || left().is_some_and(|home| home.join(name).exists());
    for moment in ["server.tmp", "server/data", "server/socket"] {
        let mut demo = Command::new(HALLCTL);
        demo.args(["demo", "--once", "--days", "1"])
            .env_clear()
            .env("TMPDIR", directory.path());
        if let Some(program) = std::env::var_os("HALLCTL_TEST_SERVER") {
            demo.env("HALLCTL_SERVER_BINARY", program);
        }
        let mut demo = demo
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        eventually(moment, in_it(moment));
        demo.kill().expect("ours");
        demo.wait().expect("its end");
        eventually("its directory's end", || left().is_none());
        let ours = directory.path().display().to_string();
        eventually("its server's end", || !runs_in(&ours));
    }
}

/// Whether any process has this directory in its words.
fn runs_in(directory: &str) -> bool {
    let processes = fs::read_dir("/proc").expect("the processes").flatten();
    let mut words = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    words.any(|words| String::from_utf8_lossy(&words).contains(directory))
}
