-- Under READ COMMITTED filling a period never blocks the collector's insert of the next slot.
set session transaction isolation level read committed
