-- Who answers: version, host name and server id.
select version(), @@hostname, @@server_id
