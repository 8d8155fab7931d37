-- Waits for the other migrating processes of this server; the lock goes with the connection.
select get_lock(concat('hallctl migrate ', left(sha2(database(), 256), 16)), :seconds)
