-- One row a park and cycle: what it adds to any sum. Whoever reads it says from which slot to which.
select park_id,
       slot,
       case when state = 'open' then interval_minutes else 0 end as open_minutes,
       coalesce(score * interval_minutes, 0) as score_minutes,
       weight_down * interval_minutes as weighted_minutes_down,
       wait_sum,
       wait_samples,
       wait_max,
       rides_operating * interval_minutes as ride_minutes_operating,
       rides_down * interval_minutes as ride_minutes_down,
       rides_closed * interval_minutes as ride_minutes_closed,
       rides_refurbishment * interval_minutes as ride_minutes_refurbishment,
       rides_unknown * interval_minutes as ride_minutes_unknown
  from park_snapshots
