import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import type { Location } from './location.ts'

export interface LocationRequest {
  location: Location | null
  /** Whether the channel shows locations. */
  isCapable: boolean
  onChoose: (location: Location) => void
}

let current: LocationRequest | undefined

/** What LocationDialog.tsx asks for. */
export const currentRequest = () => current

export function openLocation(request: LocationRequest): void {
  current = request
  dialogStore.open('location')
}
