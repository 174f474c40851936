import type { Attachment } from '../api/types.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'

let opened: { pictures: Attachment[]; at: number } = { pictures: [], at: 0 }

/** Shows pictures large, one of them first. */
export function openPictures(pictures: Attachment[], at: number): void {
  opened = { pictures, at }
  dialogStore.open('pictures')
}

export const openedPictures = () => opened
