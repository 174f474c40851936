import { limits } from '@portico/protocol'
import { ErrorEnvelope, Location } from '@portico/protocol/schemas'
import { type Static, Type } from 'typebox'
import { Attachment, AttachmentIds } from '../attachments/schema.ts'

const Nullable = Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()])

const words = {
  body: Type.String({ maxLength: 500_000 }),
  subject: Type.Optional(Nullable),
  channel_id: Type.Optional(Nullable),
  recipient: Type.Optional(Nullable),
  set_aside: Type.Optional(
    Type.Union([Type.String({ maxLength: 500_000 }), Type.Null()], {
      description: 'Words typed on another screen, stored beside these',
    }),
  ),
}

/** Unfinished ones too: they are checked when the message is sent. */
const DraftButtons = Type.Array(
  Type.Object({
    id: Type.String({ maxLength: 200 }),
    title: Type.String({ maxLength: 200 }),
    url: Type.Optional(Type.String({ maxLength: limits.url })),
  }),
  { maxItems: limits.buttons },
)

const DraftLocation = Type.Union([Location, Type.Null()])

export const DraftBody = Type.Object({
  ...words,
  attachment_ids: Type.Optional(AttachmentIds),
  buttons: Type.Optional(DraftButtons),
  location: Type.Optional(DraftLocation),
  base_version: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description:
        'The version that these words were based on; 0: none. When there is another by now, the answer is a 409 with it',
    }),
  ),
})

export type DraftBody = Static<typeof DraftBody>

export const Draft = Type.Object({
  ...Type.Required(Type.Object(words)).properties,
  attachments: Type.Array(Attachment),
  buttons: DraftButtons,
  location: DraftLocation,
  version: Type.Integer(),
  updated_at: Type.Number(),
})
export type Draft = Static<typeof Draft>

export const Conflict = Type.Object({ ...ErrorEnvelope.properties, draft: Draft })
