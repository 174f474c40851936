import { capabilities } from '@portico/protocol/capabilities'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { CheckField, ManyField, RadioField } from '../ui/forms/Choices.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { TextArea, TextField } from '../ui/forms/TextField.tsx'
import { type Form, useForm } from '../ui/forms/useForm.ts'
import styles from './ChannelTypeForm.module.css'
import { choices, Group } from './ChoiceGroups.tsx'
import { type ChannelTypeFields, checkFields } from './fields.ts'
import { IconField } from './IconField.tsx'
import { OAuth } from './OAuth.tsx'

const texts = t.channelTypes
type TypeForm = Form<ChannelTypeFields>

interface ChannelTypeFormProps {
  initial: ChannelTypeFields
  send: (fields: ChannelTypeFields) => Promise<void>
  button: string
  storageKey?: string
  /** Fields that cannot change while the type has channels. */
  isUsed?: boolean
  hasClientSecret?: boolean
}

/** The form in which a builder registers a channel server. */
export function ChannelTypeForm({
  initial,
  send,
  button,
  storageKey,
  isUsed = false,
  hasClientSecret = false,
}: ChannelTypeFormProps) {
  const [pictureProblem, setPictureProblem] = useState<string>()
  const form: TypeForm = useForm({
    initial,
    storageKey,
    check: checkFields,
    send: async (fields) => {
      await send(fields)
      // it is stored, and not shown
      form.set({ client_secret: '' })
    },
    secrets: ['client_secret'],
  })
  const icon = form.field('icon')
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      <ErrorSummary form={form} />
      <Group name={texts.people}>
        <TextField field={form.field('name')} label={texts.name} hint={texts.nameHint} />
        <TextArea field={form.field('description')} label={texts.description} hint={texts.descriptionHint} isOptional />
        <IconField
          field={{
            ...icon,
            error: pictureProblem ?? icon.error,
            onChange: (value) => {
              setPictureProblem(undefined)
              icon.onChange(value)
            },
          }}
          onProblem={setPictureProblem}
        />
      </Group>
      <Server form={form} isUsed={isUsed} />
      {form.values.auth_type === 'oauth2' && <OAuth form={form} isUsed={isUsed} hasClientSecret={hasClientSecret} />}
      <Abilities form={form} isUsed={isUsed} />
      <Group name={texts.files}>
        <TextField
          field={form.field('attachment_megabytes')}
          label={texts.megabytes}
          hint={texts.megabytesHint}
          inputMode="decimal"
        />
        <TextArea
          field={form.field('attachment_types')}
          label={texts.mediaTypes}
          hint={texts.mediaTypesHint}
          autoCapitalize="none"
          spellCheck={false}
          placeholder="image/*"
          isOptional
        />
      </Group>
      <Group name={texts.capabilities}>
        <ManyField
          field={form.field('capabilities')}
          label={texts.capabilitiesLabel}
          hint={texts.capabilitiesHint}
          options={choices(texts.capabilityNames, capabilities)}
        />
      </Group>
      <Advanced form={form} />
      <Buttons>
        <Button type="submit" kind="primary" isBusy={form.isSending}>
          {form.isSending ? forms.saving : button}
        </Button>
      </Buttons>
    </form>
  )
}

function Server({ form, isUsed }: { form: TypeForm; isUsed: boolean }) {
  return (
    <Group name={texts.server}>
      <TextField
        field={form.field('server_url')}
        label={texts.serverUrl}
        hint={texts.serverUrlHint}
        type="url"
        inputMode="url"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="https://"
      />
      <RadioField
        field={form.field('auth_type')}
        label={texts.authType}
        hint={isUsed ? texts.fixed : texts.authTypeHint}
        isFixed={isUsed}
        options={choices(texts.authTypes, ['api_key', 'bearer', 'basic', 'oauth2', 'none'])}
      />
    </Group>
  )
}

function Abilities({ form, isUsed }: { form: TypeForm; isUsed: boolean }) {
  return (
    <Group name={texts.can}>
      <div className={layout.checks}>
        <CheckField field={form.field('allow_reply')} label={texts.allowReply} hint={texts.allowReplyHint} />
        <CheckField field={form.field('allow_compose')} label={texts.allowCompose} hint={texts.allowComposeHint} />
        <CheckField field={form.field('message_templates')} label={texts.templates} hint={texts.templatesHint} />
      </div>
      {form.field('message_templates').value && (
        <TextField
          field={form.field('free_text_window_hours')}
          label={texts.freeTextHours}
          hint={texts.freeTextHoursHint}
          inputMode="numeric"
          isOptional
        />
      )}
      <RadioField
        field={form.field('composer')}
        label={texts.composer}
        hint={texts.composerHint}
        options={choices(texts.composers, ['basic', 'advanced'])}
      />
      <RadioField
        field={form.field('contact_type')}
        label={texts.contactType}
        hint={isUsed ? texts.fixed : texts.contactTypeHint}
        isFixed={isUsed}
        options={choices(texts.contactTypes, ['custom', 'phone', 'email'])}
      />
    </Group>
  )
}

function Advanced({ form }: { form: TypeForm }) {
  const { max_in_flight, numeric_alias } = form.fieldErrors
  return (
    <details className={styles.advanced} open={Boolean(max_in_flight || numeric_alias) || undefined}>
      <summary>
        <IconChevronRight size={16} aria-hidden />
        <span>
          <strong>{texts.advanced}</strong>
          <small>{texts.advancedHint}</small>
        </span>
      </summary>
      <div className={styles.content}>
        <div className={layout.checks}>
          <h3>{texts.wants}</h3>
          <CheckField field={form.field('wants_delete')} label={texts.wantsDelete} hint={texts.wantsDeleteHint} />
          <CheckField
            field={form.field('wants_message_imported')}
            label={texts.wantsImported}
            hint={texts.wantsImportedHint}
          />
        </div>
        <div className={layout.checks}>
          <h3>{texts.sending}</h3>
          <CheckField field={form.field('idempotent')} label={texts.idempotent} hint={texts.idempotentHint} />
        </div>
        <TextField
          field={form.field('max_in_flight')}
          label={texts.maxInFlight}
          hint={texts.maxInFlightHint}
          inputMode="numeric"
        />
        <div className={layout.checks}>
          <h3>{texts.tokens}</h3>
          <CheckField field={form.field('single_use_tokens')} label={texts.singleUse} hint={texts.singleUseHint} />
        </div>
        <TextField
          field={form.field('numeric_alias')}
          label={texts.alias}
          hint={texts.aliasHint}
          inputMode="numeric"
          isOptional
        />
      </div>
    </details>
  )
}
