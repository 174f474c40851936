import { useEffect } from 'react'
import type { Attachment, Channel } from '../api/types.ts'
import { type DraftKey, draftName } from '../drafts/storage.ts'
import { checkFiles, limitsOf } from './limits.ts'
import { t } from './strings.ts'
import { uploads, useUploads } from './uploads.ts'

/** Attaches files to a draft: files that the channel does not take are refused with the reason, the others are uploaded. */
export function useAttach(
  draftKey: DraftKey,
  channel: Channel | undefined,
  attached: Attachment[],
  setProblem: (problem: string | null) => void,
) {
  const uploading = useUploads(draftKey)
  const name = draftName(draftKey)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name identifies the draft
  useEffect(() => void uploads.resume(draftKey), [name])
  const limits = limitsOf(channel)
  const attach = (files: File[]) => {
    if (files.length === 0) return
    if (!channel) return setProblem(t.noChannelFirst)
    if (!limits) return setProblem(t.noFiles(channel.name))
    const sizes = [...attached.map(({ size }) => size), ...uploading.map(({ bytes }) => bytes.size)]
    const { accepted, problems } = checkFiles(files, sizes, limits)
    setProblem(problems.join(' ') || null)
    if (accepted.length > 0) void uploads.add(draftKey, accepted)
  }
  return { attach, limits, uploading }
}
