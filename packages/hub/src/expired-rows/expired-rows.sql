-- Removes expired rows, and schedules itself for tomorrow, or soon when there are more: spent tokens, failure reports of unknown
-- messages, what was seen of channels' credentials, requests that were sent a month ago, sessions of the company's teammates.
create or replace function delete_expired_rows(p_company bigint) returns void language plpgsql as $$
begin
  delete from channel_token_uses u where u.company_id = p_company and u.expires_at < now() - interval '5 minutes';
  delete from channel_hours h where h.company_id = p_company and h.hour < now() - interval '31 days';
  delete from channel_token_failures f where f.company_id = p_company and f.hour < now() - interval '31 days';
  delete from channel_clocks k where k.company_id = p_company and k.seen_at < now() - interval '31 days';
  delete from channel_type_secret_uses u where u.company_id = p_company and not exists (
    select from channel_type_secrets s where s.company_id = p_company and s.id = u.secret_id);
  delete from early_reports f where f.company_id = p_company and f.reported_at < now() - interval '1 hour';
  delete from directory.sessions s using directory.sign_ins l
    where l.company_id = p_company and s.user_id = l.user_id and s.expires_at < now() - interval '1 hour';
  perform schedule_timer(p_company, 'expired-rows', 0,
    now() + case when delete_old_requests(p_company, 200) then interval '10 seconds' else interval '1 day' end);
end $$;
