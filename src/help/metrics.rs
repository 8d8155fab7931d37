//! What `hallctl serve` tells Prometheus at `/metrics`: every family, as the man page lists it and the answer names it.

/// A family of samples.
pub struct Metric {
    pub name: &'static str,
    pub kind: &'static str,
    /// Of its values; empty where they only count.
    pub unit: &'static str,
    pub labels: &'static [&'static str],
    pub meaning: &'static str,
}

macro_rules! metrics {
    ($($name:ident $kind:ident $unit:literal [$($label:ident)*] $meaning:literal)+) => {
        &[$(Metric {
            name: stringify!($name),
            kind: stringify!($kind),
            unit: $unit,
            labels: &[$(stringify!($label)),*],
            meaning: $meaning,
        }),+]
    };
}

pub const METRICS: &[Metric] = metrics! {
    http_requests_total counter "" [method route status]
        "Answers, by the pattern of their route; `unknown` is every path that leads nowhere. 304 is an answer its reader had already"
    http_request_duration_seconds histogram "seconds" [route]
        "From the arrival of a request until its answer has left, whether or not it has been taken"
    http_response_bytes_total counter "bytes" [route]
        "Heads and bodies of answers; where a body was refused, the body of the answer alone"
    http_connections_open gauge "" []
        "Clients that are connected; on Linux only"
    http_requests_refused_total counter "" [limit]
        "What the limits refused: `body`, a body that is not read; `announced`, one of more than 64 MiB, left unanswered; `unread`, an answer whose client was gone or took nothing for 3 seconds"
    cache_hits_total counter "" [cache_type cache_key_pattern]
        "Answers from a body in memory, by view; the hit rate is hits / (hits + misses)"
    cache_misses_total counter "" [cache_type cache_key_pattern]
        "Answers that had to be computed, by view"
    cache_operation_duration_seconds histogram "seconds" [operation cache_type]
        "Time to answer from memory (`get`), or to compute a body (`set`)"
    hallctl_job_last_start_timestamp_seconds gauge "seconds since 1970" [job]
        "When the newest run of a job began"
    hallctl_job_last_run_status gauge "" [job status]
        "1 for how the newest run stands, 0 for all else: `success` (exit status 0), `partial` (3; of verify 2), `failed` (1), `crashed` (it died) or `running`"
    hallctl_job_last_end_timestamp_seconds gauge "seconds since 1970" [job]
        "When a run last came to its end, good or bad"
    hallctl_job_last_duration_seconds gauge "seconds" [job]
        "How long that run took"
    hallctl_job_last_success_age_seconds gauge "seconds" [job]
        "How long ago a run last ended that did its work, at least in part"
    hallctl_job_runs_24h gauge "" [job status]
        "Runs begun in the last 24 hours, by how they ended"
    hallctl_data_through_timestamp_seconds gauge "seconds since 1970" [station]
        "How far the data goes: the newest cycle (`raw`), the end of the newest filled hour and day (`hourly`, `daily`), the newest data that a body on the shelf speaks of (`shelf`)"
    hallctl_stale_periods gauge "" [level]
        "Hours, days and years that are over and wait to be filled again"
    hallctl_shelf_views gauge "" []
        "Bodies on the shelf"
    hallctl_shelf_views_overdue gauge "" []
        "Bodies due for more than 5 minutes and not refreshed"
    hallctl_shelf_views_failed gauge "" []
        "Views that the last refresh could not compute"
    hallctl_shelf_age_seconds gauge "seconds" []
        "How old the newest body on the shelf is"
    hallctl_database_up gauge "" []
        "1 where the database has answered in the last 10 seconds; while it is 0 everything named hallctl is what was last known"
    hallctl_database_read_timestamp_seconds gauge "seconds since 1970" []
        "When the numbers of jobs, stale periods and shelf were last read from the database, which is done every 5 seconds"
    hallctl_build_info gauge "" [version]
        "1, with the version as a label"
};
