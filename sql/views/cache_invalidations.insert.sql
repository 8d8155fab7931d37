-- Tells every `serve` which bodies are out of date.
insert into cache_invalidations (kind, word, is_hard, made_at)
values (:kind, :word, :is_hard, :made_at)
