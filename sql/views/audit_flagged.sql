-- The parks and rides whose numbers of one day want a second look.
-- view: audit_flagged  type: audit  route: /api/audit/flagged-entities
-- param: date = date; default null
-- param: severity = CRITICAL|WARNING; default WARNING; invalid -> WARNING
-- span: date  store: on-demand until cycle  fresh: 5m; over 1h  tags: parks, rides
-- set: success = true, target_date = :first_date, severity = :severity, methodology_url = "README.md#the-audit"

-- name: . :columns
select distinct entity_id as flagged_parks
  from @audit_anomalies as anomalies
 where entity_type = 'park'
   and severity in ('CRITICAL', :severity)
 order by entity_id;

-- name: . :columns
select distinct entity_id as flagged_rides
  from @audit_anomalies as anomalies
 where entity_type = 'ride'
   and severity in ('CRITICAL', :severity)
 order by entity_id;
