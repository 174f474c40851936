import type { Attachment, Channel } from '../api/types.ts'
import type { MessageTemplate } from './queries.ts'

export type FileType = Exclude<MessageTemplate['variable_mappings'][number]['type'], 'text'>

/** A field for a variable that is filled with a file; the composer gives it. */
export interface FileFieldProps {
  id: string
  label: string
  type: FileType
  channel: Channel
  file: Attachment | undefined
  /** What the other variables of the message have. */
  otherFiles: Attachment[]
  error: string | undefined
  onChange: (file: Attachment | undefined) => void
}
