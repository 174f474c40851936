import { type AnyRoute, createRoute, redirect } from '@tanstack/react-router'
import type { SettingsLink } from '../../manifest/settings-link.ts'
import { loadPage } from '../../ui/pages/load-page.tsx'
import { manifests } from '../manifests.ts'

/** The width from which the list of settings and a page fit beside each other. */
const wide = '(min-width: 700px)'

export interface SettingsGroup {
  name: SettingsLink['group']
  links: SettingsLink[]
}

const links = manifests.flatMap(({ settings }) => settings?.links ?? [])
const groups = (['company', 'developers', 'own'] as const).map((name): SettingsGroup => {
  const own = links.filter(({ group }) => group === name)
  return { name, links: own.sort((a, b) => a.order - b.order) }
})

/** The settings pages, each loaded when it is opened. */
export function settingsRoutes(parent: AnyRoute): AnyRoute[] {
  const frame = createRoute({
    getParentRoute: () => parent,
    path: '/settings',
    loader: () => groups,
    component: loadPage(() => import('./SettingsFrame.tsx'), 'SettingsFrame'),
  })
  const index = createRoute({
    getParentRoute: () => frame,
    path: '/',
    beforeLoad: () => {
      const [first] = groups.flatMap((group) => group.links)
      if (first && matchMedia(wide).matches) throw redirect({ to: first.to, replace: true })
    },
    component: loadPage(() => import('./SettingsIndex.tsx'), 'SettingsIndex'),
  })
  const pages = manifests.flatMap(({ settings }) =>
    Object.entries(settings?.pages ?? {}).map(([path, component]) =>
      createRoute({ getParentRoute: () => frame, path, component }),
    ),
  )
  return [frame.addChildren([index, ...pages])]
}
