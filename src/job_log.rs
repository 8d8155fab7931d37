//! One row a run in `job_runs`: begun, ended, and what came of it.
