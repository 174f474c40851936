import { settingsEn } from './settings.en.ts'

/** The texts of the settings pages; loaded with them. A language is one file of the shape of settings.en.ts, chosen here. */
export const t: typeof settingsEn = settingsEn
