import { ownStorage } from '../session/own-storage.ts'

const name = 'emojis'
const most = 8
const usual = ['👍', '❤️', '🎉', '🙏', '😂', '👀', '✅', '😢']

/** The emojis that this teammate used last, filled up with the usual ones. */
export function recentEmojis(): string[] {
  return [...new Set([...(ownStorage.read<string[]>(name) ?? []), ...usual])].slice(0, most)
}

export function noteUse(emoji: string): void {
  const used = ownStorage.read<string[]>(name) ?? []
  ownStorage.write(name, [emoji, ...used.filter((other) => other !== emoji)].slice(0, most))
}
