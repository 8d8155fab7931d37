//! The benchmarks in small, so that they are as sound as the program they measure.

#[path = "../scale/main.rs"]
mod bench;

#[test]
fn the_benchmark_of_scale_builds_a_history_with_which_every_command_agrees() {
    bench::run(&bench::Size {
        parks: 2,
        days: 3,
        at: None,
        rounds: 1,
        with_postgres: false,
    });
}

#[test]
fn the_benchmark_of_views_finds_the_same_bodies_in_raw_rows() {
    bench::views::run(&bench::views::Size {
        parks: 2,
        raw_days: 14,
        days_before: 28,
        rounds: 1,
        at: None,
    });
}
