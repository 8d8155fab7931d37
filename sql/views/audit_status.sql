-- Whether the numbers of one day can be right: its sums, its bounds, and whether everything is there.
-- view: audit_status  type: audit  route: /api/audit/status
-- param: date = date; default null
-- span: date  store: on-demand until cycle  fresh: 5m; over 1h  tags: parks, rides
-- set: success = true, target_date = :first_date

-- name: . :one
select *
  from @audit_summary as summary;

-- name: failures :many
select *
  from @listed_failures as failures
 order by severity, violations desc, check_name;
