import { redirect } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'
import { readSetUp, type SetUpState } from '../sign-in/session.ts'
import { loadPage } from '../ui/pages/load-page.tsx'

export const setUp: Manifest = {
  publicRoutes: [
    {
      path: '/set-up',
      loader: beforeSetUp,
      component: loadPage(() => import('./SetUpPage.tsx'), 'SetUpPage'),
    },
    // the page's address until 0.1
    {
      path: '/setup',
      beforeLoad: () => {
        throw redirect({ to: '/set-up' })
      },
    },
  ],
}

async function beforeSetUp(): Promise<SetUpState> {
  const state = await readSetUp()
  if (!state.needed) throw redirect({ to: '/sign-in' })
  return state
}
