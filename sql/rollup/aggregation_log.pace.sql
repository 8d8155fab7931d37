-- What the newest fillings of a level that succeeded have taken: how many, their milliseconds, their rows.
select count(*),
       cast(coalesce(sum(timestampdiff(microsecond, started_at, finished_at)), 0) / 1000 as unsigned),
       cast(coalesce(sum(rows_written), 0) as unsigned)
  from (select started_at, finished_at, rows_written
          from aggregation_log
         where job_type = :level
           and status = 'success'
         order by log_id desc
         limit 100) as newest
