import { IconMenu2, IconPencilPlus, IconSend2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Channel } from '../api/types.ts'
import { channelsQuery } from '../channels/queries.ts'
import { type DraftWords, emptyDraft, sayTheSame } from '../drafts/draft-state.ts'
import { draftAt } from '../drafts/drafts.ts'
import { useDraft } from '../drafts/useDraft.ts'
import { s } from '../strings/strings.ts'
import { panels } from '../ui/dialogs/panels.ts'
import noticeStyles from '../ui/pages/Notice.module.css'
import { Notice } from '../ui/pages/Notice.tsx'
import { fullName } from '../ui/pages/namesakes.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { AutosizeText } from './AutosizeText.tsx'
import styles from './NewMessage.module.css'
import { SetAside } from './SetAside.tsx'
import { forgetTry, startConversation } from './start-conversation.ts'

type Field = 'channel' | 'recipient' | 'body'

/** Starts a conversation with somebody who has not written. */
export function NewMessage() {
  const { data: channels, error, refetch } = useQuery(channelsQuery)
  const able = channels?.filter((channel) => channel.channel_type.allow_compose)
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <button type="button" className={styles.menu} aria-label={s.sidebar.open} onClick={() => panels.open('menu')}>
          <IconMenu2 size={20} aria-hidden />
        </button>
        <h1>{s.compose.title}</h1>
      </header>
      {!channels && !error && (
        <div className={styles.form} aria-busy>
          <i className={styles.bone} />
          <i className={styles.bone} />
          <i className={styles.bone} />
        </div>
      )}
      {!channels && error && (
        <Notice role="alert" title={s.errors.title} hint={error.message}>
          <button type="button" className={noticeStyles.button} onClick={() => void refetch()}>
            {s.errors.retry}
          </button>
        </Notice>
      )}
      {able?.length === 0 && (
        <Notice
          title={s.compose.none}
          hint={s.compose.noneHint}
          icon={<IconPencilPlus size={32} stroke={1.25} aria-hidden />}
        />
      )}
      {able && able.length > 0 && <Form channels={able} />}
    </div>
  )
}

function Form({ channels }: { channels: Channel[] }) {
  const { draft, write, keeping, setAside, takeAside } = useDraft('new')
  const navigate = useNavigate()
  const [missing, setMissing] = useState<Field[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const [isSending, setSending] = useState(false)
  const chosen =
    channels.find((channel) => channel.id === draft.channel_id) ?? (channels.length === 1 ? channels[0] : undefined)
  const change = (part: Partial<DraftWords>) => write({ ...draft, ...part })
  const check = (field: Field) => {
    const isMissing = missingFields(draft, chosen).includes(field)
    setMissing((before) => [...before.filter((one) => one !== field), ...(isMissing ? [field] : [])])
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const lacks = missingFields(draft, chosen)
    setMissing(lacks)
    if (lacks[0]) return document.getElementById(`new-${lacks[0]}`)?.focus()
    if (!chosen || isSending) return
    setSending(true)
    setProblem(null)
    try {
      const kept = draftAt('new')
      const conversationId = await startConversation(chosen.id, draft, kept.shown().base.version)
      // what was typed meanwhile is another draft
      if (sayTheSame(kept.shown().words, draft)) write(emptyDraft)
      toast(s.compose.sent(draft.recipient?.trim() ?? ''))
      void navigate({ to: `/conversations/${conversationId}` })
    } catch (error) {
      setProblem((error as Error).message)
    } finally {
      setSending(false)
    }
  }
  const discard = () => {
    forgetTry()
    write(emptyDraft)
  }
  return (
    <form noValidate className={styles.form} onSubmit={(event) => void submit(event)}>
      {(missing.length > 1 || problem) && (
        <div role="alert" className={styles.summary}>
          {problem ?? s.compose.summary}
          {!problem && (
            <ul>
              {missing.map((field) => (
                <li key={field}>
                  <a href={`#new-${field}`}>{s.compose.missing[field]}</a>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      <Labelled
        id="new-channel"
        label={s.compose.channel}
        hint={s.compose.channelHint}
        error={missing.includes('channel') ? s.compose.missing.channel : undefined}
      >
        {(described) => (
          <select
            {...described}
            value={chosen?.id ?? ''}
            onBlur={() => check('channel')}
            onChange={(event) => change({ channel_id: event.target.value || null })}
          >
            {!chosen && <option value="" />}
            {channels.map((channel) => (
              <option key={channel.id} value={channel.id}>
                {fullName(channel, channels, channel.address)}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      <Labelled
        id="new-recipient"
        label={s.compose.recipient}
        hint={s.compose.recipientHint[chosen?.channel_type.contact_type ?? 'custom']}
        error={missing.includes('recipient') ? s.compose.missing.recipient : undefined}
      >
        {(described) => (
          <input
            {...described}
            dir="auto"
            autoComplete="off"
            value={draft.recipient ?? ''}
            onBlur={() => check('recipient')}
            onChange={(event) => change({ recipient: event.target.value })}
          />
        )}
      </Labelled>
      <Labelled id="new-subject" label={s.compose.subject} hint={s.compose.subjectHint}>
        {(described) => (
          <input
            {...described}
            dir="auto"
            autoComplete="off"
            value={draft.subject ?? ''}
            onChange={(event) => change({ subject: event.target.value })}
          />
        )}
      </Labelled>
      <Labelled
        id="new-body"
        label={s.compose.body}
        error={missing.includes('body') ? s.compose.missing.body : undefined}
      >
        {(described) => (
          <AutosizeText
            {...described}
            dir="auto"
            value={draft.body}
            onBlur={() => check('body')}
            onFiles={() => setProblem(s.composer.noFiles)}
            onChange={(event) => change({ body: event.target.value })}
          />
        )}
      </Labelled>
      {setAside && <SetAside text={setAside} onTake={takeAside} />}
      <div className={styles.buttons}>
        <button type="submit" className={styles.send} aria-disabled={isSending}>
          <IconSend2 size={16} aria-hidden />
          {isSending ? s.composer.sending : s.compose.send}
        </button>
        <button type="button" className={styles.discard} onClick={discard}>
          {s.compose.discard}
        </button>
        <span role="status">
          {keeping === 'saved' && draft.body ? s.composer.saved : keeping === 'here' ? s.composer.savedHere : ''}
        </span>
      </div>
    </form>
  )
}

interface LabelledProps {
  id: string
  label: string
  hint?: string
  error?: string
  children: (described: {
    id: string
    className: string | undefined
    'aria-describedby': string
    'aria-invalid': boolean | undefined
  }) => React.ReactNode
}

function Labelled({ id, label, hint, error, children }: LabelledProps) {
  return (
    <div className={styles.labelled}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        className: styles.field,
        'aria-describedby': `${id}-note`,
        'aria-invalid': error ? true : undefined,
      })}
      <p id={`${id}-note`} data-error={error ? true : undefined}>
        {error ?? hint}
      </p>
    </div>
  )
}

function missingFields({ recipient, body }: DraftWords, channel: Channel | undefined): Field[] {
  const lacks: Field[] = []
  if (!channel) lacks.push('channel')
  if (!recipient?.trim()) lacks.push('recipient')
  if (!body.trim()) lacks.push('body')
  return lacks
}
