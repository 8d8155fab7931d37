-- One row a ride of `@these` and step of the axis of a chart, from cycles to months: its exact sums there. All is looked up
-- ride by ride, for a chart is of few: a null in place of the ride keeps a source out of the rows that are not its own.

-- when: period = live
select these.*,
       cycles.slot as at,
       cycles.minutes_operating,
       cycles.minutes_down,
       cycles.wait_sum,
       cycles.wait_samples
  from @these as these
  left join @ride_cycles as cycles
    on cycles.ride_id = these.ride_id
   and cycles.hour_start >= :chart_start - interval 1 hour
   and cycles.hour_start < :chart_end
   and cycles.slot >= :chart_start

-- when: period in (today, yesterday)
select these.ride_id,
       these.ride_name,
       these.tier,
       these.park_name,
       these.value,
       these.place,
       coalesce(hours.hour_start, cycles.hour_start) as at,
       sum(coalesce(hours.minutes_operating, cycles.minutes_operating)) as minutes_operating,
       sum(coalesce(hours.minutes_down, cycles.minutes_down)) as minutes_down,
       sum(coalesce(hours.wait_sum, cycles.wait_sum)) as wait_sum,
       sum(coalesce(hours.wait_samples, cycles.wait_samples)) as wait_samples
  from @these as these
  cross join (select 'hours' as source, null as tail_hour union all select 'cycles', hour_start from @tail_hours as tail) as sources
  left join ride_hourly_stats as hours
    on hours.ride_id = case sources.source when 'hours' then these.ride_id end
   and hours.hour_start >= :start
   and hours.hour_start < :chart_hours_to
  left join @ride_cycles as cycles
    on cycles.hour_start = sources.tail_hour
   and cycles.ride_id = these.ride_id
   and cycles.hour_start >= :chart_tail_from
   and cycles.hour_start < :chart_tail_to
   and cycles.slot < :chart_tail_to
 group by these.ride_id, these.ride_name, these.tier, these.park_name, these.value, these.place, at

-- when: period not in (live, today, yesterday)
select these.ride_id,
       these.ride_name,
       these.tier,
       these.park_name,
       these.value,
       these.place,
       cast(date_format(coalesce(days.stat_date,
                                 coalesce(hours.hour_start, cycles.hour_start)
                                   + interval case when coalesce(hours.hour_start, cycles.hour_start) < :clock_changes_at
                                                   then :minutes_before else :minutes_after end minute),
                        case when :period in ('year', 'all') then '%Y-%m-01' else '%Y-%m-%d' end) as date) as at,
       sum(coalesce(days.minutes_operating, hours.minutes_operating, cycles.minutes_operating)) as minutes_operating,
       sum(coalesce(days.minutes_down, hours.minutes_down, cycles.minutes_down)) as minutes_down,
       sum(coalesce(days.wait_sum, hours.wait_sum, cycles.wait_sum)) as wait_sum,
       sum(coalesce(days.wait_samples, hours.wait_samples, cycles.wait_samples)) as wait_samples
  from @these as these
  cross join (select 'days' as source, null as tail_hour union all select 'hours', null
               union all select 'cycles', hour_start from @tail_hours as tail) as sources
  left join ride_daily_stats as days
    on days.ride_id = case sources.source when 'days' then these.ride_id end
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
  left join ride_hourly_stats as hours
    on hours.ride_id = case sources.source when 'hours' then these.ride_id end
   and hours.hour_start >= :hours_from
   and hours.hour_start < :hours_to
  left join @ride_cycles as cycles
    on cycles.hour_start = sources.tail_hour
   and cycles.ride_id = these.ride_id
   and cycles.hour_start >= :chart_tail_from
   and cycles.hour_start < :chart_tail_to
   and cycles.slot < :chart_tail_to
 group by these.ride_id, these.ride_name, these.tier, these.park_name, these.value, these.place, at
