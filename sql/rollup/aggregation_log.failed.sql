-- The periods of a level, of those that begin in a span, whose last filling did not succeed, and how many have not since one did.
select target_period, attempts
  from aggregation_log
 where log_id in (select max(log_id)
                    from aggregation_log
                   where job_type = :level
                     and target_period >= :start
                     and target_period < :end
                   group by target_period)
   and status in ('failed', 'crashed', 'partial')
