import type { AnswerOf } from '@portico/protocol/operations'
import { useState } from 'react'
import { request } from '../api/request.ts'
import type { Channel } from '../api/types.ts'
import { t } from '../strings/settings.ts'
import { Button } from '../ui/forms/Button.tsx'
import { TextField } from '../ui/forms/TextField.tsx'
import { Row, Rows } from '../ui/pages/Rows.tsx'
import rows from '../ui/pages/rows.module.css'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { toast } from '../ui/toasts/toasts.ts'

const texts = t.addChannel.back
type Finished = AnswerOf<'POST', '/channel_authorizations/finish'>
type Offered = NonNullable<Finished['addresses']>[number]

/** So many are searched instead of looked through. */
const MANY = 8

/** The addresses of an account, of which each becomes a channel. */
export function ChooseAddress({ finished, onAdded }: { finished: Finished; onAdded: (channel: Channel) => void }) {
  const [search, setSearch] = useState('')
  const addresses = finished.addresses ?? []
  const wanted = search.trim().toLowerCase()
  const found = addresses.filter(({ address, name }) => `${name} ${address}`.toLowerCase().includes(wanted))
  const field = {
    id: 'address-search',
    name: 'search',
    value: search,
    error: undefined,
    onChange: setSearch,
    onBlur() {},
  }
  return (
    <SettingsPage
      title={texts.chooseTitle}
      intro={texts.choose(finished.owner_name ?? null)}
      back={{ to: '/settings/channels', name: t.pages.channels }}
    >
      {addresses.length > MANY && <TextField field={field} label={texts.search} type="search" />}
      {found.length === 0 && <p className={rows.none}>{texts.noMatch}</p>}
      <Rows label={texts.addresses}>
        {found.map((one) => (
          <AddressRow key={one.address} offered={one} id={finished.authorization_id ?? ''} onAdded={onAdded} />
        ))}
      </Rows>
    </SettingsPage>
  )
}

function AddressRow({ offered, id, onAdded }: { offered: Offered; id: string; onAdded: (channel: Channel) => void }) {
  const [isBusy, setBusy] = useState(false)
  const { address, name } = offered
  const add = async () => {
    setBusy(true)
    try {
      const { body } = await request('POST', `/channel_authorizations/${id}/channels`, { body: { address, name } })
      onAdded(body)
    } catch (error) {
      setBusy(false)
      toast((error as Error).message, { tone: 'danger' })
    }
  }
  const end = offered.is_taken ? (
    texts.taken
  ) : (
    <Button aria-label={texts.addLabel(address)} isBusy={isBusy} onClick={() => void add()}>
      {texts.add}
    </Button>
  )
  return <Row name={name} meta={name === address ? undefined : address} end={end} />
}
