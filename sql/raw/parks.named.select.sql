-- How a park is called, where its clock stands, and what its judgement rests on besides its cycles.
select park_id, name, timezone, reports_down
  from parks
 where park_id = :park_id
