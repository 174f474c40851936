import type { Manifest } from '../manifest/manifest.ts'
import { onEvent } from './on-event.ts'
import { previewText } from './state.ts'
import { callOf, callRows } from './timeline-rows.ts'

export const calls: Manifest = {
  timeline: [{ ...callRows, loadRow: async () => ({ Row: (await import('./CallCard.tsx')).CallCard }) }],
  previews: [
    ({ last_call: call, last_message: message }) =>
      call && call.at > (message?.created_at ?? 0) ? previewText(call) : null,
  ],
  changesCounts: (_queryClient, event) => callOf(event) !== null && event.data?.unread === true,
  onEvent,
}
