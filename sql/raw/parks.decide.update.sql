-- What a person says of a park.
update parks
   set city           = :city,
       state_province = :state_province,
       is_disney      = :is_disney,
       is_universal   = :is_universal,
       reports_down   = :reports_down,
       is_active      = :is_active,
       wiki_id        = :wiki_id,
       updated_at     = :now
 where park_id = :park_id
