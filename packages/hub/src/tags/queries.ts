import type { Reader } from '../db/database.ts'
import { type EventsAfter, targetsOfEvents } from '../events/queries.ts'
import type { Order } from '../http/page.ts'
import type { TagRow } from './present.ts'

/** The columns of a TagRow of `t`. */
const fields = `'id', t.id, 'team_id', t.team_id, 'name', t.name, 'description', t.description, 'highlight', t.highlight,
  'is_visible_in_conversation_lists', t.is_visible_in_conversation_lists, 'parent_id', t.parent_id,
  'has_children', exists (select from tags k where k.company_id = t.company_id and k.parent_id = t.id),
  'created_at', extract(epoch from t.created_at), 'updated_at', extract(epoch from t.updated_at)`

/** The tags of the conversation `c` by their names, a TagRow[]. */
export const tagsOfConversation = `coalesce((
    select jsonb_agg(jsonb_build_object(${fields}) order by lower(t.name), t.id)
    from conversation_tags x join tags t on t.company_id = x.company_id and t.id = x.tag_id
    where x.company_id = c.company_id and x.conversation_id = c.id), '[]')`

const select = `select jsonb_build_object(${fields}) as tag from tags t where t.company_id = $1`

interface Selected {
  tag: TagRow
}

export interface TagFilter {
  /** Tags of this team; null: of the company; absent: of both. */
  teamId?: number | null
  parentId?: number
}

export async function listTags(
  db: Reader,
  companyId: number,
  { teamId, parentId }: TagFilter,
  { after, order, limit }: { after: number | undefined; order: Order; limit: number },
): Promise<TagRow[]> {
  const rows = await db.query<Selected>(
    `list_tags_${order}`,
    `${select} and ($2::boolean or t.team_id is not distinct from $3::bigint) and ($4::bigint is null or t.parent_id = $4)
     and ($5::bigint is null or t.id ${order === 'asc' ? '>' : '<'} $5) order by t.id ${order} limit $6`,
    [companyId, teamId === undefined, teamId ?? null, parentId ?? null, after ?? null, limit],
  )
  return rows.map(({ tag }) => tag)
}

export async function findTags(db: Reader, companyId: number, ids: number[]): Promise<TagRow[]> {
  const rows = await db.query<Selected>('find_tags', `${select} and t.id = any($2::bigint[])`, [companyId, ids])
  return rows.map(({ tag }) => tag)
}

/** The tags of a range of events. */
export async function findTagsOfEvents(db: Reader, { companyId, after, limit }: EventsAfter): Promise<TagRow[]> {
  const rows = await db.query<Selected>('find_tags_of_events', `${select} and t.id = any(${targetsOfEvents('tag')})`, [
    ...[companyId, after, limit],
  ])
  return rows.map(({ tag }) => tag)
}

/** That of a team before that of the company. */
export async function findTagByName(db: Reader, companyId: number, name: string): Promise<number | undefined> {
  const [row] = await db.query<{ id: number }>(
    'find_tag_by_name',
    'select id from tags where company_id = $1 and lower(name) = lower($2) order by team_id nulls last, id limit 1',
    [companyId, name],
  )
  return row?.id
}

export async function countConversationsOfTag(db: Reader, companyId: number, id: number): Promise<number> {
  const [row] = await db.query<{ conversations: number }>(
    'count_conversations_of_tag',
    'select count(*)::int as conversations from conversation_tags where company_id = $1 and tag_id = $2',
    [companyId, id],
  )
  return row?.conversations ?? 0
}
