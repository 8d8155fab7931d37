-- Whose data was wrong in the last days, how often and how old it was.
-- view: audit_issue_summary  type: audit  route: /api/audit/data-quality/summary
-- param: days = int 1..365; default 7
-- param: source = themeparks_wiki|queue_times; default themeparks_wiki
-- store: on-demand until cycle  fresh: 5m  tags: parks, rides
-- set: success = true, days = :days, data_source = :source

-- name: entities_with_issues :value
select count(distinct entity_type, entity_id)
  from @noted_issues as issues
 where last_seen >= cast(:now as datetime) - interval :days day
   and data_source = :source;

-- name: summary :many
select entity_type,
       entity_id,
       max(park_id) as park_id,
       max(park_name) as park_name,
       max(ride_id) as ride_id,
       max(ride_name) as ride_name,
       count(*) as issue_count,
       count(case when resolved_at is null then 1 end) as unresolved_count,
       max(data_age_minutes) as max_staleness_minutes,
       avg(data_age_minutes) as "avg_staleness_minutes: num1",
       min(first_seen) as first_detected_at,
       max(last_seen) as last_detected_at,
       case when count(reported_status) = 0 then '[]'
            else concat('["', group_concat(distinct reported_status order by reported_status separator '","'), '"]') end
         as "statuses_seen: json"
  from @noted_issues as issues
 where last_seen >= cast(:now as datetime) - interval :days day
   and data_source = :source
 group by entity_type, entity_id
 order by issue_count desc, entity_type, entity_id;
