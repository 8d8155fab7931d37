-- Days brought back from an archive although they lie in pruned history: theirs are the only rows there.
create table restored_days (
  stock       varchar(6) character set ascii not null,
  date_utc    date not null,
  restored_at datetime not null,
  primary key (stock, date_utc),
  constraint a_stock_is_known check (stock in ('raw', 'hourly'))
) engine = InnoDB default character set utf8mb4
