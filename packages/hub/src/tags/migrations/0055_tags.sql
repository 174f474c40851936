-- Tags of a company or a team, and the conversations that have them (tags/tags.sql).
create table tags (
  company_id bigint not null references companies (company_id),
  id bigint not null,
  -- null: of the company
  team_id bigint,
  name text not null,
  description text,
  highlight text,
  is_visible_in_conversation_lists boolean not null default false,
  parent_id bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, team_id) references teams (company_id, id),
  foreign key (company_id, parent_id) references tags (company_id, id),
  constraint tags_highlight check (
    highlight in ('grey', 'pink', 'red', 'orange', 'yellow', 'green', 'light-blue', 'blue', 'purple'))
);
create unique index tags_name on tags (company_id, coalesce(team_id, 0), lower(name));
create index tags_parent on tags (company_id, parent_id) where parent_id is not null;

create table conversation_tags (
  company_id bigint not null,
  conversation_id bigint not null,
  tag_id bigint not null,
  primary key (company_id, conversation_id, tag_id),
  foreign key (company_id, conversation_id) references conversations (company_id, id) on delete cascade,
  foreign key (company_id, tag_id) references tags (company_id, id) on delete cascade
);
create index conversation_tags_tag on conversation_tags (company_id, tag_id, conversation_id);
