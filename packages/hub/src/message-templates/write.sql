-- Makes, replaces or changes a template of a channel, as its server syncs it.
-- p: {company, channel, external_id, creates: whether one that is not there is made, fields: the columns to set, public_channel_id,
--     actor, actor_id}
-- outcome: created | changed | unchanged | no_channel | templates_off | no_template | too_many
create or replace function put_message_template(p jsonb)
returns table (outcome text, template_id bigint) language plpgsql as $$
#variable_conflict use_column
declare
  company bigint := (p->>'company')::bigint;
  chan channels;
  was message_templates;
  now_is message_templates;
  is_new boolean;
begin
  perform from counters c where c.company_id = company for update;
  select c.* into chan from channels c
    where c.company_id = company and c.id = (p->>'channel')::bigint and c.deleted_at is null;
  if not found then
    return query select 'no_channel', null::bigint; return;
  end if;
  perform from channel_types t where t.company_id = company and t.id = chan.channel_type_id and t.message_templates;
  if not found then
    return query select 'templates_off', null::bigint; return;
  end if;
  select t.* into was from message_templates t
    where t.company_id = company and t.channel_id = chan.id and t.external_id = p->>'external_id';
  is_new := not found;
  now_is := jsonb_populate_record(was, p->'fields');
  if is_new and not (p->>'creates')::boolean then
    return query select 'no_template', null::bigint; return;
  end if;
  if not is_new and now_is = was then
    return query select 'unchanged', was.id; return;
  end if;

  if is_new then
    if (select count(*) >= :most_templates from message_templates t where t.company_id = company and t.channel_id = chan.id) then
      return query select 'too_many', null::bigint; return;
    end if;
    update counters c set last_number = c.last_number + 1 where c.company_id = company returning c.last_number into now_is.id;
    insert into message_templates (company_id, id, channel_id, external_id, name, blurb, is_disabled, status, variables, preview, html)
      values (company, now_is.id, chan.id, p->>'external_id', now_is.name, now_is.blurb, now_is.is_disabled, now_is.status,
        now_is.variables, now_is.preview, now_is.html);
  else
    update message_templates t set name = now_is.name, blurb = now_is.blurb, is_disabled = now_is.is_disabled,
        status = now_is.status, variables = now_is.variables, preview = now_is.preview, html = now_is.html,
        version = t.version + 1, updated_at = now()
      where t.company_id = company and t.id = was.id;
  end if;
  perform write_event(company, 'message_template', p->>'actor', (p->>'actor_id')::bigint, inbox => chan.inbox_id,
    data => jsonb_build_object('channel_id', p->>'public_channel_id', 'external_id', p->>'external_id'));
  return query select case when is_new then 'created' else 'changed' end, now_is.id;
end $$;
