-- What is known to be wrong with a park's feed.
select issue_id, kind, ride_id, topic
  from feed_issues
 where park_id = :park_id
   and resolved_at is null
