-- One row a ride of `@these` and point of the axis of a chart; a ride that has none there stands once, without a point.
select steps.*,
       case when minutes_operating + minutes_down > 0 then minutes_down * 1.000000 / 60 end as hours_down,
       wait_sum * 1.000000 / nullif(wait_samples, 0) as mean_wait
  from @ride_steps(these) as steps
