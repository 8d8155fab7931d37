-- Every check and everything odd of one day, at once.
-- view: audit_run  type: audit  route: /api/audit/run  method: post
-- param: date = date; default null
-- span: date  store: on-demand until cycle  fresh: 1m  tags: parks, rides
-- set: success = true, target_date = :first_date

-- name: . :one
select *
  from @audit_summary as summary;

-- name: anomalies_detected :value
select count(*)
  from @audit_anomalies as anomalies;

-- name: failures :many
select *
  from @listed_failures as failures
 order by severity, violations desc, check_name;

-- name: anomalies :many
select *
  from @listed_anomalies as anomalies
 order by field(severity, 'CRITICAL', 'WARNING', 'INFO'), anomaly_type, park_id, entity_id, message;
