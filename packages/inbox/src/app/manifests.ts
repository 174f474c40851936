import { addChannel } from '../add-channel/manifest.ts'
import { apiTokens } from '../api-tokens/manifest.ts'
import { attachments } from '../attachments/manifest.ts'
import { registerBadges } from '../badges/badges.ts'
import { registerPreviews } from '../badges/previews.ts'
import { buttons } from '../buttons/manifest.ts'
import { calls } from '../calls/manifest.ts'
import { channelHealth } from '../channel-health/manifest.ts'
import { channelTypes } from '../channel-types/manifest.ts'
import { channels } from '../channels/manifest.ts'
import { composer } from '../composer/manifest.ts'
import { contacts } from '../contacts/manifest.ts'
import { conversations } from '../conversations/manifest.ts'
import { deliveries } from '../deliveries/manifest.ts'
import { registerDetails } from '../details/panels.ts'
import { drafts } from '../drafts/manifest.ts'
import { events } from '../events/manifest.ts'
import { inboxes } from '../inboxes/manifest.ts'
import { invitations } from '../invitations/manifest.ts'
import { locations } from '../locations/manifest.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { messageTemplates } from '../message-templates/manifest.ts'
import { messages } from '../messages/manifest.ts'
import { registerOutboxHandlers } from '../outbox/outbox.ts'
import { preferences } from '../preferences/manifest.ts'
import { priorities } from '../priorities/manifest.ts'
import { reactions } from '../reactions/manifest.ts'
import { setUp } from '../set-up/manifest.ts'
import { signIn } from '../sign-in/manifest.ts'
import { tags } from '../tags/manifest.ts'
import { teammates } from '../teammates/manifest.ts'
import { thread } from '../thread/manifest.ts'
import { registerEventTexts } from '../timeline/event-texts.ts'
import { registerTimelineKinds } from '../timeline/kinds.ts'
import { typing } from '../typing/manifest.ts'

/**
 * All features of the app. Views, actions and names are in this order, and kinds of the timeline in the hub's order of entries of
 * the same time.
 */
export const manifests: Manifest[] = [
  inboxes,
  conversations,
  priorities,
  tags,
  events,
  calls,
  messages,
  reactions,
  attachments,
  deliveries,
  typing,
  drafts,
  messageTemplates,
  buttons,
  locations,
  composer,
  thread,
  contacts,
  teammates,
  channels,
  channelHealth,
  addChannel,
  channelTypes,
  apiTokens,
  preferences,
  signIn,
  setUp,
  invitations,
]

export const views = manifests.flatMap((feature) => feature.views ?? [])

for (const { outboxHandlers } of manifests) if (outboxHandlers) registerOutboxHandlers(outboxHandlers)
registerDetails(manifests.flatMap((feature) => feature.details ?? []))
registerBadges(manifests.flatMap(({ badges = [] }) => badges))
registerPreviews(manifests.flatMap(({ previews = [] }) => previews))
registerEventTexts(manifests.flatMap(({ eventTexts = {} }) => eventTexts))
registerTimelineKinds(manifests.flatMap(({ timeline = [] }) => timeline))
