import { useSyncExternalStore } from 'react'

export type ColorScheme = 'light' | 'dark' | 'auto'

const storageKey = 'portico.colorScheme'
const systemDark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
let chosen: ColorScheme = 'auto'

/** Shows the page as this browser was told to; to be called before anything is painted. */
export function startColorScheme(): void {
  show(kept())
  systemDark.addEventListener('change', tell)
  // another tab
  window.addEventListener('storage', ({ key }) => {
    if (key === null || key === storageKey) show(kept())
  })
}

export function setColorScheme(scheme: ColorScheme): void {
  show(scheme)
  try {
    localStorage.setItem(storageKey, scheme)
  } catch {
    // this browser keeps nothing: it holds until the page is closed
  }
}

/** What the person chose. */
export function useColorScheme(): ColorScheme {
  return useSyncExternalStore(subscribe, () => chosen)
}

/** What is seen. */
export function useShownScheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, () => (chosen === 'auto' ? (systemDark.matches ? 'dark' : 'light') : chosen))
}

function kept(): ColorScheme {
  try {
    const scheme = localStorage.getItem(storageKey)
    return scheme === 'light' || scheme === 'dark' ? scheme : 'auto'
  } catch {
    return 'auto'
  }
}

/** tokens.css has the rest. */
function show(scheme: ColorScheme): void {
  chosen = scheme
  document.documentElement.dataset.colorScheme = scheme
  tell()
}

function tell(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
