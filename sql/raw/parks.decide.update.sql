-- What a person says of a park.
update parks
   set city                 = :city,
       state_province       = :state_province,
       is_disney            = :is_disney,
       is_disney_decided    = :is_disney_decided,
       is_universal         = :is_universal,
       is_universal_decided = :is_universal_decided,
       reports_down         = :reports_down,
       reports_down_decided = :reports_down_decided,
       is_active            = :is_active,
       wiki_id              = :wiki_id,
       updated_at           = :now
 where park_id = :park_id
