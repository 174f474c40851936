import { publicId } from '@portico/protocol'
import { type Static, Type } from 'typebox'

const Person = Type.Object({
  type: Type.Enum(['customer', 'teammate', 'channel'], {
    description: "channel: the company, in the channel's own app",
  }),
  id: Type.Union([Type.String(), Type.Null()], { description: 'Of a teammate' }),
  name: Type.Union([Type.String(), Type.Null()]),
})

export const Reactions = Type.Array(
  Type.Object({ emoji: Type.String(), people: Type.Array(Person, { description: 'The first one first' }) }),
  { description: 'Portico extension: who reacted to the message, by emoji, the first one first' },
)
type Reactions = Static<typeof Reactions>

/** All that one person has on a message. */
export interface ReactionRow {
  kind: Reactions[number]['people'][number]['type']
  who: string
  name: string | null
  emojis: string[]
}

/** The reactions to the message `m`; null while there are none. */
export const reactionsColumn = `(
    select jsonb_agg(jsonb_build_object('kind', r.kind, 'who', r.who, 'emojis', r.emojis, 'name', left(coalesce(
        nullif(trim(rt.first_name || ' ' || rt.last_name), ''), rt.email, r.name, nullif(r.who, '')), 100)) order by r.changed_at, r.kind, r.who)
    from reactions r left join teammates rt on r.kind = 'teammate' and rt.company_id = r.company_id and rt.id::text = r.who
    where r.company_id = m.company_id and r.message_id = m.id and r.emojis <> '{}') as reactions`

export function presentReactions(rows: ReactionRow[] | null, companyId: number): Reactions {
  const people = new Map<string, Reactions[number]['people']>()
  for (const { kind, who, name, emojis } of rows ?? []) {
    const person = { type: kind, id: kind === 'teammate' ? publicId('tea', companyId, Number(who)) : null, name }
    for (const emoji of emojis) people.set(emoji, [...(people.get(emoji) ?? []), person])
  }
  return [...people].map(([emoji, people]) => ({ emoji, people }))
}
