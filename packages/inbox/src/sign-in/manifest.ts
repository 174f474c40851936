import { redirect } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'
import { readSetUp, type SetUpState, whoIsSignedIn } from './session.ts'
import { placeInApp } from './wanted.ts'

export const signIn: Manifest = {
  publicRoutes: [
    {
      path: '/sign-in',
      validateSearch: ({ from }) => (typeof from === 'string' ? { from } : {}),
      loader: ({ location }) => beforeSignIn((location.search as { from?: string }).from),
      component: loadPage(() => import('./SignInPage.tsx'), 'SignInPage'),
    },
  ],
}

/** Who is signed in already goes on; where nobody can sign in yet, the hub is set up first. */
async function beforeSignIn(from: string | undefined): Promise<SetUpState> {
  const [me, setUp] = await Promise.all([whoIsSignedIn(), readSetUp()])
  if (setUp.needed) throw redirect({ to: '/set-up' })
  if (me) throw redirect({ href: `/app${placeInApp(from)}`, reloadDocument: true })
  return setUp
}
