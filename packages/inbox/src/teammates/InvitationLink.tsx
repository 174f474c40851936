import { t } from '../strings/settings.ts'
import { ButtonLink } from '../ui/forms/Button.tsx'
import { CopyField } from '../ui/forms/CopyField.tsx'
import { ShownOnce } from '../ui/pages/ShownOnce.tsx'
import { dueTime } from '../ui/time/formats.ts'
import type { IssuedInvitation } from './invitations.ts'

export type SentInvitation = IssuedInvitation & { email: string }

/** The link of an invitation, which is shown once. */
export function InvitationLink({ issued, onDismiss }: { issued: SentInvitation; onDismiss: () => void }) {
  return (
    <ShownOnce
      title={t.teammates.linkTitle(issued.email)}
      once={t.teammates.linkHint(dueTime(issued.expires_at))}
      dismiss={t.teammates.inviteAnother}
      onDismiss={onDismiss}
      next={<ButtonLink to="/settings/teammates">{t.teammates.toTeammates}</ButtonLink>}
    >
      <CopyField label={t.teammates.link} value={issued.url} />
    </ShownOnce>
  )
}
