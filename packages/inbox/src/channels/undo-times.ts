import { t } from '../strings/settings.ts'

/** Seconds a message can be held back, as the hub takes them. */
const undoTimes = [0, 5, 10, 15, 30, 60]

export const undoChoices = undoTimes.map((seconds) => ({
  value: String(seconds),
  name: t.channels.undoChoice(seconds),
}))
