-- Waits for the other migrating processes of this server; the lock goes with the connection.
select get_lock(:name, :seconds)
