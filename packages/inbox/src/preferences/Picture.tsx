import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { request } from '../api/request.ts'
import { postFile } from '../attachments/post-file.ts'
import { meQuery, useMe } from '../session/session.ts'
import { t } from '../strings/settings.ts'
import { teammatesQuery } from '../teammates/queries.ts'
import { TeammateAvatar } from '../teammates/TeammateAvatar.tsx'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import styles from './Picture.module.css'

const texts = t.preferences

/** The picture of the signed-in teammate, and its change. */
export function Picture() {
  const me = useMe()
  const queryClient = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const change = async (make: () => Promise<unknown>) => {
    setBusy(true)
    setProblem(null)
    try {
      await make()
      await Promise.all([meQuery, teammatesQuery].map(({ queryKey }) => queryClient.refetchQueries({ queryKey })))
      toast(t.saved)
    } catch (error) {
      setProblem((error as Error).message)
    } finally {
      setBusy(false)
    }
  }
  const path = `/teammates/${me.id}/avatar` as const
  const choose = (file: File) =>
    change(async () => {
      const picture = { name: file.name, type: file.type, bytes: file }
      const { id } = await postFile(picture, () => {}, new AbortController().signal)
      await request('PUT', path, { body: { attachment_id: id } })
    })
  return (
    <div className={styles.picture}>
      <TeammateAvatar teammate={me} />
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/gif"
        hidden
        aria-label={texts.choosePicture}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          target.value = ''
          if (file) void choose(file)
        }}
      />
      <Buttons>
        <Button isBusy={isBusy} onClick={() => input.current?.click()}>
          {me.avatar_url ? texts.changePicture : texts.choosePicture}
        </Button>
        {me.avatar_url && (
          <Button kind="quiet" isBusy={isBusy} onClick={() => void change(() => request('DELETE', path))}>
            {texts.removePicture}
          </Button>
        )}
      </Buttons>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
    </div>
  )
}
