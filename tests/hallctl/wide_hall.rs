//! A hall wide enough for every view: four parks in three zones, raw cycles of the last days, days since the year before.

use crate::hall::Hall;
use chrono::{Days, NaiveDate};
use mysql::prelude::Queryable;
use mysql::{Params, params};

/// Three minutes past three on a Wednesday afternoon in Los Angeles: hour 14 is over, and nobody has filled it.
pub const NOW: &str = "2026-07-15T22:03:00Z";

/// The first cycle there is, midnight of a Sunday in Los Angeles; older days are known as days alone.
const FIRST_SLOT: &str = "2026-07-12 07:00:00";

/// The days known as days alone: since the beginning of the year before.
const FIRST_DATE: &str = "2025-01-01";

pub const PARKS: [u32; 4] = [71, 72, 74, 75];

/// The parks and what is written about them: `[opens, closes)` is the hour UTC of each day.
const CAST: &str = "
    insert into parks (park_id, queue_times_id, name, city, state_province, country, operator, timezone, is_disney, is_universal,
      reports_down, is_active, created_at, updated_at)
    values (71, 64, 'Amberlight Pier', 'Mossport', 'Oregon', 'United States', 'Tidewater Leisure', 'America/Los_Angeles', true, false, true, true, '2025-01-01', '2025-01-01'),
           (72, null, 'Gearwood Gardens', null, null, 'Japan', null, 'Asia/Tokyo', false, true, true, true, '2025-01-01', '2025-01-01'),
           (73, 66, 'Lost Lagoon', null, null, null, null, 'UTC', true, false, true, false, '2025-01-01', '2025-01-01'),
           (74, 67, 'Elm Hollow', 'Elm', null, 'France', null, 'Europe/Paris', false, false, false, true, '2025-01-01', '2025-01-01'),
           (75, 68, 'Nowhere Land', null, null, null, null, 'America/New_York', false, false, false, true, '2025-01-01', '2025-01-01')";

/// Six rides a park; the sixth has not run for twelve days and has no cycles, the fifth is of no tier.
const RIDES: &str = "
    insert into rides (ride_id, park_id, queue_times_id, name, tier, category, created_at, updated_at)
    select park_id * 100 + number, park_id, queue_times_id * 100 + number, concat('Ride ', number, ' of ', name), tier, 'ATTRACTION',
           '2025-01-01', '2025-01-01'
      from parks
     cross join (select 1 as number, 1 as tier union all select 2, 2 union all select 3, 3 union all select 4, 1 union all select 5, null
                 union all select 6, 3) as numbers";

const RAN: &str = "
    update rides set last_operated_at = cast(:last as datetime) - interval case when ride_id % 100 < 6 then 0 else 12 end day";

/// Every ride at every cycle: at an open park it is down, closed or running by the throw of a die that is the same every time.
const CYCLES: &str = "
    insert into ride_snapshots (hour_start, ride_id, minute, park_id, wait_minutes, age_minutes, weight, interval_minutes, park_is_open,
      state, in_service, operated, outage_began)
    with recursive hours as (select cast(:first as datetime) as hour union all select hour + interval 1 hour from hours where hour < :last),
                   minutes as (select 0 as minute union all select minute + 5 from minutes where minute < 55),
                   slots as (select hour + interval minute minute as slot from hours cross join minutes)
    select slot - interval minute(slot) minute, ride_id, minute(slot), park_id, wait, 1, weight, 5, is_open, state, state <> 'closed',
           state = 'operating', state = 'down' and minute(slot) % 15 = 0
      from (select die.*,
                   case when not is_open or number = 6 then 'closed' when block % 11 = 0 then 'down' when block % 29 = 1 then 'closed'
                        else 'operating' end as state,
                   case when is_open and block % 11 > 0 and block % 29 <> 1 and number < 6 then block % 24 * 5 end as wait
              from (select slot, ride_id, park_id, ride_id % 100 as number, case tier when 1 then 3 when 3 then 1 else 2 end as weight,
                           hour(slot + interval case park_id when 71 then 9 when 72 then 0 when 73 then 0 when 74 then 15 else 12 end hour) < 13
                             as is_open,
                           crc32(concat(ride_id, ':', floor(timestampdiff(minute, '2026-01-01', slot) / 15), 'a')) as block
                      from slots cross join rides where slot <= :last) as die) as stated";

/// A park's cycle is its rides at it, as collecting has it.
const PARK_CYCLES: &str = "
    insert into park_snapshots (slot, park_id, state, state_source, feed, interval_minutes, spell_start, rides_listed, rides_operating,
      rides_down, rides_closed, rides_refurbishment, rides_unknown, wait_sum, wait_samples, wait_max, weight_down, weight_in_service, score)
    select hour_start + interval minute minute, park_id, case when max(park_is_open) then 'open' else 'closed' end, 'observed', 'queue_times',
           5, null, count(*), sum(state = 'operating'), sum(state = 'down'), sum(state = 'closed'), 0, 0,
           coalesce(sum(wait_minutes), 0), count(case when wait_minutes > 0 then 1 end), max(case when wait_minutes > 0 then wait_minutes end),
           sum(case when state = 'down' then weight else 0 end), sum(case when in_service then weight else 0 end),
           case when max(park_is_open)
                then round(10 * sum(case when state = 'down' then weight else 0 end) / sum(case when in_service then weight else 0 end), 6) end
      from ride_snapshots group by hour_start, minute, park_id";

/// Days of rides, by another die; the park is the sum of its rides and its score their share of the weight.
const RIDE_DAYS: &str = "
    insert into ride_daily_stats (stat_date, ride_id, park_id, sample_count, open_minutes, outages, weighted_minutes_down, wait_sum,
      wait_samples, wait_max, minutes_operating, minutes_down, minutes_closed, minutes_refurbishment, minutes_unknown, first_operated_at,
      last_operated_at, is_complete, formula_version, filled_at)
    with recursive days as (select cast(:first_date as date) as day union all select day + interval 1 day from days where day + interval 1 day < :day_after)
    select day, ride_id, park_id, 156, 780, down > 0, down * weight, 30 * (die % 40), 30, die % 40 * 2, 780 - down, down, 0, 0, 0,
           timestamp(day) + interval 16 hour, timestamp(day) + interval 28 hour, true, 1, timestamp(day) + interval 33 hour
      from (select day, ride_id, park_id, case tier when 1 then 3 when 3 then 1 else 2 end as weight,
                   crc32(concat(ride_id, day, '!')) as die, crc32(concat(ride_id, day)) % (ride_id % 7 * 20 + month(day) * 10 + 1) as down
              from days cross join rides where ride_id % 100 < 6) as thrown";

const PARK_DAYS: &str = "
    insert into park_daily_stats (stat_date, park_id, sample_count, open_minutes, score_minutes, weighted_minutes_down, wait_sum,
      wait_samples, wait_max, ride_minutes_operating, ride_minutes_down, ride_minutes_closed, ride_minutes_refurbishment,
      ride_minutes_unknown, first_operated_at, last_operated_at, is_complete, formula_version, filled_at)
    select stat_date, park_id, 156, 780, round(10 * sum(weighted_minutes_down) / 11, 6), sum(weighted_minutes_down), sum(wait_sum),
           sum(wait_samples), max(wait_max), sum(minutes_operating), sum(minutes_down), 0, 0, 0, min(first_operated_at),
           max(last_operated_at), true, 1, max(filled_at)
      from ride_daily_stats group by stat_date, park_id";

/// The hall at [`NOW`], its hours, days and years filled by the program, but for hour 14.
pub fn hall() -> Hall {
    hall_at(
        NOW,
        FIRST_SLOT,
        "2026-07-15 22:00:00",
        "2026-07-15T21:03:00Z",
    )
}

/// A hall with cycles from `first` to `last`, every earlier day since 2025, filled as of `filled`.
pub fn hall_at(now: &str, first: &str, last: &str, filled: &str) -> Hall {
    let hall = cast(now);
    let mut db = hall.db();
    for (statement, values) in [
        (RAN, params! { last }),
        (CYCLES, params! { "first" => first, "last" => last }),
        (PARK_CYCLES, Params::Empty),
        (
            RIDE_DAYS,
            params! { "first_date" => FIRST_DATE, "day_after" => &first[..10] },
        ),
        (PARK_DAYS, Params::Empty),
        (
            "insert into settings values ('first_slot', concat(replace(:first, ' ', 'T'), '+00:00'))",
            params! { first },
        ),
        ("update parks set last_slot = :last", params! { last }),
        (
            "insert into stale_periods values ('yearly', '2025-01-01 08:00:00', 1)",
            Params::Empty,
        ),
    ] {
        let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        (db.exec_drop(&statement, values)).unwrap_or_else(|error| panic!("{error}: {statement}"));
    }
    let hall = hall.at(filled);
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
    hall.at(now)
}

/// The parks and their rides alone, and room for what they do: a partition a day, as collecting makes them.
pub fn cast(now: &str) -> Hall {
    let hall = Hall::new().at(now).migrated();
    let today = now[..10].parse::<NaiveDate>().expect("a date");
    let ends = (today - Days::new(4)).iter_days().take(7);
    let days = ends.map(|day| {
        format!(
            "partition until_{} values less than ('{day}')",
            day.format("%Y_%m_%d")
        )
    });
    let days = days.collect::<Vec<_>>().join(", ");
    for table in ["park_snapshots", "ride_snapshots"] {
        hall.query(&format!("alter table {table} add partition ({days})"));
    }
    for table in ["park_hourly_stats", "ride_hourly_stats"] {
        hall.query(&format!(
            "alter table {table} add partition (partition until_2027_01_01 values less than ('2027-01-01'))"
        ));
    }
    hall.query(CAST);
    hall.query(RIDES);
    hall
}
