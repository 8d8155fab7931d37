-- What was odd about the park or ride :entity_id.

-- when: type = park_shame_score
select *
  from @park_anomalies as anomalies
 where entity_id = :entity_id
 union all
select *
  from @feed_anomalies as anomalies
 where entity_type = 'park'
   and entity_id = :entity_id

-- when: type in (ride_downtime, wait_time)
select *
  from @ride_anomalies as anomalies
 where entity_id = :entity_id
 union all
select *
  from @feed_anomalies as anomalies
 where entity_type = 'ride'
   and entity_id = :entity_id
