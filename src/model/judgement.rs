//! What a park and its rides were doing, judged from what the feed said in one spell.
