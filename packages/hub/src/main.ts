import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { authenticateApiToken } from './api-tokens/api-tokens.ts'
import { apiTokenRoutes } from './api-tokens/routes.ts'
import { attachmentRoutes } from './attachments/routes.ts'
import { fileReceiver } from './attachments/store.ts'
import { expiredAttachments } from './attachments/timer.ts'
import { avatarRoutes } from './avatars/routes.ts'
import { callChannelRoutes } from './calls/channel-routes.ts'
import { callsInEvents, callsInTimeline } from './calls/event-presenter.ts'
import { lastCallOfConversation } from './calls/last-call.ts'
import { callRoutes, mayReadCall } from './calls/routes.ts'
import { channelCallbacks } from './channel-callbacks/consumer.ts'
import { startCallbacks } from './channel-callbacks/sender.ts'
import { channelHours } from './channel-health/consumer.ts'
import { Observations } from './channel-health/observations.ts'
import { channelHealthRoutes } from './channel-health/routes.ts'
import { channelTroublesRoute } from './channel-health/troubles.ts'
import { channelTypeRoutes } from './channel-types/routes.ts'
import { channelDeletionRoute } from './channels/deletion-route.ts'
import { channelRoutes } from './channels/routes.ts'
import { teamChannelsRoute } from './channels/team-route.ts'
import { confirmChannelAndSpendToken, makeAuthenticateChannel, refusedAfterwards } from './channels/token.ts'
import { updateChannel } from './channels/update.ts'
import { companyRoutes } from './companies/routes.ts'
import { startConsumers } from './consumers/start.ts'
import { contactChangeRoutes } from './contacts/change-routes.ts'
import { contactRoutes } from './contacts/routes.ts'
import { conversationStatuses } from './conversation-status/consumer.ts'
import { conversationStatus } from './conversation-status/kind.ts'
import type { ConversationAdditions } from './conversations/additions.ts'
import type { ConversationChangeFields } from './conversations/change-fields.ts'
import { contactConversationsRoute } from './conversations/contact-route.ts'
import { emptyListRoutes } from './conversations/empty-lists.ts'
import { conversationsInEvents } from './conversations/event-presenter.ts'
import { conversationEventsRoute } from './conversations/events-route.ts'
import { conversationInboxesRoute } from './conversations/inboxes-route.ts'
import { conversationListRoutes } from './conversations/list-routes.ts'
import { conversationRoutes } from './conversations/routes.ts'
import type { Database } from './db/database.ts'
import { deletions } from './deletions/kind.ts'
import { deletionRoutes } from './deletions/routes.ts'
import { DeliveryLoop } from './deliveries/loop.ts'
import { deliveryRoutes } from './deliveries/routes.ts'
import type { DemoDeps } from './demo/demo.ts'
import { downloadRoutes } from './downloads/routes.ts'
import { hasDraft, mayReadDraft } from './drafts/queries.ts'
import { draftRoutes } from './drafts/routes.ts'
import { edits } from './edits/kind.ts'
import { editRoutes } from './edits/routes.ts'
import { actorOf } from './events/actor.ts'
import { Bus } from './events/bus.ts'
import { Feeds } from './events/feed.ts'
import type { Presenters } from './events/presenters.ts'
import { eventRoutes } from './events/routes.ts'
import { streamRoutes } from './events/stream-routes.ts'
import { expiredRows } from './expired-rows/timer.ts'
import { openFileStorage } from './file-storage/open.ts'
import { historyRoutes } from './history/routes.ts'
import { buildApp } from './http/app.ts'
import type { Authenticators } from './http/authenticate.ts'
import { healthRoutes } from './http/health.ts'
import { makeRegistry, metricsRoute } from './http/metrics.ts'
import type { Principal } from './http/principal.ts'
import { withTypesOfSchemas } from './http/route.ts'
import { serveApp } from './http/static-app.ts'
import { closeUnusedConnections } from './http/unused-connections.ts'
import { makeUrls, type Urls } from './http/urls.ts'
import { importedMessageRoute } from './imported-messages/routes.ts'
import { inboxAccessRoutes } from './inboxes/access-routes.ts'
import { inboxDeletionRoutes } from './inboxes/deletion-routes.ts'
import { visibleInboxIds } from './inboxes/policy.ts'
import { inboxRoutes } from './inboxes/routes.ts'
import { teammateInboxesRoute } from './inboxes/teammate-route.ts'
import { invitationRoutes } from './invitations/routes.ts'
import { collectAtRest } from './memory.ts'
import type { ChangeKind } from './message-changes/kind.ts'
import { messageChangeRoutes } from './message-changes/routes.ts'
import { startMessageChanges } from './message-changes/sender.ts'
import { messageTemplateRoutes } from './message-templates/routes.ts'
import { customRoutes } from './messages/custom-routes.ts'
import { messagesInEvents } from './messages/event-presenter.ts'
import { mayReadMessage, messageFileRoutes } from './messages/file-routes.ts'
import { frameRoutes } from './messages/frame-routes.ts'
import { makeReceiver, type Receiver } from './messages/receive.ts'
import { receiveRoutes } from './messages/receive-routes.ts'
import { messageRoutes } from './messages/routes.ts'
import { messagesInTimeline } from './messages/timeline-source.ts'
import { withdrawRoutes } from './messages/withdraw-routes.ts'
import { makeObtainGrant } from './oauth/obtain.ts'
import { startRenewals } from './oauth/renewals.ts'
import { startRevocations } from './oauth/revocations.ts'
import { oauthRoutes } from './oauth/routes.ts'
import { type AddressRules, addressRules, publicAddresses } from './outbound-http/addresses.ts'
import { priorityOfConversation, priorityRoute } from './priorities/priority.ts'
import { reactionChannelRoutes } from './reactions/channel-routes.ts'
import { reactions } from './reactions/kind.ts'
import { reactionRoutes } from './reactions/routes.ts'
import { RemoteImages } from './remote-images/remote-images.ts'
import type { Sealer } from './secrets/sealer.ts'
import { seenReceiptRoutes } from './seen-receipts/routes.ts'
import type { Settings } from './settings/settings.ts'
import { makeAuth } from './sign-in/auth.ts'
import { openInvitationRoutes } from './sign-in/invitation-routes.ts'
import { signInRoutes } from './sign-in/routes.ts'
import { authenticateSession, refreshSession } from './sign-in/sessions.ts'
import { setUpRoutes } from './sign-in/set-up-routes.ts'
import { conversationTagRoutes, tagIdsChange, tagsAddition } from './tags/conversation-tags.ts'
import { tagsInEvents } from './tags/event-presenter.ts'
import { tagRoutes } from './tags/routes.ts'
import { teamTagRoutes } from './tags/team-routes.ts'
import { teammatesInEvents } from './teammates/event-presenter.ts'
import { meRoutes } from './teammates/me-routes.ts'
import { teammateRemovalRoutes } from './teammates/removal-routes.ts'
import { teammateRoutes } from './teammates/routes.ts'
import { teamInboxesRoutes } from './teams/inboxes-routes.ts'
import { teamRoutes } from './teams/routes.ts'
import { eventsInTimeline } from './timeline/events.ts'
import { timelineRoute } from './timeline/routes.ts'
import { startTimers } from './timers/start.ts'
import { typingReportRoute } from './typing/report-route.ts'
import { typingRoute } from './typing/routes.ts'
import { TypingSender } from './typing/sender.ts'

/** The dependencies of a hub; it owns none of them, and stops only what it started. */
export interface HubParts {
  settings: Settings
  db: Database
  sealer: Sealer
  log: Logger
  /** The code that the first admin enters at set-up; null when only this machine can reach the hub. */
  setUpCode?: string | null
  /** Where images of HTML bodies may be fetched: public addresses alone, unless told. */
  imageAddresses?: AddressRules
  /** Takes the place of the one that stores: the ceiling of the inbound benchmark. */
  receiver?: Receiver
}

export interface Hub {
  url: string
  app: FastifyInstance
  bus: Bus
  /** The dependencies of demo/demo.ts. */
  demo: DemoDeps
  /** Answers 503 on readiness, stops claiming, waits for what is in flight, closes. At most 10 s. */
  close(): Promise<void>
}

const closeWithinMs = 8_000

const builtApp = join(import.meta.dirname, '../../inbox/dist')

/** The fields that features add to the resource of a conversation. */
const additions: ConversationAdditions = {
  tags: tagsAddition,
  priority: priorityOfConversation,
  last_call: lastCallOfConversation,
}

/** The fields that features add to the change of a conversation. */
const changeFields: ConversationChangeFields = { tag_ids: tagIdsChange }

/** What changes of sent messages there are. */
const kindsOfChanges: ChangeKind[] = [edits, deletions, reactions, conversationStatus]

/** The event presenters of the features. */
export function presentersOf(deps: { db: Database; urls: Urls }): Presenters {
  return {
    conversations: conversationsInEvents({ ...deps, additions }),
    targets: {
      message: messagesInEvents(deps),
      teammate: teammatesInEvents(deps),
      call: callsInEvents(deps),
      tag: tagsInEvents(deps),
    },
  }
}

/** The composition root: the only file that knows everybody. */
export async function startHub({ settings, db, sealer, log, setUpCode = null, ...parts }: HubParts): Promise<Hub> {
  let closing = false
  const urls = makeUrls(settings)
  const bus = new Bus(db, log)
  const registry = makeRegistry()
  const auth = makeAuth(db.pool, settings, sealer.derive('session cookies'))
  const observer = new Observations({ db, log })
  const authenticateChannel = makeAuthenticateChannel({ db, sealer, observer })
  const authenticators: Authenticators = {
    channel: authenticateChannel,
    confirmChannelAndSpendToken: (pass) => confirmChannelAndSpendToken({ db, observer }, pass),
    apiToken: (token) => authenticateApiToken(db, token),
    session: (request) => authenticateSession(auth, db, request),
  }
  const storage = await openFileStorage(settings.files)
  const receiver =
    parts.receiver ??
    makeReceiver({ db, bus, log, tokenRefused: (auth, code) => observer.refused(refusedAfterwards(auth, code)) })
  const presenters = presentersOf({ db, urls })
  const feeds = new Feeds(db, { presenters, urls }, bus, log)
  const unsubscribe = await bus.subscribeToOtherHubs(db)
  const allow = addressRules(settings)
  const obtainGrant = makeObtainGrant({ db, sealer, allow })
  const deps = { db, bus, urls, sealer, settings, log, storage, additions, allow, obtainGrant }
  const typing = new TypingSender(deps)
  const remoteImages = new RemoteImages(
    sealer.derive('remote images'),
    parts.imageAddresses ?? publicAddresses(settings),
  )
  const readableInboxes = (principal: Principal) => visibleInboxIds(db, principal)
  const signIn = { ...deps, auth, allowsDemo: settings.demo, setUpCode }

  const routes = (scope: FastifyInstance) => {
    const app = withTypesOfSchemas(scope)
    companyRoutes(app, deps)
    teamRoutes(app, deps)
    teamInboxesRoutes(app, deps)
    teamChannelsRoute(app, deps)
    meRoutes(app, { ...deps, refreshSession: (request, reply) => refreshSession(auth, request, reply) })
    teammateRoutes(app, deps)
    teammateInboxesRoute(app, deps)
    avatarRoutes(app, deps)
    teammateRemovalRoutes(app, deps)
    invitationRoutes(app, deps)
    inboxRoutes(app, deps)
    inboxAccessRoutes(app, deps)
    const moveChannel = (principal: Principal) => (channelId: number, inboxId: number) =>
      updateChannel(deps, actorOf(principal), channelId, { inboxId })
    inboxDeletionRoutes(app, { ...deps, moveChannel })
    apiTokenRoutes(app, deps)
    channelTypeRoutes(app, deps)
    channelRoutes(app, deps)
    oauthRoutes(app, deps)
    channelHealthRoutes(app, deps)
    channelTroublesRoute(app, deps)
    channelDeletionRoute(app, deps)
    receiveRoutes(app, { ...deps, receiver })
    customRoutes(app, { db, receiver })
    importedMessageRoute(app, { ...deps, receiver })
    conversationListRoutes(app, deps)
    conversationRoutes(app, { ...deps, changeFields })
    conversationInboxesRoute(app, deps)
    priorityRoute(app, deps)
    tagRoutes(app, deps)
    teamTagRoutes(app, deps)
    conversationTagRoutes(app, deps)
    contactRoutes(app, deps)
    contactChangeRoutes(app, deps)
    contactConversationsRoute(app, deps)
    messageTemplateRoutes(app, deps)
    messageRoutes(app, deps)
    frameRoutes(app, { ...deps, remoteImages })
    seenReceiptRoutes(app, deps)
    reactionChannelRoutes(app, deps)
    typingRoute(app, { db, typing })
    typingReportRoute(app, deps)
    reactionRoutes(app, deps)
    callChannelRoutes(app, deps)
    callRoutes(app, deps)
    messageFileRoutes(app, deps)
    attachmentRoutes(app, {
      ...deps,
      owners: { message: mayReadMessage(deps), draft: mayReadDraft(deps), call: mayReadCall(deps) },
    })
    withdrawRoutes(app, deps)
    deliveryRoutes(app, deps)
    messageChangeRoutes(app, { ...deps, kinds: kindsOfChanges })
    editRoutes(app, deps)
    deletionRoutes(app, deps)
    draftRoutes(app, deps)
    historyRoutes(app, deps)
    emptyListRoutes(app, deps)
    eventRoutes(app, { ...deps, presenters, readableInboxes })
    conversationEventsRoute(app, { ...deps, presenters })
    timelineRoute(app, {
      ...deps,
      sources: [eventsInTimeline({ ...deps, presenters }), callsInTimeline(deps), messagesInTimeline(deps)],
      hasDraft: (teammate, conversationId) => hasDraft(db, teammate, conversationId),
    })
    streamRoutes(app, { ...deps, feeds, presenters, authenticators, readableInboxes })
    signInRoutes(app, signIn)
    setUpRoutes(app, signIn)
    openInvitationRoutes(app, signIn)
    downloadRoutes(app)
    healthRoutes(app, { db, isClosing: () => closing })
    metricsRoute(app, { registry, authenticators, urls })
    serveApp(app, builtApp)
  }
  const app = buildApp({ settings, log, urls, authenticators, registry, files: fileReceiver(deps), routes })
  closeUnusedConnections(app)
  const url = await app.listen({ port: settings.port, host: settings.host })
  if (settings.port === 0) settings.publicUrl = url
  const renewals = startRenewals(deps)
  const revocations = startRevocations(deps)
  const deliveries = new DeliveryLoop({
    ...deps,
    registry,
    tokenRefused: renewals.tokenRefused,
    answered: (answer) => observer.answered(answer),
  })
  const callbacks = startCallbacks({
    ...deps,
    report: (error) => log.error({ err: error }, 'channel callbacks stopped for a moment'),
  })
  const changes = startMessageChanges({
    ...deps,
    kinds: kindsOfChanges,
    tokenRefused: renewals.tokenRefused,
    report: (error) => log.error({ err: error }, 'changes of messages stopped for a moment'),
  })
  const consumers = await startConsumers({ ...deps, registry }, [
    channelCallbacks(callbacks.wake),
    channelHours,
    conversationStatuses(() => bus.messageChangeQueued()),
  ])
  const timers = startTimers({ ...deps, registry }, [expiredRows, expiredAttachments(storage)])
  const stopCollecting = collectAtRest()
  const ended = async (...stopping: Promise<unknown>[]) => {
    for (const result of await Promise.allSettled(stopping))
      if (result.status === 'rejected') log.error({ err: result.reason }, 'a part of the hub did not stop')
  }

  return {
    url,
    app,
    bus,
    demo: { ...deps, receiver, authenticateChannel },
    async close() {
      closing = true
      stopCollecting()
      const cut = setTimeout(() => app.server.closeAllConnections(), closeWithinMs)
      const senders = [deliveries.stop(), callbacks.stop(), changes.stop(), typing.stop(), revocations.stop()]
      await ended(app.close(), ...senders, consumers.stop(), timers.stop(), renewals.stop())
      clearTimeout(cut)
      await ended(feeds.close(), unsubscribe(), receiver.close(), observer.stop())
    },
  }
}
