import { join } from 'node:path'
import type { Settings } from '../settings/settings.ts'

export interface BannerFacts {
  settings: Settings
  url: string
  dataLocation: string
  /** The customer's page of the sample channel. */
  samplePage: string | null
  /** The code that the first admin enters; null when there is a company, or only this machine can reach the hub. */
  setUpCode: string | null
  needsSetUp: boolean
  logFile: string | null
  /** An API token, shown once, when the demo was made. */
  token: string | null
}

/** The text that is printed for the operator when the hub is ready. */
export function banner(facts: BannerFacts): string {
  const rows = rowsOf(facts)
  const width = Math.max(...rows.map(([label]) => label.length)) + 3
  const lines = rows.map(([label, words]) => `    ${label.padEnd(width)}${words}`)
  return ['', '  Portico is ready.', '', ...lines, ...warnings(facts.settings), '', ''].join('\n')
}

function rowsOf({ settings, url, dataLocation, samplePage, setUpCode, needsSetUp, logFile, token }: BannerFacts) {
  const rows: [label: string, words: string][] = [['The inbox', `${settings.publicUrl}/app`]]
  if (samplePage) rows.push(['Sign in to the demo', `${settings.publicUrl}/app/sign-in   (one click, no password)`])
  if (samplePage) rows.push(['Be the customer', samplePage])
  if (needsSetUp) rows.push(['Make your company', `${settings.publicUrl}/app/set-up`])
  if (needsSetUp && setUpCode) rows.push(['Set-up code', setUpCode])
  rows.push(['API reference', `${settings.publicUrl}/docs`])
  if (token) rows.push(['API token', `${token}   (shown this once)`])
  else rows.push(['API token', 'npx @portico/cli token create --local'])
  if (url !== settings.publicUrl) rows.push(['Listening on', url])
  rows.push(['The data', dataLocation])
  if (settings.masterKey === null) rows.push(['The key', join(settings.dataDirectory, 'master.key')])
  if (logFile) rows.push(['The log', logFile])
  rows.push(['Stop', 'Ctrl-C'])
  return rows
}

function warnings(settings: Settings): string[] {
  const words = [
    settings.demo &&
      'The demo signs in whoever calls from this machine, without a password: put no proxy or tunnel in front of it.',
    settings.isExposed &&
      settings.allowInsecureChannels &&
      'Channel servers may be http: and on private addresses (PORTICO_ALLOW_INSECURE_CHANNELS).',
    settings.allowUnsafeDatabase && 'The database may lose what was acknowledged (ALLOW_UNSAFE_DB).',
  ].filter((word) => word !== false)
  return words.length === 0 ? [] : ['', ...words.map((word) => `    ! ${word}`)]
}
