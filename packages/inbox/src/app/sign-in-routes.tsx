import { type AnyRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { openInvitation } from '../invitations/open.ts'
import { readSetUp, type SetUpState, whoIsSignedIn } from '../sign-in/session.ts'
import { placeInApp } from '../sign-in/wanted.ts'

/** The pages for who is not signed in, each loaded when it is opened. */
export function signInRoutes(root: AnyRoute): AnyRoute[] {
  return [
    createRoute({
      getParentRoute: () => root,
      path: '/sign-in',
      validateSearch: ({ from }: Record<string, unknown>) => (typeof from === 'string' ? { from } : {}),
      loader: ({ location }) => beforeSignIn((location.search as { from?: string }).from),
      component: lazyRouteComponent(() => import('../sign-in/SignInPage.tsx'), 'SignInPage'),
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/set-up',
      loader: beforeSetUp,
      component: lazyRouteComponent(() => import('../set-up/SetUpPage.tsx'), 'SetUpPage'),
    }),
    // where the page was until 0.1
    createRoute({
      getParentRoute: () => root,
      path: '/setup',
      beforeLoad: () => {
        throw redirect({ to: '/set-up' })
      },
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/invitation/$token',
      loader: ({ params }) => openInvitation(params.token),
      component: lazyRouteComponent(() => import('../invitations/InvitationPage.tsx'), 'InvitationPage'),
    }),
  ]
}

/** Who is signed in already goes on; where nobody can sign in yet, the hub is set up first. */
async function beforeSignIn(from: string | undefined): Promise<SetUpState> {
  const [me, setUp] = await Promise.all([whoIsSignedIn(), readSetUp()])
  if (setUp.needed) throw redirect({ to: '/set-up' })
  if (me) throw redirect({ href: `/app${placeInApp(from)}`, reloadDocument: true })
  return setUp
}

async function beforeSetUp(): Promise<SetUpState> {
  const setUp = await readSetUp()
  if (!setUp.needed) throw redirect({ to: '/sign-in' })
  return setUp
}
