-- A draft has an id of its own, drawn from the company's numbers like a message's; author and conversation say where it is shown, and
-- a place holds one of each author's. What it was sent as stands in a table beside it, one row a message, instead of two arrays of
-- twenty: (draft, version) is what a screen names, and however late it comes, it is known that those words went out.
alter table drafts add column id bigint;
with numbered as (
  select d.ctid as row, k.last_number + row_number() over (partition by d.company_id order by d.author_id, d.conversation_id) as id
  from drafts d join counters k on k.company_id = d.company_id)
update drafts d set id = n.id from numbered n where d.ctid = n.row;
update counters k set last_number = d.id from (select company_id, max(id) as id from drafts group by 1) d where d.company_id = k.company_id;
alter table drafts alter column id set not null;
alter table drafts add primary key (company_id, id);

create table sent_drafts (
  company_id bigint not null,
  draft_id bigint not null,
  -- the draft's after it was sent: who has an older one did not hear of it
  version bigint not null,
  message_id bigint not null,
  primary key (company_id, draft_id, version, message_id),
  foreign key (company_id, draft_id) references drafts (company_id, id) on delete cascade
);
insert into sent_drafts (company_id, draft_id, version, message_id)
  select d.company_id, d.id, s.version, s.message_id from drafts d cross join unnest(d.sent_as, d.sent_versions) as s(message_id, version);
alter table drafts drop column sent_as, drop column sent_versions;
