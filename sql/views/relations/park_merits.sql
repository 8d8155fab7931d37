-- One row a park: what the rankings go by, live of its newest cycle and else of the whole period.

-- when: period = live
select park_id,
       score,
       wait_sum * 1.000000 / nullif(wait_samples, 0) as mean_wait
  from @live_parks as live

-- when: period not in (live)
select park_id,
       score,
       mean_wait
  from @park_sums as sums
