import { t } from '../strings/settings.ts'

/** The undo times that can be chosen, in seconds. */
const undoTimes = [0, 5, 10, 15, 30, 60]

export const undoChoices = undoTimes.map((seconds) => ({
  value: String(seconds),
  name: t.channels.undoChoice(seconds),
}))
