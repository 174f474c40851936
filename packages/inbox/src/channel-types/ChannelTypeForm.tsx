import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { CheckField, RadioField } from '../ui/forms/Choices.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { TextArea, TextField } from '../ui/forms/TextField.tsx'
import { type Form, useForm } from '../ui/forms/useForm.ts'
import styles from './ChannelTypeForm.module.css'
import { type ChannelTypeFields, checkFields } from './fields.ts'
import { IconField } from './IconField.tsx'

const words = t.channelTypes
type TypeForm = Form<ChannelTypeFields>

interface ChannelTypeFormProps {
  initial: ChannelTypeFields
  send: (fields: ChannelTypeFields) => Promise<void>
  button: string
  keepAs?: string
  /** Fields that cannot change while the type has channels. */
  isUsed?: boolean
}

/** The form in which a builder registers a channel server. */
export function ChannelTypeForm({ initial, send, button, keepAs, isUsed = false }: ChannelTypeFormProps) {
  const [pictureProblem, setPictureProblem] = useState<string>()
  const form = useForm({
    initial,
    keepAs,
    check: checkFields,
    send,
  })
  const icon = form.field('icon')
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      <ErrorSummary form={form} />
      <Group name={words.people}>
        <TextField field={form.field('name')} label={words.name} hint={words.nameHint} />
        <TextArea field={form.field('description')} label={words.description} hint={words.descriptionHint} isOptional />
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
      <Abilities form={form} isUsed={isUsed} />
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
    <Group name={words.server}>
      <TextField
        field={form.field('server_url')}
        label={words.serverUrl}
        hint={words.serverUrlHint}
        type="url"
        inputMode="url"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="https://"
      />
      <RadioField
        field={form.field('auth_type')}
        label={words.authType}
        hint={isUsed ? words.fixed : words.authTypeHint}
        isFixed={isUsed}
        options={choices(words.authTypes, ['api_key', 'bearer', 'basic', 'none'])}
      />
    </Group>
  )
}

function Abilities({ form, isUsed }: { form: TypeForm; isUsed: boolean }) {
  return (
    <Group name={words.can}>
      <div className={layout.checks}>
        <CheckField field={form.field('allow_reply')} label={words.allowReply} hint={words.allowReplyHint} />
        <CheckField field={form.field('allow_compose')} label={words.allowCompose} hint={words.allowComposeHint} />
      </div>
      <RadioField
        field={form.field('composer')}
        label={words.composer}
        hint={words.composerHint}
        options={choices(words.composers, ['basic', 'advanced'])}
      />
      <RadioField
        field={form.field('contact_type')}
        label={words.contactType}
        hint={isUsed ? words.fixed : words.contactTypeHint}
        isFixed={isUsed}
        options={choices(words.contactTypes, ['custom', 'phone', 'email'])}
      />
    </Group>
  )
}

function Advanced({ form }: { form: TypeForm }) {
  const { max_in_flight, numeric_alias } = form.problems
  return (
    <details className={styles.advanced} open={Boolean(max_in_flight || numeric_alias) || undefined}>
      <summary>
        <IconChevronRight size={16} aria-hidden />
        <span>
          <strong>{words.advanced}</strong>
          <small>{words.advancedHint}</small>
        </span>
      </summary>
      <div className={styles.content}>
        <div className={layout.checks}>
          <h3>{words.wants}</h3>
          <CheckField field={form.field('wants_delete')} label={words.wantsDelete} hint={words.wantsDeleteHint} />
          <CheckField
            field={form.field('wants_message_imported')}
            label={words.wantsImported}
            hint={words.wantsImportedHint}
          />
        </div>
        <div className={layout.checks}>
          <h3>{words.sending}</h3>
          <CheckField field={form.field('idempotent')} label={words.idempotent} hint={words.idempotentHint} />
        </div>
        <TextField
          field={form.field('max_in_flight')}
          label={words.maxInFlight}
          hint={words.maxInFlightHint}
          inputMode="numeric"
        />
        <div className={layout.checks}>
          <h3>{words.tokens}</h3>
          <CheckField field={form.field('single_use_tokens')} label={words.singleUse} hint={words.singleUseHint} />
        </div>
        <TextField
          field={form.field('numeric_alias')}
          label={words.alias}
          hint={words.aliasHint}
          inputMode="numeric"
          isOptional
        />
      </div>
    </details>
  )
}

function Group({ name, children }: { name: string; children: ReactNode }) {
  return (
    <fieldset className={layout.fields}>
      <legend>{name}</legend>
      {children}
    </fieldset>
  )
}

interface Words {
  name: string
  hint: string
}

function choices<const Value extends string>(
  names: Record<Value, Words>,
  order: readonly Value[],
): (Words & { value: Value })[] {
  return order.map((value) => ({ value, ...names[value] }))
}
