import { dueTime } from '../ui/time/formats.ts'

const units = (count: number, unit: 'hour' | 'minute') =>
  new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(count)

const left = (seconds: number) =>
  seconds >= 3_600 ? units(Math.floor(seconds / 3_600), 'hour') : units(Math.max(1, Math.ceil(seconds / 60)), 'minute')

/** The texts of this feature. A language is one object of this shape. */
export const t = {
  choose: 'Choose a template…',
  button: 'Template',
  label: 'Message templates',
  filter: 'Find a template by its name or words',
  none: 'No template of that name',
  empty:
    'No templates yet. They are made in the service behind this channel (WhatsApp, for example), and its server syncs them here.',
  statuses: { PENDING: 'Pending', APPROVED: 'Approved', REJECTED: 'Rejected', disabled: 'Disabled' },
  notSendable: {
    PENDING: (name: string) =>
      `“${name}” is not approved yet. It can be sent as soon as it is approved where it was made.`,
    REJECTED: (name: string) => `“${name}” was rejected where it was made, so it cannot be sent.`,
    disabled: (name: string) => `“${name}” is disabled where it was made, so it cannot be sent.`,
  },
  preview: 'Preview',
  previewOf: (name: string) => `What “${name}” says`,
  missing: (name: string) => `Enter a value for ${name}.`,
  send: 'Send',
  back: 'Other templates',
  open: (closesAt: number, seconds: number) => `Free text until ${dueTime(closesAt)} · ${left(seconds)} left`,
  closedSince: (who: string, closedAt: number) =>
    `${who} last wrote too long ago: free text was taken until ${dueTime(closedAt)}. Now only a template can be sent.`,
  neverOpen: (who: string) => `${who} has not written here yet, so only a template can be sent.`,
  composeHint: 'This channel starts conversations with a template only.',
  sentFrom: (name: string) => `Template: ${name}`,
  keptDraft: 'Your draft is kept, and can be sent when the customer writes again:',
  section: 'Message templates',
  sectionHint:
    'They are made in the service behind this channel, and its server syncs them. Teammates send the approved ones.',
  variables: (names: string) => `Variables: ${names}`,
  noVariables: 'No variables',
  synced: (time: string) => `Changed ${time}`,
}
