-- The first hour whose rides were not filled from just the snapshots that are stored.
select hour_start,
       cast(sum(snapshots) as unsigned),
       cast(sum(samples) as unsigned)
  from (select hour_start, count(*) as snapshots, 0 as samples
          from ride_snapshots
         where hour_start >= :start
           and hour_start < :end
         group by hour_start
         union all
        select hour_start, 0, sum(sample_count)
          from ride_hourly_stats
         where hour_start >= :start
           and hour_start < :end
         group by hour_start) as counted
 group by hour_start
having sum(snapshots) <> sum(samples)
 order by hour_start
 limit 1
