import { publicId } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'
import type { FileFacts } from './queries.ts'
import type { Attachment } from './schema.ts'

/** Front's resource of a file. `owner`: the path of what it belongs to. */
export function attachmentResource(
  { id, filename, content_type, size, is_inline, cid, width, height }: FileFacts,
  companyId: number,
  urls: Urls,
  owner: string[] = [],
): Attachment {
  const publicNumber = publicId('fil', companyId, id)
  return {
    id: publicNumber,
    filename,
    url: urls.of(...owner, 'download', publicNumber),
    content_type,
    size,
    metadata: {
      is_inline,
      ...(is_inline && cid !== null && { cid }),
      ...(width != null && height != null && { width, height }),
    },
  }
}
