-- What is wrong with the feed of each active park just now.
select issue.kind, issue.park_id, parks.name as park, issue.ride_id, rides.name as ride, issue.topic,
       issue.first_seen, issue.last_seen, issue.occurrences, issue.detail
  from feed_issues as issue
  join parks on parks.park_id = issue.park_id
  left join rides on rides.ride_id = issue.ride_id
 where issue.resolved_at is null
   and parks.is_active
 order by issue.kind, parks.name, issue.park_id, rides.name, issue.ride_id, issue.topic
