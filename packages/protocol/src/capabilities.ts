/**
 * The extensions to Front's protocol to which a channel type can opt in, by name. Nothing of a capability is sent to a
 * type that did not ask for it: servers written for Front end their process at a type of request that they do not know.
 */
export const capabilities = [
  'typing',
  'receipts',
  'edits',
  'deletions',
  'reactions',
  'buttons',
  'locations',
  'conversation_status',
  'teammate_profiles',
] as const
export type Capability = (typeof capabilities)[number]
