import { useMatches } from '../media.ts'

/** Whether somebody types on the screen: there is no Shift+Return, so Return must begin a line, and other keys are not there. */
export function useTouchKeyboard(): boolean {
  return useMatches('(pointer: coarse)')
}
