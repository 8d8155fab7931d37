-- A year of rides is the sum of its days; incomplete while it runs.
insert into ride_yearly_stats
  (stat_year, ride_id, park_id, sample_count, open_minutes, outages, weighted_minutes_down, wait_sum, wait_samples, wait_max,
   minutes_operating, minutes_down, minutes_closed, minutes_refurbishment, minutes_unknown,
   first_operated_at, last_operated_at, is_complete, formula_version, filled_at)
select :stat_year,
       ride_id,
       max(park_id),
       sum(sample_count),
       sum(open_minutes),
       sum(outages),
       sum(weighted_minutes_down),
       sum(wait_sum),
       sum(wait_samples),
       max(wait_max),
       sum(minutes_operating),
       sum(minutes_down),
       sum(minutes_closed),
       sum(minutes_refurbishment),
       sum(minutes_unknown),
       min(first_operated_at),
       max(last_operated_at),
       :is_complete and min(is_complete),
       min(formula_version),
       :filled_at
  from ride_daily_stats
 where stat_date >= :first_date
   and stat_date < :date_after
 group by ride_id
