-- One row: how the checks of the audited day came out.
select count(*) as total_checks,
       sum(passed) as passed,
       sum(not passed) as failed,
       sum(not passed and severity = 'CRITICAL') as critical_failures,
       case when sum(not passed and severity = 'CRITICAL') > 0 then 'FAIL'
            when sum(not passed) > 0 then 'WARN'
            else 'PASS' end as status
  from @audit_checks as checks
