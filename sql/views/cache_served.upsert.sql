-- Adds how often a key was asked for, and how often its body was not there.
insert into cache_served (cache_key, served, missed, last_served_at)
values (:cache_key, :served, :missed, :now)
    on duplicate key update served = served + :served, missed = missed + :missed, last_served_at = :now
