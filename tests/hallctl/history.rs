//! A small history for tests: two parks, five days across the end of summer time, filled at every level.

use crate::hall::Hall;
use crate::recording::Recording;

/// Five minutes after the end of the last day.
pub const NOW: &str = "2026-11-04T08:05:00Z";

/// Polls of 2026-10-30 to 2026-11-03, every half hour from 09:00 to 19:00 in Los Angeles; 2026-11-01 has 25 hours.
pub fn collected() -> Hall {
    let hall = Hall::new().at(NOW).migrated();
    let mut recording = Recording::new();
    for (date, hour) in [(30, 16), (31, 16), (1, 17), (2, 17), (3, 17)] {
        let month = if date > 3 { 10 } else { 11 };
        let start = format!("2026-{month}-{date:02}T{hour}:00:00Z");
        recording = recording
            .park(
                64,
                &start,
                30,
                &[
                    "OOOOOOOOOOOOOOOOOOOO",
                    "OOOOcccccOOOOOOOOOOO",
                    "OOOOOOOOOOOOOOOOOOcc",
                ],
            )
            .park(
                65,
                &start,
                30,
                &["OOOOOOOOccOOOOOOOOOO", "OOOOOOOOOOOOsssOOOOO"],
            );
    }
    recording.collect(&hall, 30);
    hall
}

pub fn filled() -> Hall {
    let hall = collected();
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
    hall
}
