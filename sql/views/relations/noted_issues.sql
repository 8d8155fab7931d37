-- One row an issue of the feed: of whom, at which feed its park is read, and what the cycle said that showed it last.
select issues.issue_id,
       case when parks.wiki_id is null then 'queue_times' else 'themeparks_wiki' end as data_source,
       issues.kind as issue_type,
       issues.topic,
       case when issues.ride_id is null then 'park' else 'ride' end as entity_type,
       coalesce(issues.ride_id, issues.park_id) as entity_id,
       issues.park_id,
       parks.name as park_name,
       issues.ride_id,
       rides.name as ride_name,
       case when issues.ride_id is null then parks.wiki_id else rides.wiki_id end as themeparks_wiki_id,
       case when issues.ride_id is null then parks.queue_times_id else rides.queue_times_id end as queue_times_id,
       case when issues.ride_id is null then park_cycle.quiet_minutes else ride_cycle.age_minutes end as data_age_minutes,
       ride_cycle.status as reported_status,
       issues.detail,
       issues.occurrences,
       issues.first_seen,
       issues.last_seen,
       issues.resolved_at
  from feed_issues as issues
  join parks on parks.park_id = issues.park_id
  left join rides on rides.ride_id = issues.ride_id
  left join park_snapshots as park_cycle
    on park_cycle.slot = issues.last_seen
   and park_cycle.park_id = issues.park_id
  left join ride_snapshots as ride_cycle
    on ride_cycle.hour_start = issues.last_seen - interval minute(issues.last_seen) minute
   and ride_cycle.ride_id = issues.ride_id
   and ride_cycle.minute = minute(issues.last_seen)
