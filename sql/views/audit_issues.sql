-- What is wrong with the data of the feeds, newest first.
-- view: audit_issues  type: audit  route: /api/audit/data-quality
-- param: hours = int 1..8760; default 24
-- param: source = themeparks_wiki|queue_times; default null
-- param: unresolved = bool; default true
-- store: on-demand until cycle  fresh: 5m  tags: parks, rides
-- set: success = true, hours = :hours, source = :source, unresolved = :unresolved

-- name: total_issues :value
select count(*)
  from @noted_issues as issues
 where last_seen >= cast(:now as datetime) - interval :hours hour
   and (:source is null or data_source = :source)
   and (not :unresolved or resolved_at is null);

-- name: issues :many
select issue_id,
       data_source,
       issue_type,
       topic,
       entity_type,
       entity_id,
       park_id,
       park_name,
       ride_id,
       ride_name,
       themeparks_wiki_id,
       queue_times_id,
       data_age_minutes,
       reported_status,
       detail,
       occurrences,
       first_seen as first_detected_at,
       last_seen as last_detected_at,
       resolved_at
  from @noted_issues as issues
 where last_seen >= cast(:now as datetime) - interval :hours hour
   and (:source is null or data_source = :source)
   and (not :unresolved or resolved_at is null)
 order by last_seen desc, issue_id desc
 limit 100;
