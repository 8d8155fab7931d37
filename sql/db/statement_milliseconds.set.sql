-- MySQL ends any select that runs longer; 0 is no limit.
set session max_execution_time = ?
