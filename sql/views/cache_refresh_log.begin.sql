-- A refresh begins.
insert into cache_refresh_log (refresh_started_at, status)
values (:refresh_started_at, 'running')
