-- A result that came after its lease, while nobody had decided anything yet.
alter type finished_attempt add attribute is_late boolean;
