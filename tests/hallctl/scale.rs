//! The scale benchmark in small, so that it is as sound as the program it measures.

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
