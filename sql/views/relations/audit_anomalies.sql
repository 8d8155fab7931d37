-- One row a thing that is odd about a park, a ride or the feed in the period.
select * from @park_anomalies as anomalies
 union all
select * from @ride_anomalies as anomalies
 union all
select * from @feed_anomalies as anomalies
