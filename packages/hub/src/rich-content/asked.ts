import type { Button, Capability } from '@portico/protocol'
import type { RichContent } from '@portico/protocol/rich-content'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { RichFields, StoredContent } from './schema.ts'
import { storedContent, tidyLocation } from './stored.ts'

/** What a message on this channel stores of what was asked for. Throws invalid_body. */
export async function contentToStore(
  db: Pick<Database, 'query'>,
  { companyId, channelId }: { companyId: number; channelId: number },
  asked: RichFields & { body?: string | undefined },
): Promise<StoredContent | undefined> {
  const content = askedContent(asked)
  if (!content) return undefined
  if (content.buttons && !/\S/.test(asked.body ?? '')) {
    throw new ApiError('invalid_body', 'Buttons stand below a text. Write one.', [
      'body.body: is empty, and there are buttons',
    ])
  }
  const [channel] = await db.query<{ capabilities: Capability[] }>(
    'capabilities_of_channel',
    `select t.capabilities from channels c join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     where c.company_id = $1 and c.id = $2`,
    [companyId, channelId],
  )
  return storedContent(content, channel?.capabilities ?? [])
}

/** Null without any. Throws invalid_body for what the schema cannot say. */
function askedContent({ buttons, location }: RichFields): RichContent | null {
  if (!buttons && !location) return null
  if (buttons) refuseTwins(buttons)
  refuseWrongUrls([
    ...(buttons ?? []).map(({ url }, i) => ({ url, path: `body.buttons[${i}].url` })),
    { url: location?.url, path: 'body.location.url' },
  ])
  return {
    ...(buttons && { buttons: buttons.map(({ id, title, url }) => ({ id, title: title.trim(), url })) }),
    ...(location && { location: tidyLocation(location) }),
  }
}

function refuseTwins(buttons: Button[]): void {
  const twins = (['id', 'title'] as const).flatMap((field) => {
    const values = buttons.map((button) => button[field].trim())
    return values.flatMap((value, i) =>
      values.indexOf(value) < i ? [`body.buttons[${i}].${field}: is that of another button`] : [],
    )
  })
  if (twins.length > 0) throw new ApiError('invalid_body', undefined, twins)
}

function refuseWrongUrls(urls: { url: string | null | undefined; path: string }[]): void {
  const wrong = urls.flatMap(({ url, path }) => (url == null || URL.canParse(url) ? [] : [`${path}: is no address`]))
  if (wrong.length > 0) throw new ApiError('invalid_body', undefined, wrong)
}
