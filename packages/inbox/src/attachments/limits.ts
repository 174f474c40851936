import type { Attachment, Channel } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { shownName, sizeWords } from './attachment.ts'
import { t } from './strings.ts'

/** The files that a channel takes, from its type: bytes of all files of a message, and media types (null: all). */
type FileLimits = Channel['channel_type']['attachments']

/** Files of one message, in the hub's API. */
const maxFiles = 10

/** Null: the channel takes no files. */
export function limitsOf(channel: Channel | undefined): FileLimits | null {
  const limits = channel?.channel_type.attachments
  return limits && limits.max_bytes > 0 ? limits : null
}

type FileFacts = Pick<File, 'name' | 'type' | 'size'>

/** Sorts out the files that a draft with files of these sizes cannot take, each with a sentence that says why. */
export function checkFiles<F extends FileFacts>(files: F[], sizesBefore: number[], limits: FileLimits) {
  const accepted: F[] = []
  const problems: string[] = []
  let count = sizesBefore.length
  let room = limits.max_bytes - sizesBefore.reduce((sum, size) => sum + size, 0)
  for (const file of files) {
    const problem = count >= maxFiles ? t.tooMany(shownName(file.name), maxFiles) : problemOf(file, room, limits)
    if (problem) problems.push(problem)
    else {
      accepted.push(file)
      count++
      room -= file.size
    }
  }
  return { accepted, problems }
}

function problemOf({ name, type, size }: FileFacts, room: number, limits: FileLimits): string | null {
  const shown = shownName(name)
  if (size === 0) return t.empty(shown)
  if (!isTaken(type, limits)) return t.wrongType(shown, typesText(limits))
  return size > room ? t.tooLarge(shown, sizeWords(limits.max_bytes)) : null
}

/** `image/*` stands for all media types that begin with `image/`. */
function isTaken(type: string, { media_types }: FileLimits): boolean {
  const own = type.split(';', 1)[0]?.trim().toLowerCase() || 'application/octet-stream'
  if (media_types === null || media_types.includes('*/*')) return true
  return media_types.some((taken) => taken === own || (taken.endsWith('/*') && own.startsWith(taken.slice(0, -1))))
}

/** Why a channel does not take the files of a draft, which may have been attached for another channel. */
export function attachedProblem(attachments: Attachment[], channel: Channel): string | null {
  const limits = limitsOf(channel)
  if (!limits) return attachments.length > 0 ? t.noFiles(channel.name) : null
  const files = attachments.map(({ filename: name, content_type: type, size }) => ({ name, type, size }))
  return checkFiles(files, [], limits).problems.join(' ') || null
}

/** `Pictures and PDF, up to 5 MB in all`: shown before a file is chosen. */
export function limitsText(limits: FileLimits): string {
  const types = typesText(limits)
  return t.takes(types.charAt(0).toUpperCase() + types.slice(1), sizeWords(limits.max_bytes))
}

const mostNamed = 6

function typesText({ media_types }: FileLimits): string {
  if (media_types === null || media_types.includes('*/*')) return t.anything
  const names = new Set(media_types.map(nameOfType))
  const shown = [...names].slice(0, mostNamed)
  if (names.size > mostNamed) shown.push('…')
  return new Intl.ListFormat(s.language, { type: 'conjunction' }).format(shown)
}

const known: Record<string, string> = {
  'text/plain': 'TXT',
  'audio/mpeg': 'MP3',
  'application/msword': 'DOC',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'DOCX',
  'application/vnd.ms-excel': 'XLS',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'XLSX',
}

function nameOfType(type: string): string {
  const [group = '', name = ''] = type.toLowerCase().split('/')
  if (name === '*') return t.groups[group as keyof typeof t.groups] ?? type
  return known[type.toLowerCase()] ?? name.replace(/^x-/, '').replace(/\+.*$/, '').toUpperCase()
}

/** The media types for the browser's file dialog. */
export const acceptOf = ({ media_types }: FileLimits): string | undefined => media_types?.join(',')
