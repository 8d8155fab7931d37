-- An issue that the newest good cycle no longer shows.
update feed_issues
   set resolved_at = :slot
 where issue_id = :issue_id
