import { Type } from 'typebox'
import { actorOf } from '../events/actor.ts'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { isAdmin, requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { type ChannelTypeDeps, createChannelType } from './create.ts'
import { readIcon } from './icon.ts'
import { channelTypeResource } from './present.ts'
import { listChannelTypes, requireChannelType } from './queries.ts'
import {
  ChannelType,
  ChannelTypeChange,
  CreatedChannelType,
  NewChannelType,
  RotatedSecret,
  SigningSecret,
} from './schema.ts'
import { dropNewSecret, endPreviousSecrets, rotateSecret, signWithNewSecret } from './secrets.ts'
import { deleteChannelType, updateChannelType } from './update.ts'

export type ChannelTypeRouteDeps = ChannelTypeDeps & { urls: Urls }

const tags = ['Channel types']
const Params = Type.Object({ app_uid: Type.String() })

export function channelTypeRoutes(app: App, deps: ChannelTypeRouteDeps): void {
  readRoutes(app, deps)
  iconRoute(app, deps)
  createRoute(app, deps)
  changeRoutes(app, deps)
  secretRoutes(app, deps)
}

function readRoutes(app: App, { db, urls }: ChannelTypeRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/channel_types',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-channel-types',
      summary: 'The channel types of the company',
      description: 'Server, flags and secrets are shown to admins only.',
      querystring: PageQuery,
      response: { 200: ListOf(ChannelType) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const view = { showsServer: isAdmin(principal) }
      const rows = await listChannelTypes(db, principal.companyId)
      return wholeList(
        urls,
        request,
        rows.map((row) => channelTypeResource(row, urls, view)),
      )
    },
  })
  app.route({
    method: 'GET',
    url: '/channel_types/:app_uid',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'get-channel-type',
      summary: 'One channel type',
      params: Params,
      response: { 200: ChannelType },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const row = await requireChannelType(db, principal.companyId, request.params.app_uid)
      return channelTypeResource(row, urls, { showsServer: isAdmin(principal) })
    },
  })
}

/** The Content-Security-Policy of a builder's icon, which is not trusted: it may run no script and load nothing. */
const picturePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

function iconRoute(app: App, { db }: ChannelTypeRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/channel_types/:app_uid/icon',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'get-channel-type-icon',
      summary: 'The icon as a picture',
      params: Params,
      querystring: Type.Object({ v: Type.Optional(Type.String({ description: 'Of its version, for caches' })) }),
    },
    handler: async (request, reply) => {
      const { companyId } = requirePrincipal(request)
      const row = await requireChannelType(db, companyId, request.params.app_uid)
      const icon = row.icon === null ? null : readIcon(row.icon)
      if (!icon) throw new ApiError('not_found', 'This channel type has no icon.')
      reply.header('content-security-policy', picturePolicy).header('cache-control', 'private, max-age=604800')
      return reply
        .type(icon.contentType)
        .serializer((bytes: unknown) => bytes as string)
        .send(icon.bytes)
    },
  })
}

function createRoute(app: App, deps: ChannelTypeRouteDeps): void {
  app.route({
    method: 'POST',
    url: '/channel_types',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'create-channel-type',
      summary: 'Register a channel type; the answer holds its secret, once',
      body: NewChannelType,
      response: { 201: CreatedChannelType },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { uid, secret } = await createChannelType(deps, actorOf(principal), request.body)
      const row = await requireChannelType(deps.db, principal.companyId, uid)
      return reply.code(201).send({ ...channelTypeResource(row, deps.urls, { showsServer: true }), secret })
    },
  })
}

function changeRoutes(app: App, deps: ChannelTypeRouteDeps): void {
  app.route({
    method: 'PATCH',
    url: '/channel_types/:app_uid',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'update-channel-type',
      summary: 'Change a channel type',
      description: 'auth_type and contact_type cannot change while the type has channels.',
      params: Params,
      body: ChannelTypeChange,
      response: { 200: ChannelType },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      await updateChannelType(deps, actorOf(principal), request.params.app_uid, request.body)
      const row = await requireChannelType(deps.db, principal.companyId, request.params.app_uid)
      return channelTypeResource(row, deps.urls, { showsServer: true })
    },
  })
  app.route({
    method: 'DELETE',
    url: '/channel_types/:app_uid',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'delete-channel-type',
      summary: 'Delete a channel type that has no channels',
      params: Params,
    },
    handler: async (request, reply) => {
      await deleteChannelType(deps, actorOf(requirePrincipal(request)), request.params.app_uid)
      return reply.code(204).send()
    },
  })
}

function secretRoutes(app: App, deps: ChannelTypeRouteDeps): void {
  app.route({
    method: 'POST',
    url: '/channel_types/:app_uid/rotate_secret',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'rotate-channel-type-secret',
      summary: 'Make a new secret, shown once',
      description:
        'Channel tokens signed with it are accepted at once. Requests to the server go on being signed with the one before ' +
        'it, until POST /channel_types/{app_uid}/secrets/new/sign: tell the server of it first. Made again meanwhile, it is another one.',
      params: Params,
      response: { 200: RotatedSecret },
    },
    handler: async (request) => {
      const { companyId } = requirePrincipal(request)
      return { secret: await rotateSecret(deps, companyId, request.params.app_uid) }
    },
  })
  newSecretRoutes(app, deps)
  app.route({
    method: 'DELETE',
    url: '/channel_types/:app_uid/secrets/previous',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'end-previous-secrets',
      summary: 'Accept the secret before the current one no more',
      params: Params,
    },
    handler: async (request, reply) => {
      await endPreviousSecrets(deps.db, requirePrincipal(request).companyId, request.params.app_uid)
      return reply.code(204).send()
    },
  })
}

function newSecretRoutes(app: App, { db }: ChannelTypeRouteDeps): void {
  app.route({
    method: 'POST',
    url: '/channel_types/:app_uid/secrets/new/sign',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'sign-with-new-secret',
      summary: 'Sign with the new secret from now on',
      description:
        'Once the server knows it. Channel tokens signed with the one before it are accepted for 24 hours, or until ' +
        'DELETE /channel_types/{app_uid}/secrets/previous.',
      params: Params,
      response: { 200: SigningSecret },
    },
    handler: async (request) => {
      const ends = await signWithNewSecret(db, requirePrincipal(request).companyId, request.params.app_uid)
      return { previous_expires_at: ends.getTime() / 1000 }
    },
  })
  app.route({
    method: 'DELETE',
    url: '/channel_types/:app_uid/secrets/new',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'drop-new-secret',
      summary: 'Forget the new secret that does not sign yet',
      params: Params,
    },
    handler: async (request, reply) => {
      await dropNewSecret(db, requirePrincipal(request).companyId, request.params.app_uid)
      return reply.code(204).send()
    },
  })
}
