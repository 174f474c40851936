import { composer } from '../composer/manifest.ts'
import { deliveries } from '../deliveries/manifest.ts'
import { events } from '../events/manifest.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { messages } from '../messages/manifest.ts'
import { registerTimelineKinds } from '../timeline/kinds.ts'

/** All that the app is made of. Of kinds of the timeline, the hub has those of one time in this order. */
const manifests: Manifest[] = [events, messages, deliveries, composer]

registerTimelineKinds(manifests.flatMap(({ timeline = [] }) => timeline))
