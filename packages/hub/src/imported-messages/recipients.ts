import type { RecipientRole } from '@portico/protocol'
import type { ImportedMessage } from './schema.ts'

interface Recipient {
  handle: string
  role: RecipientRole
}

export function recipientsOf({ to, cc, bcc }: ImportedMessage): Recipient[] {
  const as = (role: RecipientRole, handles: string[] | null = []) => (handles ?? []).map((handle) => ({ handle, role }))
  return [...as('to', to), ...as('cc', cc), ...as('bcc', bcc)]
}
