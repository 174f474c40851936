import { t } from '../strings/settings.ts'

/** The reason why a text is no webhook URL of a custom channel; the hub refuses addresses that it may not call. */
export function webhookUrlProblem(text: string): string | undefined {
  const url = text.trim()
  if (url === '') return t.channels.missing.webhook
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? undefined : t.channelTypes.missing.notUrl
}
