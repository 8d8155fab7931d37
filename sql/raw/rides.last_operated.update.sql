-- Follows the days on which a park's rides operated.
update rides
   set last_operated_at = (select operated.last_operated_at
                             from ride_operated_days as operated
                            where operated.ride_id = rides.ride_id
                            order by operated.operated_on desc
                            limit 1)
 where park_id = :park_id
