-- One row an issue of the feed that lay in the period: of a park that was unread or frozen for an hour a warning, of others a remark.
select cast(null as date) as stat_date,
       case when issues.ride_id is null and issues.topic = 'park' and issues.kind = 'stale' then 'frozen_feed'
            when issues.ride_id is null and issues.kind = 'missing' then 'unread_feed'
            else concat(issues.kind, '_data') end as anomaly_type,
       -- Parks at Queue-Times stand still every night; ThemeParks.wiki counts as frozen only while the park is open.
       case when issues.ride_id is null
             and issues.kind in ('stale', 'missing')
             and timestampdiff(minute, issues.first_seen, coalesce(issues.resolved_at, issues.last_seen))
                 >= case when issues.kind = 'stale' and parks.wiki_id is null then 1080 else 60 end
            then 'WARNING' else 'INFO' end as severity,
       case when issues.ride_id is null then 'park' else 'ride' end as entity_type,
       coalesce(issues.ride_id, issues.park_id) as entity_id,
       coalesce(rides.name, parks.name) as entity_name,
       issues.park_id,
       parks.name as park_name,
       timestampdiff(minute, issues.first_seen, coalesce(issues.resolved_at, issues.last_seen)) as value,
       cast(null as decimal(9, 4)) as expected,
       issues.detail as message
  from feed_issues as issues
  join parks on parks.park_id = issues.park_id
  left join rides on rides.ride_id = issues.ride_id
 where issues.first_seen < :end
   and coalesce(issues.resolved_at, issues.last_seen) >= :start
