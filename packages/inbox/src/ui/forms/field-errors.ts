import { ApiError } from '../../api/errors.ts'
import { t } from '../../strings/forms.ts'

/** Error messages by field; each says what to do. */
export type FieldErrors<Values> = Partial<Record<keyof Values & string, string>>

/** Trims the values before they are checked and sent. Fields in `verbatim` stay as typed. */
export function trimmed<Values extends object>(values: Values, verbatim: readonly string[] = []): Values {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' && !verbatim.includes(name) ? value.trim() : value,
  ])
  return Object.fromEntries(entries) as Values
}

/** Assigns an error of the hub to the fields that its details name, or to the whole form when they name none. */
export function formErrors<Values extends object>(
  error: unknown,
  values: Values,
): { fieldErrors: FieldErrors<Values>; formError: string | null } {
  const message = (error as Error).message
  if (!(error instanceof ApiError)) return { fieldErrors: {}, formError: message }
  const named = error.details.flatMap((detail) => fieldsIn(detail, values))
  const fieldErrors = Object.fromEntries(
    named.map(({ name, reason }) => [name, isGeneral(message) ? t.notAccepted(reason) : message]),
  ) as FieldErrors<Values>
  return { fieldErrors, formError: named.length > 0 ? null : message }
}

/** `body.credentials.api_key: missing` names the field api_key. */
function fieldsIn(detail: string, values: object): { name: string; reason: string }[] {
  const [paths = '', reason = ''] = splitOnce(detail, ': ')
  return paths
    .split(', ')
    .map((path) => path.split('.').at(-1) ?? '')
    .filter((name) => Object.hasOwn(values, name))
    .map((name) => ({ name, reason }))
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** Whether it is the default message, which fits any body: the detail is shown instead. */
function isGeneral(message: string): boolean {
  return message.startsWith('Body did not satisfy')
}
