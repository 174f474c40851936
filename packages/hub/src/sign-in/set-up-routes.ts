import { Type } from 'typebox'
import { anyCompany } from '../companies/queries.ts'
import { ApiError } from '../http/api-error.ts'
import { refuseForeignPage } from '../http/authenticate.ts'
import { isFromThisMachine } from '../http/caller-address.ts'
import { Reference } from '../http/list-schema.ts'
import type { App } from '../http/route.ts'
import { takeAttempt } from './attempts.ts'
import { listDemoTeammates } from './demo.ts'
import type { SignInDeps } from './routes.ts'
import { FirstAdmin, SetUpState } from './schema.ts'
import { signInTeammate } from './sessions.ts'
import { isSameCode, setUp } from './set-up.ts'

const tags = ['Sign-in']
const onlyHere =
  'Without a set-up code the first admin is made on the machine itself. Set PUBLIC_URL to the address of the hub and start it again: it prints a code.'

export function setUpRoutes(app: App, deps: SignInDeps): void {
  stateRoute(app, deps)
  setUpRoute(app, deps)
  demoRoute(app, deps)
}

function stateRoute(app: App, { db, allowsDemo, setUpCode }: SignInDeps): void {
  app.route({
    method: 'GET',
    url: '/setup',
    config: { access: 'public' },
    schema: {
      tags,
      operationId: 'get-setup',
      summary: 'Whether the hub waits for its first admin, and whom one may be in the demo',
      response: { 200: SetUpState },
    },
    handler: async (request) => {
      const teammates = allowsDemo && isFromThisMachine(request) ? await listDemoTeammates(db) : []
      return {
        needed: !(await anyCompany(db)),
        code_required: setUpCode !== null,
        demo:
          teammates.length === 0 ? null : { teammates: teammates.map(({ id, name, email }) => ({ id, name, email })) },
      }
    },
  })
}

function setUpRoute(app: App, { db, bus, urls, auth, setUpCode }: SignInDeps): void {
  app.route({
    method: 'POST',
    url: '/setup',
    config: { access: 'public' },
    schema: {
      tags,
      operationId: 'set-up',
      summary: 'Make the company and its first admin, once, and sign them in',
      body: FirstAdmin,
    },
    handler: async (request, reply) => {
      refuseForeignPage(request, urls)
      const { company_name, first_name, last_name, email, password, code } = request.body
      if (await anyCompany(db)) throw new ApiError('set_up_done')
      if (setUpCode === null) {
        if (!isFromThisMachine(request)) throw new ApiError('forbidden', onlyHere)
      } else {
        await takeAttempt(db, 'set-up', request.callerAddress)
        if (!isSameCode(setUpCode, code)) {
          throw new ApiError('forbidden', 'The set-up code is not the one that the hub printed when it started.')
        }
      }
      const admin = { companyName: company_name.trim(), firstName: first_name, lastName: last_name, email, password }
      const made = await setUp(db, bus, admin)
      await signInTeammate(auth, db, request, reply, made)
      return reply.code(204).send()
    },
  })
}

function demoRoute(app: App, { db, urls, auth, allowsDemo }: SignInDeps): void {
  app.route({
    method: 'POST',
    url: '/demo/sign_in',
    config: { access: 'public' },
    schema: {
      tags,
      operationId: 'demo-sign-in',
      summary: 'Be one of the demo company’s teammates; only on the machine itself',
      body: Type.Object({ teammate_id: Reference() }),
    },
    handler: async (request, reply) => {
      if (!allowsDemo || !isFromThisMachine(request)) throw new ApiError('not_found')
      refuseForeignPage(request, urls)
      const who = (await listDemoTeammates(db)).find((teammate) => teammate.id === request.body.teammate_id)
      if (!who) throw new ApiError('not_found')
      await signInTeammate(auth, db, request, reply, who)
      return reply.code(204).send()
    },
  })
}
