-- What was odd on one day, though it may be true: beside the 30 days before, or by itself.
-- view: audit_anomalies  type: audit  route: /api/audit/anomalies
-- param: date = date; default null
-- param: severity = CRITICAL|WARNING|INFO; default null
-- span: date  store: on-demand until cycle  fresh: 5m; over 1h  tags: parks, rides
-- set: success = true, target_date = :first_date, severity = :severity

-- name: . :one
select count(*) as total_anomalies,
       count(case when severity = 'CRITICAL' then 1 end) as critical_count,
       count(case when severity = 'WARNING' then 1 end) as warning_count,
       count(case when severity = 'INFO' then 1 end) as info_count
  from @audit_anomalies as anomalies
 where :severity is null
    or severity = :severity;

-- name: anomalies :many
select *
  from @listed_anomalies as anomalies
 where :severity is null
    or severity = :severity
 order by field(severity, 'CRITICAL', 'WARNING', 'INFO'), anomaly_type, park_id, entity_id, message;
