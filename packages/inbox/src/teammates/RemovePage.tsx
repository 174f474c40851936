import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { Teammate } from '../api/types.ts'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { SelectField } from '../ui/forms/Choices.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { useForm } from '../ui/forms/useForm.ts'
import { NotFoundPage } from '../ui/pages/ErrorPage.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { AdminsOnly, useIsAdmin } from './admins.tsx'
import { nameAmong, teammatesQuery } from './queries.ts'
import { removeTeammate, type TeammateDeletion, teammateDeletionQuery } from './removal.ts'
import { useFullName } from './useFullName.ts'

/** Removes a teammate, and first asks who gets their assigned conversations. */
export function RemovePage() {
  const teammates = useQuery(teammatesQuery)
  const { teammateId } = useParams({ strict: false })
  if (!useIsAdmin()) return <AdminsOnly />
  return (
    <Loaded query={teammates} skeleton={<PageSkeleton />}>
      {(data) => {
        const teammate = data.find((other) => other.id === teammateId)
        return teammate ? (
          <Removal teammate={teammate} others={data.filter((other) => other !== teammate)} />
        ) : (
          <NotFoundPage />
        )
      }}
    </Loaded>
  )
}

function Removal({ teammate, others }: { teammate: Teammate; others: Teammate[] }) {
  const assigned = useQuery(teammateDeletionQuery(teammate.id))
  const name = useFullName(teammate)
  return (
    <SettingsPage
      title={t.teammates.removeTitle(name)}
      intro={t.teammates.removeIntro(name)}
      back={{ to: '/settings/teammates', name: t.pages.teammates }}
    >
      <Loaded query={assigned}>
        {(counted) => <RemovalForm teammate={teammate} others={others} assigned={counted} />}
      </Loaded>
    </SettingsPage>
  )
}

interface RemovalFormProps {
  teammate: Teammate
  others: Teammate[]
  assigned: TeammateDeletion
}

function RemovalForm({ teammate, others, assigned }: RemovalFormProps) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const name = useFullName(teammate)
  const form = useForm({
    initial: { heir: 'nobody' },
    check: () => ({}),
    send: async ({ heir }) => {
      await removeTeammate(queryClient, teammate, heir)
      toast(t.teammates.removed(name))
      void navigate({ to: '/settings/teammates' })
    },
  })
  const { assigned_conversations: count, assigned_in_trash: thrownAway } = assigned
  const heirs = others
    .filter((other) => !other.is_blocked)
    .map((other) => ({ value: other.id, name: nameAmong(other, [...others, teammate]) }))
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      <ErrorSummary form={form} />
      {count === 0 ? (
        <p>{t.teammates.removeNothing}</p>
      ) : (
        <SelectField
          field={form.field('heir')}
          label={t.teammates.heir(count)}
          hint={[t.teammates.heirSees, thrownAway > 0 && t.teammates.heirNotOf(thrownAway)].filter(Boolean).join(' ')}
          options={[{ value: 'nobody', name: t.teammates.nobody }, ...heirs]}
        />
      )}
      <Buttons>
        <Button type="submit" kind="dangerPrimary" isBusy={form.isSending}>
          {form.isSending ? forms.working : t.teammates.removeButton(name)}
        </Button>
      </Buttons>
    </form>
  )
}
