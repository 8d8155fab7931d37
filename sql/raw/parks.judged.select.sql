-- What a park's judgement rests on besides its cycles, and whether its last spell is thought to last.
select reports_down, spell_start is not null
  from parks
 where park_id = :park_id
