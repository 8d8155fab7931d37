//! Migrations: run at once, killed, resumed, refused.

use crate::db::{Address, Db, Limits, migrate as schema};
use crate::hall::{Hall, Ran, wait};
use crate::tree::pages;
use mysql::prelude::Queryable;
use std::io::Read;
use std::process::Child;
use std::thread;
use std::time::Duration;

fn files() -> Vec<String> {
    let mut names: Vec<String> = pages("sql/migrations", ".sql")
        .iter()
        .map(|page| page.name().replace(".sql", ""))
        .collect();
    names.sort();
    names
}

fn finish(mut child: Child) -> Ran {
    let status = wait(&mut child);
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child
        .stdout
        .take()
        .expect("stdout")
        .read_to_string(&mut stdout)
        .expect("text");
    child
        .stderr
        .take()
        .expect("stderr")
        .read_to_string(&mut stderr)
        .expect("text");
    Ran {
        status,
        stdout,
        stderr,
    }
}

/// Every table the server shows, with the statement that would make it.
fn shape(hall: &Hall) -> Vec<Vec<String>> {
    let tables = hall.query("show tables");
    tables
        .iter()
        .flat_map(|row| hall.query(&format!("show create table {}", row[0])))
        .collect()
}

#[test]
fn migrate_applies_every_file_in_order_and_nothing_the_second_time() {
    let hall = Hall::new();
    let plan = hall.run("migrate --dry-run").succeeds().stdout;
    assert!(
        hall.query("show tables").is_empty(),
        "a dry run changes nothing"
    );
    let first = hall.run("migrate").succeeds().stdout;
    let told = |verb: &str| {
        files()
            .iter()
            .map(|name| format!("migrate: {name} {verb}\n"))
            .collect::<String>()
    };
    let (count, database) = (files().len(), &hall.database);
    assert_eq!(
        plan,
        told("would be applied") + &format!("migrate: {count} to apply in `{database}`\n")
    );
    assert_eq!(
        first,
        told("applied")
            + &format!("migrate: {count} applied, the schema of `{database}` is complete\n")
    );
    let second = hall.run("migrate").succeeds().stdout;
    assert_eq!(
        second,
        format!("migrate: 0 applied, the schema of `{database}` is complete\n")
    );
    assert_eq!(
        hall.value("select count(*) from schema_migrations where state = 'applied'"),
        count.to_string()
    );
}

#[test]
fn migrate_makes_a_database_that_is_missing() {
    let hall = Hall::new();
    hall.db()
        .query_drop(format!("drop database {}", hall.database))
        .expect("it goes");
    let ran = hall.run("aggregate hourly").exits(1);
    assert!(
        ran.stderr
            .ends_with("(error 1049); run `hallctl migrate`\n"),
        "{}",
        ran.stderr
    );
    hall.run("migrate --dry-run").succeeds();
    hall.run("migrate").succeeds();
    assert_eq!(hall.value("select count(*) from parks"), "0");
}

#[test]
fn migrate_says_when_the_database_may_not_be_made() {
    let hall = Hall::new();
    let user = format!("{}_guest", hall.database);
    hall.db()
        .query_drop(format!("create user {user}@localhost"))
        .expect("a user");
    hall.db()
        .query_drop(format!("grant select on {user}.* to {user}@localhost"))
        .expect("its right");
    let url = hall
        .url()
        .replace("root@", &format!("{user}@"))
        .replace(&format!("/{}?", hall.database), &format!("/{user}?"));
    let ran = hall
        .env("HALLCTL_DATABASE_URL", &url)
        .run("migrate")
        .exits(1);
    assert!(
        ran.stderr
            .contains("could not be created; ask its administrator"),
        "{}",
        ran.stderr
    );
}

#[test]
fn four_processes_may_migrate_at_once() {
    let hall = Hall::new();
    hall.db()
        .query_drop(format!("drop database {}", hall.database))
        .expect("even the database is missing");
    let children: Vec<Child> = (0..4).map(|_| hall.spawn("migrate")).collect();
    let said: String = children
        .into_iter()
        .map(|child| finish(child).succeeds().stdout)
        .collect();
    for name in files() {
        assert_eq!(
            said.matches(&format!("migrate: {name} applied\n")).count(),
            1,
            "{said}"
        );
    }
}

#[test]
fn a_migration_killed_at_any_moment_is_finished_by_the_next() {
    let whole = shape(&Hall::new().migrated());
    let mut cut = 0;
    for milliseconds in [4, 8, 12, 16, 20, 25, 30, 40] {
        let hall = Hall::new();
        let mut child = hall.spawn("migrate");
        thread::sleep(Duration::from_millis(milliseconds));
        child.kill().expect("it is ours");
        child.wait().expect("its end");
        let tables = hall.query("show tables").len();
        cut += usize::from(tables > 0 && tables < whole.len());
        assert_eq!(
            shape(&hall.migrated()),
            whole,
            "killed after {milliseconds} ms"
        );
    }
    println!("{cut} of 8 were killed in the middle");
}

#[test]
fn a_migration_left_applying_is_finished_whether_its_statement_ran_or_not() {
    let hall = Hall::new().migrated();
    let whole = shape(&hall);
    hall.db()
        .query_drop("drop table settings")
        .expect("one whose statement did not run");
    hall.db()
        .query_drop("update schema_migrations set state = 'applying' where name in ('0018_settings.create', '0012_stale_periods.create')")
        .expect("two in the middle");
    let said = hall.run("migrate").succeeds().stdout;
    assert!(
        said.contains("0012_stale_periods.create applied\nmigrate: 0018_settings.create applied\n"),
        "{said}"
    );
    assert_eq!(shape(&hall), whole);
    assert_eq!(
        hall.value("select count(*) from schema_migrations where state = 'applying'"),
        "0"
    );
}

#[test]
fn a_table_of_somebody_else_is_never_taken_for_ours() {
    let hall = Hall::new();
    hall.db()
        .query_drop("create table rides (guest int primary key)")
        .expect("a table");
    for _ in 0..2 {
        let ran = hall.run("migrate").exits(1);
        assert!(
            ran.stderr
                .contains("could not apply migration `0002_rides.create`"),
            "{}",
            ran.stderr
        );
    }
    hall.db().query_drop("drop table rides").expect("it goes");
    hall.run("migrate").succeeds();
}

#[test]
fn a_migration_that_changed_since_it_ran_is_refused_by_name() {
    let hall = Hall::new().migrated();
    hall.db()
        .query_drop("update schema_migrations set checksum = repeat('0', 64) where name = '0002_rides.create'")
        .expect("another file");
    for words in ["migrate", "migrate --dry-run", "aggregate hourly"] {
        let ran = hall.run(words).exits(1);
        assert!(
            ran.stderr.contains(
                "the text of migration `0002_rides.create` differs from what was applied"
            ),
            "{}",
            ran.stderr
        );
    }
    hall.query("update schema_migrations set name = '0002_guests.create' where number = 2");
    let said =
        "migration `0002_rides.create` is not the one this database ran, `0002_guests.create`";
    let ran = hall.run("migrate").exits(1);
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
}

#[test]
fn a_schema_newer_than_the_program_is_refused() {
    let hall = Hall::new().migrated();
    hall.db()
        .query_drop("insert into schema_migrations values (999, '0999_future.create', repeat('0', 64), 'applied', '', now(), now())")
        .expect("a newer hallctl was here");
    for words in ["migrate", "aggregate hourly"] {
        let ran = hall.run(words).exits(1);
        assert!(
            ran.stderr
                .contains("the schema is at `0999_future.create`, newer than this hallctl"),
            "{}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("install the newer hallctl"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_job_on_an_older_schema_names_the_command_that_helps() {
    let hall = Hall::new();
    let ran = hall.run("aggregate hourly").exits(1);
    let count = files().len();
    let said = format!(
        "hallctl: the schema of `{}` lacks {count} of {count} migrations; run `hallctl migrate`\n",
        hall.database
    );
    assert_eq!(ran.stderr, said);
    let hall = hall.migrated();
    hall.run("aggregate hourly").succeeds();
    hall.db()
        .query_drop("delete from schema_migrations where number = 18")
        .expect("an older schema");
    let ran = hall.run("aggregate hourly").exits(1);
    assert!(
        ran.stderr.contains(&format!(
            "lacks 1 of {count} migrations; run `hallctl migrate`"
        )),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_list_of_migrations_equals_the_directory_and_counts_upwards() {
    let hall = Hall::new();
    let mut db = Db::connect_within(
        &Address::parse(&hall.url()).expect("a URL"),
        Limits::MIGRATION,
    )
    .expect("a door");
    let steps = schema::plan(&mut db).expect("a plan");
    let listed: Vec<String> = steps
        .iter()
        .map(|step| step.migration.name().to_owned())
        .collect();
    assert_eq!(listed, files());
    let numbers = steps.iter().map(|step| step.migration.number());
    assert!(
        numbers.is_sorted_by(|a, b| a < b),
        "each has a number of its own, in order"
    );
}
