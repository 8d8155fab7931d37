-- Every park as a person sees it, with its rides that count and its open issues.
select park_id, queue_times_id, wiki_id, name, operator, city, state_province, country, timezone,
       is_disney, is_disney_decided, is_universal, is_universal_decided, reports_down, reports_down_decided, is_active, last_slot,
       (select count(*) from rides where rides.park_id = parks.park_id and rides.is_active and rides.category = 'ATTRACTION') as rides,
       (select count(*)
          from rides
         where rides.park_id = parks.park_id
           and rides.is_active
           and rides.category = 'ATTRACTION'
           and rides.tier is null) as unclassified,
       (select count(*) from feed_issues as issue where issue.park_id = parks.park_id and issue.resolved_at is null) as issues
  from parks
 order by name, park_id
