-- The newest period of a level whose last filling failed, and which therefore is stale still, and how often that was tried.
select failed.target_period, coalesce(failed.error, '') as error, failed.attempts
  from stale_periods as stale
  join aggregation_log as failed
    on failed.job_type = stale.level
   and failed.target_period = stale.period_start
 where stale.level = :level
   and failed.status = 'failed'
   and not exists (select 1
                     from aggregation_log as later
                    where later.job_type = failed.job_type
                      and later.target_period = failed.target_period
                      and later.log_id > failed.log_id)
 order by failed.target_period desc
 limit 1
