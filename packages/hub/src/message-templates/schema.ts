import { ApplicationMessageTemplate } from '@portico/protocol/schemas'
import { type Static, Type } from 'typebox'

const { template_preview, ...listed } = ApplicationMessageTemplate.properties

/** A template as it is listed: without what it says, which may be long. */
export const ListedTemplate = Type.Object(
  {
    _links: Type.Object({ self: Type.String() }),
    id: Type.String({ description: '`amt_…`' }),
    ...listed,
    updated_at: Type.Number({ description: 'Seconds' }),
  },
  { $id: 'ListedTemplate' },
)
export type ListedTemplate = Static<typeof ListedTemplate>

export const MessageTemplate = Type.Object(
  {
    ...ListedTemplate.properties,
    template_preview,
    html: Type.String({ description: 'The preview as it may be shown: nothing in it runs or loads' }),
  },
  { $id: 'MessageTemplate' },
)
export type MessageTemplate = Static<typeof MessageTemplate>

/** The template that a message is made of instead of a body. */
export const ChosenTemplate = Type.Object(
  {
    id: Type.Optional(Type.String({ maxLength: 300, description: '`amt_…`; or say external_id' })),
    external_id: Type.Optional(Type.String({ maxLength: 200 })),
    variables: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 4_000 }), {
        description: 'The values by the uids; of a file, image or video the id of an upload (`fil_…`)',
      }),
    ),
  },
  { description: 'Portico extension. A message template of the channel, in place of body' },
)
export type ChosenTemplate = Static<typeof ChosenTemplate>

export const FreeTextWindow = Type.Object(
  {
    hours: Type.Union([Type.Integer(), Type.Null()], { description: 'null: free text is always taken' }),
    closes_at: Type.Union([Type.Number(), Type.Null()], {
      description: 'When it closes, or has closed: so many hours after the last inbound message. null: there is none',
    }),
    is_open: Type.Boolean(),
  },
  { $id: 'FreeTextWindow' },
)
export type FreeTextWindow = Static<typeof FreeTextWindow>
