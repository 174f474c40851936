import { IconMapPin } from '@tabler/icons-react'
import { ToolButton } from '../ui/forms/ToolButton.tsx'
import { type LocationRequest, openLocation } from './open-location.ts'
import { t } from './strings.ts'

/** Opens the dialog for the location of a draft. */
export function LocationButton(request: LocationRequest) {
  return <ToolButton icon={IconMapPin} aria-label={t.send} onClick={() => openLocation(request)} />
}
