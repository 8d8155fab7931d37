-- One row a park: what its rides say of the audited day, added up.
select park_id,
       sum(weighted_minutes_down) as weighted_minutes_down,
       sum(wait_sum) as wait_sum,
       sum(wait_samples) as wait_samples,
       sum(minutes_operating) as minutes_operating,
       sum(minutes_down) as minutes_down,
       sum(minutes_closed) as minutes_closed,
       sum(minutes_refurbishment) as minutes_refurbishment,
       sum(minutes_unknown) as minutes_unknown
  from ride_daily_stats
 where stat_date = :first_date
 group by park_id
