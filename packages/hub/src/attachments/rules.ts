import { ApiError } from '../http/api-error.ts'
import type { FileRules } from '../http/files.ts'

interface File {
  filename: string
  content_type: string
  size?: number
}

/** Throws file_not_allowed where a channel takes no file of this type. */
export function requireAllowed(file: File, { mediaTypes }: FileRules): void {
  if (mediaTypes === undefined || mediaTypes.some((allowed) => matches(allowed, file.content_type))) return
  throw new ApiError('file_not_allowed', `This channel takes no files of the type ${file.content_type}.`, [
    `body.attachments: "${file.filename}" is ${file.content_type}; the channel takes ${mediaTypes.join(', ')}`,
  ])
}

/** The same of files that are there already; and of all of them together, that they are not too large. */
export function requireAllAllowed(files: Required<File>[], rules: FileRules): void {
  for (const file of files) requireAllowed(file, rules)
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  if (rules.maxBytes === undefined || bytes <= rules.maxBytes) return
  throw new ApiError('file_not_allowed', 'The files are larger than this channel takes. Send less, or a link.', [
    `body.attachments: have ${bytes} bytes; the channel takes ${rules.maxBytes}`,
  ])
}

/** `image/*` stands for all of its kind. */
function matches(allowed: string, type: string): boolean {
  return allowed.endsWith('/*') ? type.startsWith(allowed.slice(0, -1)) : allowed === type
}

/** A file that the caller named is not theirs to attach. */
export function noSuchFile(): ApiError {
  return new ApiError(
    'invalid_body',
    'A file is not there any more, or is attached to something else. Upload it again.',
    ['body.attachment_ids: names no file of yours that waits to be used'],
  )
}
