import { Attachment as WireAttachment } from '@portico/protocol/schemas'
import { type Static, Type } from 'typebox'
import { Reference } from '../http/list-schema.ts'

export const Attachment = Type.Object(WireAttachment.properties, { $id: 'Attachment' })
export type Attachment = Static<typeof Attachment>

/** The text fields of the form, beside the file. */
export const UploadFields = Type.Object({
  is_inline: Type.Optional(Type.Boolean({ description: 'It stands within the text, where the HTML names it' })),
  cid: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[\\w.@+=-]+$',
      description: 'The name by which the HTML refers to it: `cid:…`. Only with is_inline',
    }),
  ),
})

/** The files of a message or draft that were uploaded before. */
export const AttachmentIds = Type.Array(Reference('`fil_…` of an upload of yours'), {
  maxItems: 10,
  uniqueItems: true,
  description: 'Portico extension. Files that were uploaded with POST /attachments, in their order',
})
