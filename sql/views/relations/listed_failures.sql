-- One row a failed check of the audited day, as it is listed.
select check_name,
       severity,
       passed as "passed: bool",
       violations,
       max_allowed,
       message,
       sample as "sample: json"
  from @audit_checks as checks
 where not passed
