-- A period is about to be filled; its attempts are counted from its last success on.
insert into aggregation_log (run_id, job_type, target_period, started_at, status, attempts)
select :run_id, :job_type, :target_period, :started_at, 'running',
       1 + coalesce((select case last.status when 'success' then 0 else last.attempts end
                       from aggregation_log as last
                      where last.job_type = :job_type
                        and last.target_period = :target_period
                      order by last.log_id desc
                      limit 1), 0)
