//! `/metrics`: everything that is counted or known here, in the words of Prometheus.

use super::hall::Hall;
use super::told::Told;
use crate::commands::status::Run;
use crate::config;
use crate::help::metrics::METRICS;
use crate::model::Instant;
use crate::views::health;
use crate::web::{Exposition, Histogram, Labels};
use chrono::{Duration, Utc};
use std::fmt::Display;
use std::sync::PoisonError;

const STATUSES: [&str; 5] = ["success", "partial", "failed", "crashed", "running"];

/// An exposition whose families are those of the man page.
struct Page {
    out: Exposition,
    family: &'static str,
}

impl Page {
    /// A family; what the man page does not know is not told.
    fn family(&mut self, name: &str) {
        let known = METRICS.iter().find(|metric| metric.name == name);
        self.family = known.map_or("", |metric| metric.name);
        if let Some(metric) = known {
            self.out.family(metric.name, metric.kind, metric.meaning);
        }
    }

    fn sample(&mut self, labels: Labels, value: impl Display) {
        if !self.family.is_empty() {
            self.out.sample(self.family, labels, value);
        }
    }

    fn histogram(&mut self, labels: Labels, histogram: &Histogram) {
        if !self.family.is_empty() {
            self.out.histogram(self.family, labels, histogram);
        }
    }

    /// A family of one sample, which may be unknown.
    fn single(&mut self, name: &str, value: Option<impl Display>) {
        self.family(name);
        if let Some(value) = value {
            self.sample(&[], value);
        }
    }
}

impl Hall {
    pub fn metrics(&self) -> String {
        let mut page = Page {
            out: Exposition::default(),
            family: "",
        };
        let wall = Utc::now();
        self.of_http(&mut page);
        self.of_cache(&mut page);
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        of_jobs(
            &mut page,
            told.as_ref().map_or(&[], |told| &told.runs),
            wall,
        );
        self.of_data(
            &mut page,
            told.as_ref(),
            config::now().unwrap_or(wall),
            wall,
        );
        page.family("hallctl_build_info");
        page.sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
        page.out.text()
    }

    fn of_http(&self, page: &mut Page) {
        page.family("http_requests_total");
        for (method, route, status, count) in self.http.answers() {
            let status = status.to_string();
            page.sample(
                &[("method", method), ("route", route), ("status", &status)],
                count,
            );
        }
        page.family("http_request_duration_seconds");
        for (route, took, _) in self.http.routes() {
            page.histogram(&[("route", route)], took);
        }
        page.family("http_response_bytes_total");
        for (route, _, bytes) in self.http.routes() {
            page.sample(&[("route", route)], bytes);
        }
        page.single("http_connections_open", self.http.connections());
        page.family("http_requests_refused_total");
        for (limit, count) in self.http.refusals() {
            page.sample(&[("limit", limit)], count);
        }
    }

    fn of_cache(&self, page: &mut Page) {
        for (name, is_hit) in [("cache_hits_total", true), ("cache_misses_total", false)] {
            page.family(name);
            for (kind, pattern, hits, misses) in self.counts.views() {
                let labels = [("cache_type", kind), ("cache_key_pattern", pattern)];
                page.sample(&labels, if is_hit { hits } else { misses });
            }
        }
        page.family("cache_operation_duration_seconds");
        for (operation, took) in self.counts.durations() {
            page.histogram(
                &[("operation", operation), ("cache_type", "response")],
                took,
            );
        }
    }

    fn of_data(&self, page: &mut Page, told: Option<&Told>, now: Instant, wall: Instant) {
        let heard = self
            .heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        page.family("hallctl_data_through_timestamp_seconds");
        let stations = heard.iter().flat_map(|(facts, _)| facts.data_through());
        for (station, through) in stations.chain([("shelf", self.memory.data_through())]) {
            if let Some(through) = through {
                page.sample(&[("station", station)], timestamp(through));
            }
        }
        page.family("hallctl_stale_periods");
        for stale in told.iter().flat_map(|told| &told.stale) {
            page.sample(&[("level", stale.level)], stale.count);
        }
        let shelf = told.map(|told| &told.shelf);
        page.single("hallctl_shelf_views", shelf.map(|shelf| shelf.views));
        page.single(
            "hallctl_shelf_views_overdue",
            shelf.map(|shelf| shelf.overdue),
        );
        page.single(
            "hallctl_shelf_views_failed",
            shelf.map(|shelf| shelf.failed),
        );
        let newest = shelf.and_then(|shelf| shelf.newest);
        page.single(
            "hallctl_shelf_age_seconds",
            newest.map(|at| seconds(now - at)),
        );
        let answers = health::answers(heard.map(|(_, at)| wall - at));
        page.single("hallctl_database_up", Some(u8::from(answers)));
        let read_at = told.map(|told| timestamp(told.read_at));
        page.single("hallctl_database_read_timestamp_seconds", read_at);
    }
}

fn of_jobs(page: &mut Page, runs: &[Run], wall: Instant) {
    page.family("hallctl_job_last_start_timestamp_seconds");
    for run in runs {
        page.sample(&[("job", &run.job)], timestamp(run.started_at));
    }
    page.family("hallctl_job_last_run_status");
    for run in runs {
        for status in STATUSES {
            let labels = [("job", run.job.as_str()), ("status", status)];
            page.sample(&labels, u8::from(run.status() == status));
        }
    }
    let mut of_ends = |name, value: fn(&(Instant, Duration)) -> f64| {
        page.family(name);
        for run in runs {
            if let Some(end) = &run.last_end {
                page.sample(&[("job", &run.job)], value(end));
            }
        }
    };
    of_ends("hallctl_job_last_end_timestamp_seconds", |(at, _)| {
        timestamp(*at)
    });
    of_ends("hallctl_job_last_duration_seconds", |(_, took)| {
        seconds(*took)
    });
    page.family("hallctl_job_last_success_age_seconds");
    for run in runs {
        if let Some(at) = run.last_good_at {
            page.sample(&[("job", &run.job)], seconds(wall - at));
        }
    }
    page.family("hallctl_job_runs_24h");
    for run in runs {
        let recent = &run.recent;
        let counts = [
            recent.success,
            recent.partial,
            recent.failed,
            recent.crashed,
        ];
        for (status, count) in STATUSES.iter().zip(counts) {
            page.sample(&[("job", &run.job), ("status", status)], count);
        }
    }
}

fn timestamp(at: Instant) -> f64 {
    seconds(at - Instant::UNIX_EPOCH)
}

fn seconds(length: Duration) -> f64 {
    length.num_milliseconds() as f64 / 1000.0
}
