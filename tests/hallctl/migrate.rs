//! Migrations: run at once, killed, resumed, refused.

use crate::hall::Hall;

#[test]
fn migrate_brings_an_empty_database_to_the_schema_and_does_nothing_the_second_time() {
    let hall = Hall::new();
    let first = hall.run("migrate").succeeds();
    assert!(
        first
            .stdout
            .contains("migrate: 0001_parks.create applied\n"),
        "{}",
        first.stdout
    );
    assert!(
        hall.query("show tables")
            .contains(&vec!["settings".to_owned()])
    );
    let second = hall.run("migrate").succeeds();
    assert_eq!(
        second.stdout,
        format!(
            "migrate: 0 applied, the schema of `{}` is complete\n",
            hall.database
        )
    );
}
