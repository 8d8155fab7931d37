-- One row an hour of the raw tail in which there was a cycle.
select distinct
       slot - interval minute(slot) minute as hour_start
  from park_snapshots
 where slot >= :chart_tail_from
   and slot < :chart_tail_to
