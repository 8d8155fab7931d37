-- One row a ride and day that is not filled: its exact sums, from its hours and the raw tail.
select ride_id,
       park_id,
       stat_date,
       sum(sample_count) as sample_count,
       sum(open_minutes) as open_minutes,
       sum(outages) as outages,
       sum(weighted_minutes_down) as weighted_minutes_down,
       sum(wait_sum) as wait_sum,
       sum(wait_samples) as wait_samples,
       max(wait_max) as wait_max,
       sum(minutes_operating) as minutes_operating,
       sum(minutes_down) as minutes_down,
       sum(minutes) as minutes
  from (select hours.*,
               cast(hour_start + interval case when hour_start < :clock_changes_at then :minutes_before else :minutes_after end
                    minute as date) as stat_date
          from (select *
                  from @ride_filled_hours as filled
                 where hour_start >= :hours_from
                   and hour_start < :hours_to
                 union all
                select *
                  from @ride_tail_hours as tail
                 where hour_start >= :hours_from) as hours) as dated
 group by ride_id, park_id, stat_date
