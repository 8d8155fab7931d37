-- Which keys were asked for, how often, and how often in vain.
select cache_key, served, missed
  from cache_served
 order by cache_key
