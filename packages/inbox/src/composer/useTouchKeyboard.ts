import { useSyncExternalStore } from 'react'

const touch = matchMedia('(pointer: coarse)')

function subscribe(listener: () => void): () => void {
  touch.addEventListener('change', listener)
  return () => touch.removeEventListener('change', listener)
}

/** Whether somebody types on the screen: there is no Shift+Return, so Return must begin a line. */
export function useTouchKeyboard(): boolean {
  return useSyncExternalStore(subscribe, () => touch.matches)
}
