//! One row a run in `job_runs`: begun, ended, and what came of it.
use crate::db::Db;
pub fn is_running(_db: &mut Db, _job: &str) -> anyhow::Result<bool> {
    Ok(false)
}
