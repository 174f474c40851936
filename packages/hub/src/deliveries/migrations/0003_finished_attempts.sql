-- A result that came after its lease, of a message after which later ones have gone out: its delivery says so, its channel's state does not.
alter type finished_attempt add attribute is_superseded boolean;
