-- Executions over time, by day or month.
-- view: stats_executions  type: stats  route: /api/v1/stats/executions
-- param: period = all|last_month|last_week; default last_month
-- param: group_by = day|month; default day
-- param: status = all|FAILED|FINISHED; default all
-- store: shelf  key: stats_executions_{period}_{group_by}_{status}  due: 5m  fresh: 5m  tags: executions
-- set: success = true, period = :period, group_by = :group_by

-- name: data.time_series :many
select case :group_by when 'day' then date_format(started_at, '%Y-%m-%d') else date_format(started_at, '%Y-%m') end as time,
       count(*) as executions,
       avg(seconds) as "average_seconds: num1"
  from executions
 where started_at >= :start
   and started_at < :end
   and (:status = 'all' or status = :status)
 group by time
 order by time;

-- name: data.tasks :many
-- sort: failed by failed desc, task
-- sort: duration by seconds desc, task
-- limit: default 10; max 50
select task,
       sum(status = 'FAILED') as failed,
       avg(seconds) as "average_seconds: num1",
       avg(seconds) as "seconds: hidden"
  from executions
 where started_at >= :start
   and started_at < :end
   and (:status = 'all' or status = :status)
 group by task;
