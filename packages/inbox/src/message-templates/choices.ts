import type { Attachment, Message } from '../api/types.ts'
import { ownStorage } from '../session/own-storage.ts'

/** A template that was chosen, with the values typed so far: kept on the device until it is sent. */
export interface TemplateChoice {
  /** Its id, or the channel's own id of it. */
  id: string
  values: Record<string, string>
  /** The files that are values, by the variables' uids; absent in a choice that an older version of this page kept. */
  files?: Record<string, Attachment> | undefined
}

const keyOf = (place: string) => `template.${place}`

/** The choice of a conversation, or of a new message on a channel. */
export const keptChoice = (place: string) => ownStorage.read<TemplateChoice>(keyOf(place))
export const keepChoice = (place: string, choice: TemplateChoice) => ownStorage.write(keyOf(place), choice)
export const forgetChoice = (place: string) => ownStorage.remove(keyOf(place))

export const isChoiceOf = (choice: TemplateChoice | null, { id, external_id }: { id: string; external_id: string }) =>
  choice !== null && (choice.id === id || choice.id === external_id)

/** The choice of which a message was made. */
export function choiceOf({ metadata, attachments }: Message): TemplateChoice | null {
  const sent = metadata.application_message_template
  if (!sent) return null
  const files: Record<string, Attachment> = {}
  const values = sent.variables.map(({ uid, type, value }) => {
    const file = type === 'text' ? undefined : attachments.find(({ url }) => url === value)
    if (file) files[uid] = file
    return [uid, file?.id ?? value] as const
  })
  return { id: sent.external_id, values: Object.fromEntries(values), files }
}
