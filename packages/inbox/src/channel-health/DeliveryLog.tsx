import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { channelHealthEn as texts } from '../strings/channel-health.en.ts'
import { s } from '../strings/strings.ts'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { SelectField } from '../ui/forms/Choices.tsx'
import { TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'
import { Notice } from '../ui/pages/Notice.tsx'
import { RowsSkeleton } from '../ui/pages/Rows.tsx'
import { Section } from '../ui/pages/SettingsPage.tsx'
import { DeliveryText } from './DeliveryText.tsx'
import styles from './health.module.css'
import { type LogFilter, logQuery } from './queries.ts'

const states = ['sent', 'failed', 'not_confirmed', 'cancelled'] as const

interface SearchFields {
  state: string
  error: string
  message_id: string
  after: string
  before: string
}

const nothing: SearchFields = { state: '', error: '', message_id: '', after: '', before: '' }

/** The settled deliveries of a channel, searched by status, error, message and time. */
export function DeliveryLog({ channelId }: { channelId: string }) {
  const [filter, setFilter] = useState<LogFilter>({})
  const form = useForm({ initial: nothing, check: () => ({}), send: async (fields) => setFilter(filterOf(fields)) })
  return (
    <Section title={texts.log} hint={texts.logHint}>
      <form noValidate className={styles.search} onSubmit={form.submit}>
        <SelectField
          field={form.field('state')}
          label={texts.logState}
          options={[
            { value: '', name: texts.anyState },
            ...states.map((state) => ({ value: state, name: texts.states[state] })),
          ]}
        />
        <TextField field={form.field('error')} label={texts.logError} />
        <TextField field={form.field('message_id')} label={texts.logMessage} spellCheck={false} placeholder="msg_" />
        <TextField field={form.field('after')} label={texts.logAfter} type="datetime-local" />
        <TextField field={form.field('before')} label={texts.logBefore} type="datetime-local" />
        <Buttons>
          <Button type="submit">{texts.search}</Button>
        </Buttons>
      </form>
      <Results channelId={channelId} filter={filter} />
    </Section>
  )
}

function filterOf({ state, error, message_id, after, before }: SearchFields): LogFilter {
  const seconds = (local: string) => String(new Date(local).getTime() / 1000)
  return {
    ...(state && { state: state as (typeof states)[number] }),
    ...(error && { error }),
    ...(message_id && { message_id }),
    ...(after && { after: seconds(after) }),
    ...(before && { before: seconds(before) }),
  }
}

function Results({ channelId, filter }: { channelId: string; filter: LogFilter }) {
  const log = useInfiniteQuery(logQuery(channelId, filter))
  if (log.isPending) return <RowsSkeleton />
  if (log.isError && !log.data) {
    return (
      <Notice role="alert" title={texts.logEmpty} hint={log.error.message}>
        <Button onClick={() => void log.refetch()}>{s.errors.retry}</Button>
      </Notice>
    )
  }
  const deliveries = log.data.pages.flatMap((page) => page._results)
  return (
    <>
      {deliveries.length === 0 && !log.hasNextPage && <p className={styles.none}>{texts.logEmpty}</p>}
      {deliveries.length > 0 && (
        <ul className={styles.deliveries} aria-label={texts.log}>
          {deliveries.map((delivery) => (
            <li key={delivery.message_id}>
              <DeliveryText delivery={delivery} />
            </li>
          ))}
        </ul>
      )}
      {log.hasNextPage && (
        <Buttons>
          <Button isBusy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {deliveries.length === 0 ? texts.moreOlder : texts.more}
          </Button>
        </Buttons>
      )}
    </>
  )
}
