import { ErrorEnvelope } from '@portico/protocol/schemas'
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

export const DraftBody = Type.Object({
  ...words,
  attachment_ids: Type.Optional(AttachmentIds),
  base_version: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        'The version that these words were based on; 0: none. When there is another by now, the answer is a 409 with it',
    }),
  ),
})

export const Draft = Type.Object({
  ...Type.Required(Type.Object(words)).properties,
  attachments: Type.Array(Attachment),
  version: Type.Integer(),
  updated_at: Type.Number(),
})
export type Draft = Static<typeof Draft>

export const Conflict = Type.Object({ ...ErrorEnvelope.properties, draft: Draft })
