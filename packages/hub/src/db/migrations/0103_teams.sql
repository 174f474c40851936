-- What stands between a company and its inboxes. A company has one team so far, its number 1, of which every teammate is a member; an
-- inbox that names no team belongs to it.
create table teams (
  company_id bigint not null,
  id bigint not null,
  name text not null,
  created_at timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id) references companies (company_id)
);
insert into teams (company_id, id, name, created_at) select company_id, 1, name, created_at from companies;
alter table inboxes add column team_id bigint not null default 1;
alter table inboxes add foreign key (company_id, team_id) references teams (company_id, id);
