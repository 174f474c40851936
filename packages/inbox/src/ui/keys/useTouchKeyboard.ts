import { useMatches } from '../media.ts'

/** Whether the device has a touch keyboard: it has no Shift+Return, so Return must begin a line, and no shortcuts. */
export function useTouchKeyboard(): boolean {
  return useMatches('(pointer: coarse)')
}
