-- MariaDB ends any statement that runs longer; 0 is no limit.
set session max_statement_time = ?
