-- One row a park and step of the axis of a chart, from cycles to months: its exact sums there.

-- when: period = live
select park_id,
       slot as at,
       open_minutes,
       score_minutes,
       wait_sum,
       wait_samples
  from @park_cycles as cycles
 where slot >= :chart_start
   and slot < :chart_end

-- when: period in (today, yesterday)
select park_id,
       hour_start as at,
       open_minutes,
       score_minutes,
       wait_sum,
       wait_samples
  from @park_hours as hours

-- when: period not in (live, today, yesterday)
select park_id,
       cast(date_format(stat_date, case when :period in ('year', 'all') then '%Y-%m-01' else '%Y-%m-%d' end) as date) as at,
       sum(open_minutes) as open_minutes,
       sum(score_minutes) as score_minutes,
       sum(wait_sum) as wait_sum,
       sum(wait_samples) as wait_samples
  from @park_days as days
 group by park_id, at
