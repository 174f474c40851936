import type { RouteComponent } from '@tanstack/react-router'
import { type ComponentType, use } from 'react'
import { NotLoadedError } from '../not-loaded.ts'

/**
 * A page whose code is loaded when the page is opened. When loading fails, the page says so, and trying again loads it again.
 * (The router's own lazyRouteComponent() reloads the document: with the hub away, that shows the browser's error page.)
 */
export function loadPage<Name extends string>(
  importPage: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): RouteComponent & { preload(): Promise<void> } {
  let Loaded: ComponentType | undefined
  let loading: Promise<void> | undefined
  let failure: NotLoadedError | undefined
  const load = async () => {
    failure = undefined
    try {
      Loaded = (await importPage())[name]
    } catch (cause) {
      failure = new NotLoadedError(`${name} did not load`, { cause })
    }
    loading = undefined
  }
  // the router calls this whenever the page is opened or tried again
  const preload = () => {
    if (!Loaded) loading ??= load()
    return loading ?? Promise.resolve()
  }
  const Page = () => {
    if (Loaded) return <Loaded />
    if (failure) throw failure
    use(preload())
    return null
  }
  return Object.assign(Page, { preload })
}
