import { IconMail } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { hubNow } from '../api/clock.ts'
import { t } from '../strings/settings.ts'
import { Button } from '../ui/forms/Button.tsx'
import icon from '../ui/pages/RowIcon.module.css'
import { Badge, Row, Rows } from '../ui/pages/Rows.tsx'
import { Section } from '../ui/pages/SettingsPage.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { useOverAt } from '../ui/time/over.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { type Invitation, invitationsQuery, revoke } from './invitations.ts'

/** The invitations that were not used yet. */
export function PendingInvitations() {
  const { data = [] } = useQuery(invitationsQuery)
  useOverAt(data.map(({ expires_at }) => expires_at))
  const open = data.filter(({ expires_at }) => expires_at > hubNow())
  const queryClient = useQueryClient()
  const end = (invitation: Invitation) =>
    revoke(queryClient, invitation).then(
      (ended) => toast((ended ? t.teammates.revoked : t.teammates.endedBefore)(invitation.email)),
      (error: Error) => toast(error.message, { tone: 'danger' }),
    )
  if (open.length === 0) return null
  return (
    <Section title={t.teammates.pending} hint={t.teammates.pendingHint}>
      <Rows label={t.teammates.pending}>
        {open.map((invitation) => (
          <Row
            key={invitation.id}
            icon={
              <span className={icon.icon}>
                <IconMail size={16} aria-hidden />
              </span>
            }
            name={invitation.email}
            badges={invitation.is_admin && <Badge tone="accent">{t.teammates.admin}</Badge>}
            meta={t.teammates.expires(t.teammates.pendingFor[invitation.purpose], dueTime(invitation.expires_at))}
            end={
              <Button
                aria-label={t.teammates.revokeOf[invitation.purpose](invitation.email)}
                onClick={() => void end(invitation)}
              >
                {t.teammates.revoke}
              </Button>
            }
          />
        ))}
      </Rows>
    </Section>
  )
}
