-- The rides of a park, and whether each operated in the 7 days before :slot.
select ride_id, queue_times_id, name, land, tier, category = 'ATTRACTION' and is_active as counts, last_operated_at, down_since,
       exists (select 1
                 from ride_operated_days as operated
                where operated.ride_id = rides.ride_id
                  and operated.operated_on >= date_sub(:slot_date, interval 7 day)
                  and operated.operated_on <= :slot_date
                  and operated.last_operated_at >= :slot - interval 7 day
                  and operated.first_operated_at < :slot) as served_before
  from rides
 where park_id = :park_id
