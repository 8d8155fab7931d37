-- Follows the catalogue where it has moved on. The flags are a guess made once, the first time an operator is named,
-- and never where a person has set them.
update parks
   set name              = :name,
       is_disney         = case when operator is null and not is_disney_decided then :is_disney else is_disney end,
       is_universal      = case when operator is null and not is_universal_decided then :is_universal else is_universal end,
       reports_down      = case when operator is null and not reports_down_decided
                             then case when is_disney_decided then is_disney else :is_disney end
                               or case when is_universal_decided then is_universal else :is_universal end
                             else reports_down end,
       operator          = :operator,
       country           = :country,
       latitude_degrees  = :latitude_degrees,
       longitude_degrees = :longitude_degrees,
       timezone          = :timezone,
       updated_at        = :now
 where park_id = :park_id
