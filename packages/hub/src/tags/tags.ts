import { visibleName } from '@portico/protocol/visible'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { Principal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { firstTeam } from '../inboxes/owner.ts'
import type { TagRow } from './present.ts'
import { findTagByName, findTags } from './queries.ts'
import type { NewTag, TagChange } from './schema.ts'

export interface TagDeps {
  db: Database
  bus: Bus
}

/** Throws not_found. */
export async function requireTag(db: Database, principal: Principal, text: string): Promise<TagRow> {
  const [row] = await findTags(db, principal.companyId, [resourceNumber(principal, 'tag', text)])
  if (!row) throw new ApiError('not_found')
  return row
}

/** The numbers of tags that a body names. Throws invalid_body with the field's name for one that does not exist. */
export async function requireTagNumbers(
  db: Database,
  principal: Principal,
  ids: string[],
  field = 'body.tag_ids',
): Promise<number[]> {
  const numbers = ids.map((id) => numberOrNone(principal, id))
  const known = new Set((await findTags(db, principal.companyId, numbers.filter(isNumber))).map(({ id }) => id))
  const wrong = numbers.flatMap((number, i) =>
    isNumber(number) && known.has(number) ? [] : [`${field}[${i}]: not a tag`],
  )
  if (wrong.length > 0) throw new ApiError('invalid_body', 'Not all of them are tags.', wrong.slice(0, 10))
  return numbers.filter(isNumber)
}

const isNumber = (number: number | undefined): number is number => number !== undefined

function numberOrNone(principal: Principal, id: string): number | undefined {
  try {
    return resourceNumber(principal, 'tag', id)
  } catch {
    return undefined
  }
}

/** The numbers of tags by their names; of the oldest team where there is none of that name yet. */
export async function ensureTags(deps: TagDeps, principal: Principal, names: string[]): Promise<number[]> {
  const ids: number[] = []
  for (const name of names) {
    const place = { teamId: firstTeam, parentId: null }
    const known = await findTagByName(deps.db, principal.companyId, nameOf(name))
    ids.push(known ?? (await makeTag(deps, principal, { name }, place)).tag_id)
  }
  return ids
}

/** Without what nobody sees. Throws invalid_body when nothing is left. */
function nameOf(text: string): string {
  const name = visibleName(text)
  if (name) return name
  throw new ApiError('invalid_body', undefined, ['body.name: has no visible character'])
}

interface Place {
  teamId: number | null
  parentId: number | null
}

type Created = 'created' | 'name_taken' | 'no_parent' | 'too_deep'
type Changed = 'changed' | 'unchanged' | 'no_tag' | 'name_taken' | 'no_parent' | 'own_descendant' | 'too_deep'

/** Throws tag_name_taken and invalid_body. */
export async function createTag(deps: TagDeps, principal: Principal, tag: NewTag, place: Place): Promise<TagRow> {
  const { outcome, tag_id } = await makeTag(deps, principal, tag, place)
  if (outcome !== 'created') throw refusalOf(outcome)
  const [row] = await findTags(deps.db, principal.companyId, [tag_id])
  if (!row) throw new ApiError('not_found')
  return row
}

interface Made {
  outcome: Created
  /** The new tag, or the one that has the name. */
  tag_id: number
}

async function makeTag({ db, bus }: TagDeps, principal: Principal, tag: NewTag, place: Place): Promise<Made> {
  const { companyId, kind, id } = actorOf(principal)
  const [made] = await db.query<Made>('create_tag', 'select * from create_tag($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
    ...[companyId, kind, id, place.teamId, nameOf(tag.name), tag.description ?? null, tag.highlight ?? null],
    ...[tag.is_visible_in_conversation_lists ?? false, place.parentId],
  ])
  if (!made) throw new Error('create_tag returned no row')
  if (made.outcome === 'created') bus.eventsCommitted(companyId)
  return made
}

/** Throws not_found, tag_name_taken and invalid_body. */
export async function changeTag(
  { db, bus }: TagDeps,
  principal: Principal,
  tagId: number,
  change: TagChange,
): Promise<void> {
  const { companyId, kind, id } = actorOf(principal)
  const { parent_tag_id, name, description, highlight, is_visible_in_conversation_lists } = change
  const parent = parent_tag_id && (await requireTagNumbers(db, principal, [parent_tag_id], 'body.parent_tag_id'))[0]
  // by name: the body may have other fields, which are columns of the table
  const fields = {
    ...{ description, highlight, is_visible_in_conversation_lists },
    ...(name !== undefined && { name: nameOf(name) }),
    ...(parent_tag_id !== undefined && { parent_id: parent ?? null }),
  }
  const [row] = await db.query<{ outcome: Changed }>('change_tag', 'select change_tag($1, $2, $3, $4, $5) as outcome', [
    ...[companyId, kind, id, tagId],
    JSON.stringify(fields),
  ])
  if (row?.outcome === 'changed') bus.eventsCommitted(companyId)
  else if (row?.outcome !== 'unchanged') throw refusalOf(row?.outcome)
}

/** Takes the tag from all its conversations, too. Throws not_found. */
export async function deleteTag({ db, bus }: TagDeps, principal: Principal, tagId: number): Promise<void> {
  const { companyId, kind, id } = actorOf(principal)
  const [row] = await db.query<{ outcome: 'deleted' | 'no_tag' }>(
    'delete_tag',
    'select delete_tag($1, $2, $3, $4) as outcome',
    [...[companyId, kind, id, tagId]],
  )
  if (row?.outcome !== 'deleted') throw new ApiError('not_found')
  bus.eventsCommitted(companyId)
}

function refusalOf(outcome: Created | Changed | undefined): ApiError {
  switch (outcome) {
    case 'name_taken':
      return new ApiError('tag_name_taken')
    case 'no_parent':
      return new ApiError('invalid_body', undefined, ['body.parent_tag_id: not a tag'])
    case 'own_descendant':
      return new ApiError('invalid_body', undefined, ['body.parent_tag_id: is this tag itself, or one below it'])
    case 'too_deep':
      return new ApiError('invalid_body', undefined, ['body.parent_tag_id: tags are nested 8 levels deep at most'])
    default:
      return new ApiError('not_found')
  }
}
