-- One row a park of `@these` and point of the axis of a chart; a park that has none there stands once, without a point.
select these.*,
       steps.at,
       steps.score_minutes * 1.000000 / nullif(steps.open_minutes, 0) as score,
       steps.wait_sum * 1.000000 / nullif(steps.wait_samples, 0) as mean_wait
  from @these as these
  left join @park_steps as steps on steps.park_id = these.park_id
