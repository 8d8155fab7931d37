-- One row for the day that is audited: whether it should be filled by now and is, whether anything is known of it, whether its hours are still kept, and how much of it is stale.
select cast(:end as datetime) + interval 2 hour <= :now as is_due,
       exists (select 1 from park_daily_stats where stat_date = :first_date) as is_filled,
       exists (select 1 from park_daily_stats where stat_date = :first_date)
         or exists (select 1 from park_hourly_stats where hour_start >= :start and hour_start < :end) as is_known,
       not exists (select 1
                     from settings
                    where name = 'pruned_through_hourly'
                      and cast(left(value, 19) as datetime) >= :start) as hours_are_kept,
       (select count(*)
          from stale_periods
         where level in ('hourly', 'daily')
           and period_start >= :start
           and period_start < :end) as stale_periods
