-- The session as the server holds it; the isolation has another name on MariaDB before 11.1.
show session variables
  where variable_name in ('time_zone', 'sql_mode', 'transaction_isolation', 'tx_isolation', 'character_set_client', 'character_set_connection')
