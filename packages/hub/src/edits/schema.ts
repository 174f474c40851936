import { type Static, Type } from 'typebox'

export const EditedMessage = Type.Object({
  body: Type.String({ maxLength: 500_000, description: 'What the message is to say. Blank only when it has a file' }),
  body_format: Type.Optional(
    Type.Enum(['text', 'html'], {
      description: 'Absent: HTML when the body has a complete element with something in it, else plain text',
    }),
  ),
  base_version: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 2_147_483_647,
      description:
        '`newest_version` of the message that was edited. Refused with 409 when there is a newer one. Absent: whichever it is',
    }),
  ),
})

export const MessageVersion = Type.Object(
  {
    number: Type.Integer({ description: '1: as it was first written' }),
    text: Type.String({ description: 'What it said, in plain text; the first 50,000 characters' }),
    author: Type.Object({
      kind: Type.Enum(['teammate', 'api', 'channel'], {
        description: 'channel: the customer, or an app outside Portico',
      }),
      teammate_id: Type.Union([Type.String(), Type.Null()]),
    }),
    written_at: Type.Number({ description: 'Seconds' }),
    is_current: Type.Boolean({ description: 'This is what the customer has' }),
  },
  { $id: 'MessageVersion' },
)
export type MessageVersion = Static<typeof MessageVersion>
