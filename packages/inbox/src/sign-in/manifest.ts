import { redirect } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'
import { returnPath } from './return-path.ts'
import { readSetUp, type SetUpState, whoIsSignedIn } from './session.ts'

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

/** Redirects: into the app when somebody is signed in, to the set-up while nobody can sign in yet. */
async function beforeSignIn(from: string | undefined): Promise<SetUpState> {
  const [me, setUp] = await Promise.all([whoIsSignedIn(), readSetUp()])
  if (setUp.needed) throw redirect({ to: '/set-up' })
  if (me) throw redirect({ href: `/app${returnPath(from)}`, reloadDocument: true })
  return setUp
}
