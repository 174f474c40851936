-- A link is bound to what it was made for. teammate_id: whose new password it sets; null: it makes a new teammate.
alter table invitations add column teammate_id bigint;
-- another link for the address, a change of rights or of the address ended it
alter table invitations add column ended_at timestamptz;

-- what those made before were for is not known: one that is not the newest of its address, or whose address has joined since, is over
update invitations i set ended_at = now()
where i.accepted_at is null and (
  exists (select 1 from invitations later
    where later.company_id = i.company_id and later.email = i.email and later.id > i.id)
  or exists (select 1 from teammates t where t.company_id = i.company_id and t.email = i.email));
