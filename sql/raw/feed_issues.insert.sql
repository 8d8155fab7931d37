-- Notes what is wrong with the feed for the first time. The rows follow.
insert into feed_issues (kind, park_id, ride_id, topic, first_seen, last_seen, detail)
values
