/** What the handles of a channel's contacts are. */
export const contactTypes = ['custom', 'email', 'phone'] as const
export type ContactType = (typeof contactTypes)[number]
