import { IconMenu2, IconPencilPlus, IconSend2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Channel } from '../api/types.ts'
import { AttachButton } from '../attachments/AttachButton.tsx'
import { AttachedFiles } from '../attachments/AttachedFiles.tsx'
import { DropTarget } from '../attachments/DropTarget.tsx'
import { FileField } from '../attachments/FileField.tsx'
import { attachedProblem } from '../attachments/limits.ts'
import { uploads } from '../attachments/uploads.ts'
import { useAttach } from '../attachments/useAttach.ts'
import { useSendWhenUploaded } from '../attachments/useSendWhenUploaded.ts'
import { WaitsToSend } from '../attachments/WaitsToSend.tsx'
import { ButtonsEditor } from '../buttons/ButtonsEditor.tsx'
import { ButtonsToggle } from '../buttons/ButtonsToggle.tsx'
import { type DraftButton, problemOfAll } from '../buttons/button.ts'
import { channelsQuery } from '../channels/queries.ts'
import { type DraftContent, emptyDraft, hasSameContent, isEmpty } from '../drafts/draft-state.ts'
import { draftAt } from '../drafts/drafts.ts'
import { useDraft } from '../drafts/useDraft.ts'
import { DraftLocation } from '../locations/DraftLocation.tsx'
import { LocationButton } from '../locations/LocationButton.tsx'
import type { Location } from '../locations/location.ts'
import { forgetChoice } from '../message-templates/choices.ts'
import type { ChosenTemplate } from '../message-templates/open-templates.ts'
import { t } from '../message-templates/strings.ts'
import { TemplateButton } from '../message-templates/TemplateButton.tsx'
import { s } from '../strings/strings.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { Button } from '../ui/forms/Button.tsx'
import { SelectField } from '../ui/forms/Choices.tsx'
import fieldStyles from '../ui/forms/fields.module.css'
import { described, Labelled } from '../ui/forms/Labelled.tsx'
import { TextField } from '../ui/forms/TextField.tsx'
import type { FormField } from '../ui/forms/useForm.ts'
import { Notice } from '../ui/pages/Notice.tsx'
import { fullName } from '../ui/pages/namesakes.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { AutosizeText } from './AutosizeText.tsx'
import composerStyles from './Composer.module.css'
import { DraftConflict } from './DraftConflict.tsx'
import styles from './NewMessage.module.css'
import { t as ofNew } from './new-message-strings.ts'
import { forgetTry, startConversation } from './start-conversation.ts'

type Field = 'channel' | 'recipient' | 'body'

/** Starts a conversation with somebody who has not written. */
export function NewMessage() {
  const { data: channels, error, refetch } = useQuery(channelsQuery)
  const able = channels?.filter((channel) => channel.channel_type.allow_compose)
  return (
    <div className={styles.page} data-takes-files>
      <header className={styles.header}>
        <button
          type="button"
          className={styles.menu}
          aria-label={s.sidebar.open}
          onClick={() => dialogStore.open('menu')}
        >
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
          <Button onClick={() => void refetch()}>{s.errors.retry}</Button>
        </Notice>
      )}
      {able?.length === 0 && (
        <Notice
          title={ofNew.none}
          hint={ofNew.noneHint}
          icon={<IconPencilPlus size={32} stroke={1.25} aria-hidden />}
        />
      )}
      {able && able.length > 0 && <Form channels={able} />}
    </div>
  )
}

function Form({ channels }: { channels: Channel[] }) {
  const { draft, write, saveState, conflictingText, resolveConflict } = useDraft('new')
  const navigate = useNavigate()
  const [missing, setMissing] = useState<Field[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const [isSending, setSending] = useState(false)
  const channelOf = ({ channel_id }: DraftContent) =>
    channels.find((channel) => channel.id === channel_id) ?? (channels.length === 1 ? channels[0] : undefined)
  const chosen = channelOf(draft)
  const { attach, limits, uploading } = useAttach('new', chosen, draft.attachments, setProblem)
  const { sendWhenUploaded, waitingText, stopWaiting } = useSendWhenUploaded(
    'new',
    draft.recipient?.trim() ?? '',
    setProblem,
  )
  const change = (part: Partial<DraftContent>) => {
    const next = { ...draft, ...part }
    write(next)
    // removes solved errors at once: on blur, the button would move away from the pointer
    const unsolved = missingFields(next, channelOf(next), uploading.length > 0)
    setMissing((before) => before.filter((field) => unsolved.includes(field)))
  }
  const writeContent = (content: Partial<DraftContent>) => {
    setProblem(null)
    change({ ...draftAt('new').shown().content, ...content })
  }
  const writeButtons = (buttons: DraftButton[]) => writeContent({ buttons })
  const writeLocation = (location: Location | null) => writeContent({ location })
  const showsLocations = chosen?.channel_type.capabilities.includes('locations') ?? false
  const field = (name: Field | 'subject', value: string, onChange: (value: string) => void): FormField<string> => ({
    id: `new-${name}`,
    name,
    value,
    error: name !== 'subject' && missing.includes(name) ? ofNew.missing[name] : undefined,
    onChange,
    onBlur: () => {},
  })
  const body = field('body', draft.body, (typed) => change({ body: typed }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (takesOnlyTemplates || !isComplete(draft)) return
    const problem = (chosen && attachedProblem(draft.attachments, chosen)) || problemOfAll(draft.buttons, draft.body)
    if (problem) setProblem(problem)
    else sendWhenUploaded(() => void start())
  }
  const isComplete = (content: DraftContent, isTemplate = false) => {
    const missing = missingFields(content, chosen, uploading.length > 0)
    const lacks = missing.filter((name) => !isTemplate || name !== 'body')
    setMissing(lacks)
    if (lacks[0]) document.getElementById(`new-${lacks[0]}`)?.focus()
    return lacks.length === 0
  }
  const start = async (template?: ChosenTemplate) => {
    const stored = draftAt('new')
    const draft = stored.shown().content
    if (!isComplete(draft, template !== undefined) || !chosen || isSending) return
    setSending(true)
    setProblem(null)
    const content = template && { id: template.id, variables: template.variables }
    const started = await startConversation(chosen.id, draft, stored.shown().base.version, content).catch(
      (error: Error) => error,
    )
    setSending(false)
    if (started instanceof Error) return setProblem(started.message)
    toast(s.compose.sent(draft.recipient?.trim() ?? ''))
    void navigate({ to: `/conversations/${started}` })
    if (template) forgetChoice(chosen.id)
    // text that was not sent, and text typed meanwhile, is another draft
    const left = { ...draft, channel_id: null, recipient: null, subject: null }
    if (template && !isEmpty(left)) write(left)
    else if (hasSameContent(stored.shown().content, draft)) write(emptyDraft)
  }
  const takesOnlyTemplates = chosen !== undefined && chosen.channel_type.free_text_window_hours !== null
  const templates = chosen?.channel_type.message_templates && {
    ...{ channel: chosen, place: chosen.id, FileField, button: s.compose.send },
    recipient: draft.recipient?.trim() ? { name: null, handle: draft.recipient.trim() } : null,
    onChoose: (template: ChosenTemplate) => void start(template),
  }
  const discard = () => {
    forgetTry()
    uploading.forEach(uploads.cancel)
    write(emptyDraft)
  }
  return (
    <form noValidate className={styles.form} onSubmit={submit}>
      {(missing.length > 1 || problem) && (
        <div role="alert" className={styles.summary}>
          {problem ?? ofNew.summary}
          {!problem && (
            <ul>
              {missing.map((field) => (
                <li key={field}>
                  <a href={`#new-${field}`}>{ofNew.missing[field]}</a>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      <SelectField
        field={field('channel', chosen?.id ?? '', (id) => change({ channel_id: id || null }))}
        label={s.compose.channel}
        hint={ofNew.channelHint}
        options={channels.map((channel) => ({
          value: channel.id,
          name: fullName(channel, channels, channel.address),
        }))}
      />
      <TextField
        field={field('recipient', draft.recipient ?? '', (recipient) => change({ recipient }))}
        label={s.compose.recipient}
        hint={ofNew.recipientHint[chosen?.channel_type.contact_type ?? 'custom']}
      />
      <TextField
        field={field('subject', draft.subject ?? '', (subject) => change({ subject }))}
        label={s.compose.subject}
        isOptional
      />
      {takesOnlyTemplates ? (
        <p>{t.composeHint}</p>
      ) : (
        <Labelled id={body.id} label={s.compose.body} error={body.error}>
          <AutosizeText
            id={body.id}
            {...described(body.id, body.error, undefined)}
            className={`${fieldStyles.input} ${styles.body}`}
            dir="auto"
            value={body.value}
            onFiles={attach}
            onChange={(event) => body.onChange(event.target.value)}
          />
        </Labelled>
      )}
      {!takesOnlyTemplates && (
        <AttachedFiles
          draftKey="new"
          attachments={draft.attachments}
          onRemove={({ id }) => change({ attachments: draft.attachments.filter((file) => file.id !== id) })}
        />
      )}
      {!takesOnlyTemplates && (
        <DraftLocation location={draft.location} isCapable={showsLocations} onChange={writeLocation} />
      )}
      {!takesOnlyTemplates && (
        <ButtonsEditor
          buttons={draft.buttons}
          isCapable={chosen?.channel_type.capabilities.includes('buttons') ?? false}
          onChange={writeButtons}
        />
      )}
      {conflictingText && <DraftConflict text={conflictingText} onResolve={resolveConflict} />}
      {waitingText && <WaitsToSend text={waitingText} onStop={stopWaiting} />}
      <div className={styles.buttons}>
        {limits && !takesOnlyTemplates && <AttachButton limits={limits} onFiles={attach} />}
        {!takesOnlyTemplates && <ButtonsToggle buttons={draft.buttons} onChange={writeButtons} />}
        {!takesOnlyTemplates && (
          <LocationButton location={draft.location} isCapable={showsLocations} onChoose={writeLocation} />
        )}
        {!takesOnlyTemplates && (
          <Button type="submit" kind="primary" isBusy={isSending}>
            <IconSend2 size={16} aria-hidden />
            {isSending ? s.composer.sending : s.compose.send}
          </Button>
        )}
        {templates && (
          <TemplateButton
            request={templates}
            className={takesOnlyTemplates ? composerStyles.choose : composerStyles.template}
          >
            {isSending && takesOnlyTemplates ? s.composer.sending : t.choose}
          </TemplateButton>
        )}
        <Button kind="quiet" onClick={discard}>
          {s.compose.discard}
        </Button>
        <span role="status">
          {saveState === 'saved' && !isEmpty(draft)
            ? s.composer.saved
            : saveState === 'saved_locally'
              ? s.composer.savedHere
              : ''}
        </span>
      </div>
      <DropTarget takesFiles={limits !== null} onFiles={attach} />
    </form>
  )
}

function missingFields(draft: DraftContent, channel: Channel | undefined, isUploading: boolean): Field[] {
  const { recipient, body, attachments, location } = draft
  const lacks: Field[] = []
  if (!channel) lacks.push('channel')
  if (!recipient?.trim()) lacks.push('recipient')
  if (!body.trim() && attachments.length === 0 && !location && !isUploading) lacks.push('body')
  return lacks
}
