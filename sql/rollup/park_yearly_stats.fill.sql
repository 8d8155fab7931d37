-- A year of parks is the sum of its days; incomplete while it runs.
insert into park_yearly_stats
  (stat_year, park_id, sample_count, open_minutes, score_minutes, weighted_minutes_down, wait_sum, wait_samples, wait_max,
   ride_minutes_operating, ride_minutes_down, ride_minutes_closed, ride_minutes_refurbishment, ride_minutes_unknown,
   first_operated_at, last_operated_at, is_complete, formula_version, filled_at)
select :stat_year,
       park_id,
       sum(sample_count),
       sum(open_minutes),
       sum(score_minutes),
       sum(weighted_minutes_down),
       sum(wait_sum),
       sum(wait_samples),
       max(wait_max),
       sum(ride_minutes_operating),
       sum(ride_minutes_down),
       sum(ride_minutes_closed),
       sum(ride_minutes_refurbishment),
       sum(ride_minutes_unknown),
       min(first_operated_at),
       max(last_operated_at),
       :is_complete and min(is_complete),
       min(formula_version),
       :filled_at
  from park_daily_stats
 where stat_date >= :first_date
   and stat_date < :date_after
 group by park_id
