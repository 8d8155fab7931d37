-- Users: how many registered, where they are, how many are at work.
-- view: stats_users  type: stats  route: /api/v1/stats/users
-- param: period = all|last_month|last_week; default last_month
-- store: shelf  key: stats_users_{period}  due: 6m  fresh: 5m  tags: users
-- set: success = true, period = :period

-- name: data.registrations :value
select count(*) from users where registered_at >= :start and registered_at < :end;

-- name: data.countries :many
select coalesce(country, 'unknown') as country,
       count(*) as users
  from users
 where registered_at >= :start
   and registered_at < :end
 group by country
 order by users desc, country;

-- name: data.active :value
select count(distinct user_id) from executions where started_at >= :start and started_at < :end;
