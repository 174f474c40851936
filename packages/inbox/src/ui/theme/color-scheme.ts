import { useSyncExternalStore } from 'react'

export type ColorScheme = 'light' | 'dark' | 'auto'

const storageKey = 'portico.colorScheme'
const systemDark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
let chosen: ColorScheme = 'auto'

/** Applies the colour scheme chosen in this browser; to be called before the first paint. */
export function startColorScheme(): void {
  show(kept())
  systemDark.addEventListener('change', notify)
  // another tab changed it
  window.addEventListener('storage', ({ key }) => {
    if (key === null || key === storageKey) show(kept())
  })
}

export function setColorScheme(scheme: ColorScheme): void {
  show(scheme)
  try {
    localStorage.setItem(storageKey, scheme)
  } catch {
    // without storage the choice lasts until the page is closed
  }
}

/** The chosen setting. */
export function useColorScheme(): ColorScheme {
  return useSyncExternalStore(subscribe, () => chosen)
}

/** The scheme that is shown. */
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

/** The colour of the browser's own frame; tokens.css has the other colours. */
function show(scheme: ColorScheme): void {
  chosen = scheme
  document.documentElement.dataset.colorScheme = scheme
  notify()
}

function notify(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
