-- One row a thing that is odd about a park, a ride or the feed on the audited day, as it is listed.
select anomaly_type,
       severity,
       entity_type,
       entity_id,
       entity_name,
       park_id,
       park_name,
       value as "value: num2",
       expected as "expected: num2",
       message
  from @audit_anomalies as anomalies
