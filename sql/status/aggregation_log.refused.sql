-- How many periods of a level were refused to be filled, and the newest of them: their last filling failed, and no mark waits for another.
select count(*)           as refused,
       max(target_period) as newest
  from aggregation_log as failed
 where failed.job_type = :level
   and failed.status = 'failed'
   and not exists (select 1
                     from stale_periods as stale
                    where stale.level = failed.job_type
                      and stale.period_start = failed.target_period)
   and not exists (select 1
                     from aggregation_log as later
                    where later.job_type = failed.job_type
                      and later.target_period = failed.target_period
                      and later.log_id > failed.log_id)
