-- Counts one unresolved issue of a park once more, or all of them where :issue_id is null; a cycle counts once.
update feed_issues
   set last_seen   = :slot,
       occurrences = occurrences + 1
 where park_id = :park_id
   and resolved_at is null
   and last_seen < :slot
   and issue_id = coalesce(:issue_id, issue_id)
