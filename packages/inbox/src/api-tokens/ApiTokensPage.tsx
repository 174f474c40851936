import { IconApi, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { t } from '../strings/settings.ts'
import { AdminsOnly, useIsAdmin } from '../teammates/admins.tsx'
import { ConfirmDialog } from '../ui/dialogs/ConfirmDialog.tsx'
import { Button, ButtonLink } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { fullName } from '../ui/pages/namesakes.ts'
import { Row, Rows } from '../ui/pages/Rows.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { type ApiToken, apiTokensQuery, revokeApiToken } from './queries.ts'

export function ApiTokensPage() {
  return useIsAdmin() ? <Tokens /> : <AdminsOnly />
}

function Tokens() {
  const tokens = useQuery(apiTokensQuery)
  const create = (
    <ButtonLink to="/settings/api-tokens/new" kind="primary">
      <IconPlus size={16} aria-hidden />
      {t.apiTokens.create}
    </ButtonLink>
  )
  return (
    <SettingsPage title={t.pages.apiTokens} intro={t.apiTokens.intro} action={tokens.data?.length !== 0 && create}>
      <Loaded query={tokens}>
        {(data) =>
          data.length > 0 ? (
            <Rows label={t.pages.apiTokens}>
              {data.map((token) => (
                <TokenRow key={token.id} token={token} all={data} />
              ))}
            </Rows>
          ) : (
            <Notice
              title={t.apiTokens.empty}
              hint={t.apiTokens.emptyHint}
              icon={<IconApi size={32} stroke={1.25} aria-hidden />}
            >
              {create}
            </Notice>
          )
        }
      </Loaded>
    </SettingsPage>
  )
}

function TokenRow({ token, all }: { token: ApiToken; all: ApiToken[] }) {
  const name = fullName(token, all, t.apiTokens.hint(token.hint))
  const [isConfirming, setConfirming] = useState(false)
  const queryClient = useQueryClient()
  return (
    <Row
      name={token.name}
      meta={
        <>
          <code>{t.apiTokens.hint(token.hint)}</code> · {t.apiTokens.made} {dueTime(token.created_at)}
        </>
      }
      end={
        <>
          <Button kind="danger" aria-label={t.apiTokens.revokeOf(name)} onClick={() => setConfirming(true)}>
            {t.apiTokens.revoke}
          </Button>
          {isConfirming && (
            <ConfirmDialog
              title={t.apiTokens.revokeTitle(name)}
              button={t.apiTokens.revokeOf(name)}
              onClose={() => setConfirming(false)}
              onConfirm={async () => {
                await revokeApiToken(queryClient, token.id)
                toast(t.apiTokens.revoked(name))
              }}
            >
              <p>{t.apiTokens.revokeHint}</p>
            </ConfirmDialog>
          )}
        </>
      }
    />
  )
}
