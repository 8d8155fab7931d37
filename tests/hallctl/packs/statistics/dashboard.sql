-- The dashboard: one section of it, or all.
-- view: stats_dashboard  type: stats  route: /api/v1/stats/dashboard
-- param: period = all|last_month|last_week; default all
-- param: section = all|summary|trends|tasks|geographic; default all
-- store: shelf  key: stats_dashboard_{period}_{section}  due: 4m  fresh: 5m  tags: executions, users
-- set: success = true, period = :period, dates = :period_dates

-- name: data.summary :one when section in (all, summary)
select count(*) as total_executions,
       sum(status = 'FINISHED') as finished,
       sum(status = 'FAILED') as failed,
       coalesce(100.000000 * sum(status = 'FINISHED') / nullif(count(*), 0), 0) as "success_rate: num1",
       avg(seconds) as "average_seconds: num1",
       (select count(*) from users where registered_at < :end) as total_users
  from executions
 where started_at >= :start
   and started_at < :end;

-- name: data.trends :columns when section in (all, trends)
select cast(date_format(started_at, '%Y-%m-01') as date) as months,
       count(*) as executions,
       sum(status = 'FAILED') as failed
  from executions
 where started_at >= :start
   and started_at < :end
 group by months
 order by months;

-- name: data.tasks :many when section in (all, tasks)
select task,
       count(*) as executions,
       coalesce(100.000000 * sum(status = 'FINISHED') / nullif(count(*), 0), 0) as "success_rate: num1",
       min(seconds) as min_seconds,
       max(seconds) as max_seconds
  from executions
 where started_at >= :start
   and started_at < :end
 group by task
 order by executions desc, task;

-- name: data.geographic :many when section in (all, geographic)
select coalesce(country, 'unknown') as country,
       count(*) as users
  from users
 where registered_at < :end
 group by country
 order by users desc, country;
