-- A channel that said 429 is asked again when its Retry-After is over. The breaker has nothing to do with it.
alter table lanes add column paused_until timestamptz;
alter type finished_attempt add attribute pause_ms bigint;
