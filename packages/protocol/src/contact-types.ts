/** The kinds of handle that a channel's contacts have. */
export const contactTypes = ['custom', 'email', 'phone'] as const
export type ContactType = (typeof contactTypes)[number]
