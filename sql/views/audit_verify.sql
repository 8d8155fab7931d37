-- Whether a number on a page is the one that the stored sums come to: the sums that the rankings divide.
-- view: audit_verify  type: audit  route: /api/audit/verify  method: post
-- param: type = park_shame_score|ride_downtime|wait_time; required
-- param: entity_id = int 1..4294967295; required
-- param: period = live|today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; required
-- param: year = int 2000..2100; default null
-- param: displayed_value = num 0..1000000; required
-- store: on-demand until cycle  fresh: 1m  tags: parks, rides, tiers
-- set: success = true, type = :type, entity_id = :entity_id, period = :period, period_label = :period_label
-- set: displayed_value = :displayed_value, methodology_url = "README.md#the-numbers"
-- set: entity_type = "park" when type = park_shame_score
-- set: entity_type = "ride" when type in (ride_downtime, wait_time)
-- set: data_quality.first_date = :first_date, data_quality.last_date = :last_date
-- set: data_quality.is_partial = :is_partial, data_quality.data_through = :data_through

-- name: park :one required when type = park_shame_score
select park_id,
       park_name,
       location
  from @places as parks
 where park_id = :entity_id;

-- name: ride :one required when type in (ride_downtime, wait_time)
select ride_id,
       ride_name,
       park_id,
       park_name
  from @attractions as rides
 where ride_id = :entity_id;

-- name: . :one
select entity_name,
       computed as "computed_value: num4",
       tolerance as "tolerance: num2",
       coalesce(abs(computed - cast(:displayed_value as decimal(26, 18))) <= tolerance, false) as "verified: bool"
  from @verified as verified;

-- name: computation_trace :many when type = park_shame_score and period not in (live)
select steps.step,
       steps.description,
       case steps.step
         when 1 then verified.open_minutes
         when 2 then verified.score_minutes
         else verified.computed end as "value: num4"
  from @verified as verified
 cross join (select 1 as step, 'minutes the park was open' as description
              union all
             select 2, 'score of each open cycle times its minutes, added up'
              union all
             select 3, 'the second divided by the first') as steps
 order by steps.step;

-- name: computation_trace :many when type = park_shame_score and period = live
select steps.step,
       steps.description,
       case steps.step
         when 1 then verified.weight_down
         when 2 then verified.weight_in_service
         else verified.computed end as "value: num4"
  from @verified as verified
 cross join (select 1 as step, 'weight of the rides that are down' as description
              union all
             select 2, 'weight of the rides in service'
              union all
             select 3, 'ten times the first divided by the second') as steps
 order by steps.step;

-- name: computation_trace :many when type = ride_downtime
select steps.step,
       steps.description,
       case steps.step
         when 1 then verified.minutes_down
         else verified.computed end as "value: num4"
  from @verified as verified
 cross join (select 1 as step, 'minutes the ride was down while its park was open' as description
              union all
             select 2, 'the same in hours') as steps
 order by steps.step;

-- name: computation_trace :many when type = wait_time and period not in (live)
select steps.step,
       steps.description,
       case steps.step
         when 1 then verified.wait_sum
         when 2 then verified.wait_samples
         else verified.computed end as "value: num4"
  from @verified as verified
 cross join (select 1 as step, 'posted waits above zero of the ride at work, added up' as description
              union all
             select 2, 'how many there were'
              union all
             select 3, 'the first divided by the second') as steps
 order by steps.step;

-- name: computation_trace :many when type = wait_time and period = live
select steps.step,
       steps.description,
       verified.computed as "value: num4"
  from @verified as verified
 cross join (select 1 as step, 'the wait posted now' as description) as steps
 order by steps.step;

-- name: data_quality :one
select sample_count,
       open_minutes,
       unknown_percentage as "unknown_percentage: num1"
  from @verified as verified;

-- name: anomalies_detected :many
select stat_date,
       anomaly_type,
       severity,
       value as "value: num2",
       expected as "expected: num2",
       message
  from @verified_anomalies as anomalies
 order by stat_date, anomaly_type, message;
