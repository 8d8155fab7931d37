-- How the filling of a period ended.
update aggregation_log
   set finished_at  = :finished_at,
       status       = :status,
       rows_written = :rows_written,
       error        = :error
 where log_id = :log_id
