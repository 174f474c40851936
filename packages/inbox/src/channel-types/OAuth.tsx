import { t } from '../strings/settings.ts'
import { CheckField, RadioField } from '../ui/forms/Choices.tsx'
import layout from '../ui/forms/form.module.css'
import { SecretField, TextField } from '../ui/forms/TextField.tsx'
import type { Form } from '../ui/forms/useForm.ts'
import { choices, Group } from './ChoiceGroups.tsx'
import { type ChannelTypeFields, offersAddresses, offersRevokesReplaced } from './fields.ts'

const texts = t.channelTypes
const url = {
  type: 'url',
  inputMode: 'url',
  autoCapitalize: 'none',
  spellCheck: false,
  placeholder: 'https://',
} as const
// the client's secret is not the teammate's own password: the browser must neither fill nor keep it
const foreign = { autoComplete: 'off', 'data-1p-ignore': true, 'data-lpignore': 'true', spellCheck: false } as const

interface OAuthProps {
  form: Form<ChannelTypeFields>
  isUsed: boolean
  hasClientSecret: boolean
}

/** How a token for the channel's server is got. */
export function OAuth({ form, isUsed, hasClientSecret }: OAuthProps) {
  const { grant } = form.values
  return (
    <Group name={texts.oauth}>
      <RadioField
        field={form.field('grant')}
        label={texts.grant}
        hint={isUsed ? texts.fixed : undefined}
        isFixed={isUsed}
        options={choices(texts.grants, ['authorization_code', 'client_credentials', 'password'])}
      />
      {grant === 'authorization_code' && (
        <TextField
          field={form.field('authorize_url')}
          label={texts.authorizeUrl}
          hint={texts.authorizeUrlHint}
          {...url}
        />
      )}
      <TextField field={form.field('token_url')} label={texts.tokenUrl} hint={texts.tokenUrlHint} {...url} />
      <TextField
        field={form.field('introspection_url')}
        label={texts.introspectionUrl}
        hint={texts.introspectionUrlHint}
        isOptional
        {...url}
      />
      <TextField
        field={form.field('revocation_url')}
        label={texts.revocationUrl}
        hint={texts.revocationUrlHint}
        isOptional
        {...url}
      />
      {offersRevokesReplaced(form.values) && (
        <div className={layout.checks}>
          <CheckField
            field={form.field('revokes_replaced')}
            label={texts.revokesReplaced}
            hint={texts.revokesReplacedHint}
          />
        </div>
      )}
      {grant !== 'client_credentials' && (
        <>
          <TextField field={form.field('client_id')} label={texts.clientId} hint={texts.clientIdHint} {...foreign} />
          <SecretField
            field={form.field('client_secret')}
            label={texts.clientSecret}
            hint={hasClientSecret ? texts.clientSecretStored : texts.clientSecretHint}
            {...foreign}
          />
        </>
      )}
      <TextField field={form.field('scopes')} label={texts.scopes} hint={texts.scopesHint} isOptional {...foreign} />
      {grant === 'authorization_code' && (
        <RadioField
          field={form.field('credentials_mode')}
          label={texts.mode}
          hint={isUsed ? texts.fixed : undefined}
          isFixed={isUsed}
          options={choices(texts.modes, ['private', 'shared'])}
        />
      )}
      {offersAddresses(form.values) && (
        <div className={layout.checks}>
          <CheckField
            field={form.field('wants_list_addresses')}
            label={texts.listAddresses}
            hint={texts.listAddressesHint}
          />
        </div>
      )}
    </Group>
  )
}
