/** Where the bytes of files lie. */
export type FileStorageSettings = { kind: 'disk'; directory: string } | S3Settings

/** The credentials are in the environment, where the library of S3 reads them. */
export interface S3Settings {
  kind: 's3'
  bucket: string
  /** Stands before every key; empty, or ends with a slash. */
  prefix: string
  region: string
  /** Null: Amazon's own. */
  endpoint: string | null
}

/** `s3://bucket/prefix?region=…&endpoint=…`. Null for what is no such URL. */
export function s3SettingsOf(text: string): S3Settings | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol !== 's3:' || url.hostname === '' || url.username !== '') return null
  const endpoint = url.searchParams.get('endpoint')
  if (endpoint !== null && !/^https?:/.test(endpoint)) return null
  const path = url.pathname.replace(/^\/+|\/+$/g, '')
  return {
    kind: 's3',
    bucket: url.hostname,
    prefix: path === '' ? '' : `${decodeURIComponent(path)}/`,
    region: url.searchParams.get('region') ?? 'us-east-1',
    endpoint,
  }
}
