//! The door to MySQL: the traps of the driver and the engines, each shown to be closed.

use crate::db::{Address, Db, Limits, code, sql};
use crate::hall::{Hall, eventually, run, socket};
use crate::proxy::Proxy;
use mysql::prelude::Queryable;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Short enough to test, long enough for a busy machine.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(5),
    statement: Duration::from_secs(1),
    patience: Duration::from_secs(15),
};

fn open(url: &str, limits: Limits) -> Db {
    Db::connect_within(&Address::parse(url).expect("a URL"), limits).expect("a connection")
}

fn hall_with(statement: &str) -> Hall {
    let hall = Hall::new();
    hall.db().query_drop(statement).expect("the table is made");
    hall
}

fn number(db: &mut Db, statement: &str) -> i64 {
    db.first(statement, ()).expect("an answer").expect("a row")
}

#[test]
fn a_url_with_a_port_is_never_answered_through_the_socket_the_server_names() {
    let hall = Hall::new();
    let proxy = Proxy::before(socket().to_owned());
    for ask in ["", "?prefer_socket=true"] {
        let mut db = open(&(proxy.url("root", &hall.database) + ask), LIMITS);
        let before = proxy.made();
        assert_eq!(number(&mut db, "select 1"), 1);
        proxy.cut();
        assert_eq!(number(&mut db, "select 2"), 2);
        assert_eq!(
            proxy.made(),
            before + 1,
            "the second answer came over a second connection"
        );
        assert_eq!(db.place().server, format!("127.0.0.1:{}", proxy.port));
    }
}

#[test]
fn a_late_answer_is_never_taken_for_the_answer_of_the_next_question() {
    let hall = hall_with("create table t (id int primary key)");
    let proxy = Proxy::before(socket().to_owned());
    let mut db = open(&proxy.url("root", &hall.database), LIMITS);
    const INSERT: &str = "insert into t values (?)";
    assert_eq!(number(&mut db, "select 41"), 41);
    proxy.silence();
    // A read is asked again on a new connection …
    assert_eq!(number(&mut db, "select 42"), 42);
    assert_eq!(proxy.made(), 2);
    db.exec(INSERT, (1,)).expect("a row");
    proxy.silence();
    // … a write is not, for it may have happened; the next question gets its own answer.
    let error = db.exec(INSERT, (2,)).expect_err("no answer");
    assert!(
        format!("{error:#}").contains("did not answer in time"),
        "{error:#}"
    );
    assert_eq!(number(&mut db, "select 43"), 43);
    assert_eq!(proxy.made(), 3);
    assert_eq!(hall.query("select id from t"), [["1"], ["2"]]);
}

#[test]
fn a_transaction_whose_connection_breaks_is_run_again_from_its_start() {
    let hall = hall_with("create table t (id int primary key, n int)");
    let proxy = Proxy::before(socket().to_owned());
    let mut db = open(&proxy.url("root", &hall.database), LIMITS);
    let mut runs = 0;
    db.transaction(|db| {
        runs += 1;
        db.exec("insert into t values (1, ?)", (runs,))?;
        if runs == 1 {
            proxy.cut();
        }
        db.exec("insert into t values (2, ?)", (runs,))
    })
    .expect("the second run succeeds");
    assert_eq!(runs, 2);
    assert_eq!(
        hall.query("select id, n from t order by id"),
        [["1", "2"], ["2", "2"]]
    );
}

#[test]
fn a_failed_statement_whose_error_is_passed_over_never_leaves_half_a_transaction() {
    let hall = hall_with("create table t (id int primary key)");
    let proxy = Proxy::before(socket().to_owned());
    let mut db = open(&proxy.url("root", &hall.database), LIMITS);
    let result = db.transaction(|db| {
        proxy.cut();
        db.exec("insert into t values (1)", ()).ok();
        db.exec("insert into t values (2)", ())
    });
    assert!(result.is_err());
    assert_eq!(hall.value("select count(*) from t"), "0");
}

#[test]
fn a_mute_server_fails_in_seconds() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "mysql://root@{}/hall",
        listener.local_addr().expect("its address")
    );
    let hall = Hall::new().env("HALLCTL_DATABASE_URL", &url);
    let began = Instant::now();
    let ran = hall.run("migrate").exits(1);
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
    assert!(
        ran.stderr.contains("no answer within 5 s"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_server_without_its_socket_or_port_is_named() {
    let hall = Hall::new();
    let missing = hall.path("missing").display().to_string();
    let hall = hall.env(
        "HALLCTL_DATABASE_URL",
        &format!("mysql://root@localhost/hall?socket={missing}"),
    );
    let ran = hall.run("migrate").exits(1);
    assert!(
        ran.stderr
            .starts_with(&format!("hallctl: could not connect to `{missing}`")),
        "{}",
        ran.stderr
    );
    let port = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("its number")
        .port();
    let hall = hall.env(
        "HALLCTL_DATABASE_URL",
        &format!("mysql://root@127.0.0.1:{port}/hall"),
    );
    let ran = hall.run("migrate").exits(1);
    assert!(
        ran.stderr
            .contains(&format!("could not connect to `127.0.0.1:{port}`")),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_statement_that_runs_too_long_is_ended_by_the_server_and_the_connection_stays() {
    let hall = Hall::new();
    let mut db = open(&hall.url(), LIMITS);
    let before = number(&mut db, "select connection_id()");
    let columns = "information_schema.columns";
    let endless = format!(
        "select count(*) from {columns} a, {columns} b, {columns} c where a.column_name < b.column_name"
    );
    let error = db.rows::<i64>(&endless, ()).expect_err("it takes too long");
    assert!(matches!(code(&error), Some(1969 | 3024)), "{error:#}");
    assert_eq!(number(&mut db, "select connection_id()"), before);
}

#[test]
fn a_call_holds_one_statement_so_that_no_error_can_hide_behind_the_first() {
    let hall = hall_with("create table t (id int primary key)");
    let mut db = open(&hall.url(), LIMITS);
    let error = db.exec(
        "insert into t values (1); insert into nowhere values (1)",
        (),
    );
    assert_eq!(code(&error.expect_err("two statements")), Some(1064));
    assert_eq!(hall.value("select count(*) from t"), "0");
}

#[test]
fn many_rows_are_counted_as_rows_and_sent_a_thousand_at_a_time() {
    let hall = hall_with("create table t (id int primary key, name varchar(20) null)");
    let mut db = open(&hall.url(), LIMITS);
    let rows =
        |count: i32| (0..count).map(|id| vec![id.into(), (id % 2 == 0).then_some("even").into()]);
    let sent = "select variable_value from performance_schema.session_status where variable_name = 'Com_insert'";
    let sent = |db: &mut Db| match db.first::<String>(sent, ()) {
        Ok(Some(count)) => count.parse::<i64>().expect("a count"),
        _ => {
            let (_, count): (String, String) = db
                .first("show session status like 'Com_insert'", ())
                .expect("a status")
                .expect("a row");
            count.parse().expect("a count")
        }
    };
    let before = sent(&mut db);
    let count = db.transaction(|db| db.insert_many("insert into t (id, name) values", rows(2_500)));
    assert_eq!(count.expect("they are written"), 2_500);
    assert_eq!(sent(&mut db) - before, 3);
    assert_eq!(
        hall.query("select count(*), count(name) from t"),
        [["2500", "1250"]]
    );
    // The server counts an upsert as 0, 1 or 2; the door counts what it was given.
    let again = db.transaction(|db| db.insert_many("replace into t (id, name) values", rows(10)));
    assert_eq!(again.expect("they are written"), 10);
    let alone = db.insert_many("insert into t (id, name) values", rows(1));
    assert!(
        alone.is_err(),
        "several statements are one write only inside a transaction"
    );
}

#[test]
fn every_session_is_strict_in_utc_in_utf8_and_reads_committed_rows() {
    let hall = Hall::new();
    let mut db = open(&hall.url(), LIMITS);
    let session: Vec<(String, String)> = db
        .rows(sql!("db/session.read.sql"), ())
        .expect("the session");
    let value = |name: &str| {
        session
            .iter()
            .find(|row| row.0 == name)
            .map(|row| row.1.as_str())
    };
    assert_eq!(value("time_zone"), Some("+00:00"));
    assert_eq!(
        value("transaction_isolation").or(value("tx_isolation")),
        Some("READ-COMMITTED")
    );
    assert_eq!(value("character_set_connection"), Some("utf8mb4"));
    assert_eq!(
        code(
            &db.exec("create table t (d datetime default '2020-02-31')", ())
                .expect_err("strict")
        ),
        Some(1067)
    );
    let loose = db.rows::<(String, i64)>(
        "select table_name, count(*) from information_schema.tables",
        (),
    );
    assert!(loose.is_err(), "grouping is full");
}

#[test]
fn a_session_that_did_not_stay_as_it_was_set_is_refused() {
    let hall = Hall::new();
    let proxy = Proxy::before(socket().to_owned());
    proxy.change("time_zone = '+00:00'", "time_zone = '+02:00'");
    let hall = hall.env("HALLCTL_DATABASE_URL", &proxy.url("root", "hall"));
    let ran = hall.run("migrate").exits(1);
    assert!(
        ran.stderr
            .contains("did not keep the session's `time_zone` (it is `+02:00`)"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_server_too_old_is_refused_by_its_version() {
    let hall = Hall::new();
    let version = hall.value("select version()");
    let oldest = if version.contains("MariaDB") {
        "10.05"
    } else {
        "5.7"
    };
    let old = format!("{oldest}{}", &version[oldest.len()..]);
    let proxy = Proxy::before(socket().to_owned());
    proxy.change(&version, &old);
    let hall = hall.env("HALLCTL_DATABASE_URL", &proxy.url("root", "hall"));
    let ran = hall.run("migrate").exits(1);
    let said =
        format!("the server is version `{old}`; hallctl needs MariaDB 10.6 or MySQL 8.0 or later");
    assert!(ran.stderr.contains(&said), "{}", ran.stderr);
}

#[test]
fn two_transactions_that_lock_each_other_out_both_end_well() {
    let hall = hall_with("create table t (id int primary key, n int not null)");
    hall.db()
        .query_drop("insert into t values (1, 0), (2, 0)")
        .expect("two rows");
    let runs = Arc::new(AtomicU32::new(0));
    let barrier = Arc::new(Barrier::new(2));
    let other_way = |first: u32, second: u32| {
        let (url, runs, barrier) = (hall.url(), Arc::clone(&runs), Arc::clone(&barrier));
        thread::spawn(move || {
            let mut mine = 0;
            open(
                &url,
                Limits {
                    statement: Duration::from_secs(10),
                    ..LIMITS
                },
            )
            .transaction(|db| {
                mine += 1;
                runs.fetch_add(1, Ordering::SeqCst);
                db.exec("update t set n = n + 1 where id = ?", (first,))?;
                if mine == 1 {
                    barrier.wait();
                }
                db.exec("update t set n = n + 1 where id = ?", (second,))
            })
            .expect("it succeeds in the end");
        })
    };
    for thread in [other_way(1, 2), other_way(2, 1)] {
        thread.join().expect("no panic");
    }
    assert_eq!(
        runs.load(Ordering::SeqCst),
        3,
        "one of them met error 1213 and ran again"
    );
    assert_eq!(hall.query("select n from t"), [["2"], ["2"]]);
}

#[test]
fn a_server_turned_read_only_by_a_failover_is_tried_again_on_a_new_connection() {
    let hall = hall_with("create table t (id int primary key)");
    let database = &hall.database;
    hall.db()
        .query_drop(format!("create user {database}_writer@localhost"))
        .expect("a user");
    hall.db()
        .query_drop(format!(
            "grant select, insert on {database}.* to {database}_writer@localhost"
        ))
        .expect("its rights");
    let proxy = Proxy::before(socket().to_owned());
    let mut db = open(&proxy.url(&format!("{database}_writer"), database), LIMITS);
    let _alone = read_only();
    hall.db()
        .query_drop("set global read_only = 1")
        .expect("the failover");
    let impatient = Limits {
        patience: Duration::ZERO,
        ..LIMITS
    };
    let url = hall.url().replace("root@", &format!("{database}_writer@"));
    let error = open(&url, impatient).exec("insert into t values (2)", ());
    let error = format!("{:#}", error.expect_err("it takes no writes"));
    assert!(
        error.ends_with("(error 1290); name a server that takes writes in HALLCTL_DATABASE_URL"),
        "{error}"
    );
    let mut runs = 0;
    let result = db.transaction(|db| {
        runs += 1;
        if runs == 3 {
            hall.db()
                .query_drop("set global read_only = 0")
                .expect("the end of it");
        }
        db.exec("insert into t values (1)", ())
    });
    hall.db()
        .query_drop("set global read_only = 0")
        .expect("the end of it");
    result.expect("it succeeds in the end");
    assert_eq!((runs, proxy.made()), (3, 3));
    assert_eq!(hall.value("select count(*) from t"), "1");
}

/// The server is read-only for one test at a time; whoever works as a user without power over it keeps away.
fn read_only() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_refusal_of_the_server_names_what_to_do() {
    let hall = hall_with("create table t (id int primary key)");
    let Hall { database, .. } = &hall;
    for statement in [
        format!("create user {database}_guest@localhost identified by 'right'"),
        format!("create user {database}_reader@localhost"),
        format!("grant select on {database}.* to {database}_reader@localhost"),
        "create trigger full before insert on t for each row signal sqlstate 'HY000'
           set mysql_errno = 1030, message_text = 'Got error 28 \"No space left on device\" from storage engine InnoDB'"
            .to_owned(),
    ] {
        hall.query(&statement);
    }
    let refused = |user: &str| {
        let url = hall.url().replace("root@", &format!("{database}_{user}@"));
        let address = Address::parse(&url).expect("a URL");
        let error = Db::connect_within(&address, LIMITS)
            .err()
            .expect("no way in");
        format!("{error:#}")
    };
    for (user, code, next) in [
        (
            "guest:wrong",
            1045,
            "correct user and password in HALLCTL_DATABASE_URL",
        ),
        (
            "guest:right",
            1044,
            "this user may not use the database; grant it the rights hallctl(1) lists",
        ),
    ] {
        let error = refused(user);
        assert!(
            error.ends_with(&format!("(error {code}); {next}")),
            "{error}"
        );
    }
    let reader = hall.url().replace("root@", &format!("{database}_reader@"));
    for (url, statement, code, next) in [
        (
            &reader,
            "insert into t values (1)",
            1142,
            "grant this user `insert`; hallctl(1) lists the rights it needs",
        ),
        (
            &reader,
            "alter table t add n int",
            1142,
            "grant this user `alter`; hallctl(1) lists the rights it needs",
        ),
        (
            &hall.url(),
            "insert into t values (1)",
            1030,
            "free space on the server's disk",
        ),
    ] {
        let error = open(url, LIMITS)
            .exec(statement, ())
            .expect_err("it is refused");
        let error = format!("{error:#}");
        assert!(
            error.ends_with(&format!("(error {code}); {next}")),
            "{error}"
        );
    }
    let mut db = open(&hall.url(), LIMITS);
    db.exec("set max_heap_table_size = 16384", ())
        .expect("a small table");
    db.exec("create table small (line char(250)) engine = memory", ())
        .expect("a small table");
    let error = (0..1_000).find_map(|_| db.exec("insert into small values ('x')", ()).err());
    let error = format!("{:#}", error.expect("it is full"));
    assert!(
        error.ends_with("(error 1114); free space on the server's disk"),
        "{error}"
    );
}

/// The rights the README asks for are enough for everything, and fewer for what runs after `migrate`.
#[test]
fn a_user_with_the_rights_of_the_readme_runs_the_whole_chain() {
    let readme = include_str!("../../README.md");
    let grant = readme.lines().find(|line| line.contains("grant select"));
    let grant = grant.expect("the rights").trim();
    let hall = Hall::new().at("2026-07-04T20:12:00Z");
    let Hall { database, .. } = &hall;
    for statement in [
        format!("drop database {database}"),
        format!("create user {database}_hall@localhost"),
        grant
            .replace("hall.*", &format!("{database}.*"))
            .replace("hall@'127.0.0.1'", &format!("{database}_hall@localhost"))
            .replace(';', ""),
    ] {
        mysql::Conn::new(
            mysql::Opts::from_url(&hall.url().replace(database, "mysql")).expect("a URL"),
        )
        .expect("a connection")
        .query_drop(&statement)
        .expect(&statement);
    }
    let url = hall.url().replace("root@", &format!("{database}_hall@"));
    let hall = hall.env("HALLCTL_DATABASE_URL", &url);
    let _alone = read_only();
    let polls = hall.path("polls.jsonl");
    let line = |minute: u32| {
        format!(
            r#"{{"polled_at": "2026-07-04T18:{minute:02}:00Z", "park_id": 64, "body": {{"lands": [], "rides": [{{"id": 1, "name": "Mill", "is_open": true, "wait_time": 5}}]}}}}"#
        )
    };
    fs::write(
        &polls,
        (0..12)
            .map(|cycle| line(cycle * 5) + "\n")
            .collect::<String>(),
    )
    .expect("polls");
    hall.run("migrate").succeeds();
    for words in [
        &format!("collect --recorded {}", polls.display()),
        "aggregate hourly",
        "aggregate daily",
        "aggregate yearly",
        "refresh-cache --all",
    ] {
        hall.run(words).succeeds();
    }
    hall.run("status").exits(2);
    assert_eq!(hall.value("select count(*) from park_hourly_stats"), "2");
    hall.query(&format!(
        "revoke create, alter, drop, index, references on {0}.* from {0}_hall@localhost",
        hall.database
    ));
    let said = hall.run("migrate").succeeds().stdout;
    assert!(said.starts_with("migrate: 0 applied"), "{said}");
    hall.run("aggregate hourly").succeeds();
}

#[test]
fn a_collector_inserts_while_a_fill_reads_the_hour_before() {
    let hall =
        hall_with("create table raw (hour int, ride int, wait int, primary key (hour, ride))");
    hall.db()
        .query_drop("create table filled (hour int primary key, waits int)")
        .expect("a table");
    hall.db()
        .query_drop("insert into raw values (1, 1, 5), (1, 2, 10)")
        .expect("an hour");
    let limits = Limits {
        statement: Duration::from_secs(3),
        patience: Duration::ZERO,
        ..LIMITS
    };
    let mut fill = open(&hall.url(), limits);
    let mut collect = open(&hall.url(), limits);
    fill.transaction(|db| {
        db.exec("insert into filled select hour, sum(wait) from raw where hour >= 1 and hour < 2 group by hour", ())?;
        collect.exec("insert into raw values (2, 1, 15)", ())
    })
    .expect("the insert does not wait for the fill");
    assert_eq!(hall.query("select hour, waits from filled"), [["1", "15"]]);
}

#[test]
fn a_password_is_never_shown() {
    const PASSWORD: &str = "Tr0ub4dor";
    let hall = Hall::new();
    let user = format!("{}_secret", hall.database);
    hall.db()
        .query_drop(format!(
            "create user {user}@localhost identified by 'another'"
        ))
        .expect("a user");
    let socket = socket().display();
    let urls = [
        (
            1,
            format!("mysql://{user}:{PASSWORD}@localhost/hall?socket={socket}"),
        ),
        (1, format!("mysql://{user}:{PASSWORD}@127.0.0.1:1/hall")),
        (2, format!("mysql://{user}:{PASSWORD}@localhost:port/hall")),
        (2, format!("mysql://{user}:1?{PASSWORD}@localhost/hall")),
        (2, format!("{user}:{PASSWORD}@localhost/hall")),
        (2, format!("mysql://{user}:{PASSWORD}@localhost")),
        (2, format!("mysql://{user}@localhost/hall?{PASSWORD}=1")),
        (
            2,
            format!("mysql://{user}@localhost/hall?compress={PASSWORD}"),
        ),
    ];
    let mut hall = hall.env("RUST_LOG", "trace");
    for (status, url) in urls {
        hall = hall.env("HALLCTL_DATABASE_URL", &url);
        let ran = hall.run("migrate").exits(status);
        let said = ran.stdout + &ran.stderr;
        assert!(!said.contains(PASSWORD), "{url}: {said}");
        assert!(!said.is_empty());
    }
    let address = Address::parse(&format!("mysql://u:{PASSWORD}@h/d")).expect("a URL");
    assert_eq!(
        format!("{address:?} {address}"),
        "Address(`h:3306`, database `d`) `h:3306`, database `d`"
    );
}

#[test]
fn ps_shows_no_password() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "mysql://u:Tr0ub4dor@{}/hall",
        listener.local_addr().expect("its address")
    );
    let hall = Hall::new()
        .env("HALLCTL_DATABASE_URL", &url)
        .env("PATH", "/usr/bin:/bin");
    for (words, shown) in [
        ("migrate", "hallctl migrate"),
        ("db shell", "--protocol=tcp"),
    ] {
        let mut child = hall.spawn(words);
        let mut line = String::new();
        eventually(shown, || {
            let words = fs::read(format!("/proc/{}/cmdline", child.id())).expect("its words");
            line = String::from_utf8_lossy(&words).replace('\0', " ");
            line.contains(shown)
        });
        child.kill().expect("it is still there");
        child.wait().expect("its end");
        assert!(!line.contains("Tr0ub4dor"), "{line}");
    }
}

#[test]
fn a_url_in_a_file_is_read_when_nobody_else_may_read_it() {
    let hall = Hall::new();
    let path = hall.path("url");
    fs::write(&path, hall.url() + "\n").expect("the file");
    let hall = hall
        .env("HALLCTL_DATABASE_URL", "")
        .env("HALLCTL_DATABASE_URL_FILE", &path.display().to_string());
    for (mode, status) in [(0o644, 2), (0o640, 2), (0o600, 0), (0o400, 0)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode");
        let ran = hall.run("migrate").exits(status);
        assert_eq!(
            ran.stderr
                .contains(&format!("run `chmod 600 {}`", path.display())),
            status == 2
        );
    }
    let ran = hall
        .env("HALLCTL_DATABASE_URL", "mysql://h/d")
        .run("migrate")
        .exits(2);
    assert!(
        ran.stderr.contains("both set; unset one of them"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_server_that_is_away_for_a_moment_is_waited_for() {
    let hall = Hall::new();
    let path = hall.path("s");
    let url = format!(
        "mysql://root@localhost/{}?socket={}",
        hall.database,
        path.display()
    );
    let link = path.clone();
    let back = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        std::os::unix::fs::symlink(socket(), link).expect("it is back");
    });
    let hall = hall.env("HALLCTL_DATABASE_URL", &url);
    hall.run("migrate").succeeds();
    back.join().expect("no panic");
}

#[test]
fn a_local_file_is_never_sent_to_the_server() {
    let hall = hall_with("create table t (line varchar(200))");
    hall.db()
        .query_drop("set global local_infile = 1")
        .expect("the server would take it");
    let file = hall.path("file");
    fs::write(&file, "secret\n").expect("a file");
    let mut db = open(&hall.url(), LIMITS);
    let load = format!("load data local infile '{}' into table t", file.display());
    assert!(db.exec(&load, ()).is_err());
    assert_eq!(hall.value("select count(*) from t"), "0");
    assert_eq!(number(&mut db, "select 1"), 1);
}

#[test]
fn tls_is_used_when_the_url_asks_and_never_given_up_silently() {
    let hall = Hall::new();
    let proxy = Proxy::before(socket().to_owned());
    let url = proxy.url("root", &hall.database) + "?require_ssl=true";
    let result = Db::connect_within(
        &Address::parse(&url).expect("a URL"),
        Limits {
            patience: Duration::ZERO,
            ..LIMITS
        },
    );
    // The private server has no certificate an authority vouches for, or none at all.
    let error = format!("{:#}", result.err().expect("no plain connection"));
    assert!(error.contains("could not connect"), "{error}");
    let wrong = Address::parse(&url.replace("true", "maybe")).expect_err("neither true nor false");
    assert!(wrong.to_string().contains("`require_ssl`"));
}

#[test]
fn the_shell_reaches_the_database_the_jobs_use() {
    let hall = Hall::new().env("PATH", "/usr/bin:/bin");
    let nowhere = hall.url().replace(&hall.database, "nowhere");
    let mut early = hall.command(&["db", "shell"]);
    early.env("HALLCTL_DATABASE_URL", nowhere);
    assert_eq!(
        run(early).exits(1).stderr,
        "hallctl: database `nowhere` does not exist yet; run `hallctl migrate`\n"
    );
    let mut shell = hall.command(&["db", "shell"]);
    let file = hall.path("in");
    fs::write(&file, "select database();\n").expect("the question");
    shell.stdin(fs::File::open(&file).expect("the question"));
    let output = shell.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains(&hall.database),
        "{said} {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
