import { ownStorage } from '../session/own-storage.ts'

/** A template that was chosen, with the values typed so far: kept on the device until it is sent. */
export interface TemplateChoice {
  id: string
  values: Record<string, string>
}

const keyOf = (place: string) => `template.${place}`

/** The choice of a conversation, or of a new message on a channel. */
export const keptChoice = (place: string) => ownStorage.read<TemplateChoice>(keyOf(place))
export const keepChoice = (place: string, choice: TemplateChoice) => ownStorage.write(keyOf(place), choice)
export const forgetChoice = (place: string) => ownStorage.remove(keyOf(place))
