//! `hallctl migrate`: bring the database to the schema of this hallctl.

use crate::cli::Migrate;
use crate::db::migrate;
use crate::exit::Exit;
use anyhow::Result;

pub fn run(args: Migrate) -> Result<Exit> {
    let address = super::address()?;
    if args.dry_run {
        let steps = migrate::dry_run(&address)?;
        for step in &steps {
            say!("migrate: {} would be applied", step.migration.name());
        }
        say!(
            "migrate: {} to apply in `{}`",
            steps.len(),
            address.database()
        );
        return Ok(Exit::Done);
    }
    let mut db = migrate::connect(&address)?;
    let count = migrate::apply(&mut db, |migration| {
        say!("migrate: {} applied", migration.name());
    })?;
    say!(
        "migrate: {count} applied, the schema of `{}` is complete",
        address.database()
    );
    Ok(Exit::Done)
}
