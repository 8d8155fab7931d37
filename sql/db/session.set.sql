-- Strict, in UTC, in utf8mb4, and never waiting long for a row lock: the transaction is tried again instead.
set names utf8mb4,
  time_zone = '+00:00',
  sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  innodb_lock_wait_timeout = 15,
  lock_wait_timeout = 60
