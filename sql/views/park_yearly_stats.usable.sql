-- Whether the row of a year stands for its days from one date to another: it is there, not stale, and the year has no other days.
select exists (select * from park_yearly_stats where stat_year = :year)
       and exists (select * from ride_yearly_stats where stat_year = :year)
       and not exists (select * from stale_periods where level = 'yearly' and period_start = :year_start)
       and not exists (select *
                         from park_daily_stats
                        where stat_date >= :year_first
                          and stat_date < :year_after
                          and (stat_date < :first_date or stat_date >= :end_date))
