import { IconTemplate } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { openTemplates, type TemplateRequest } from './open-templates.ts'
import { registerOpener } from './opener.ts'
import { t } from './strings.ts'

interface TemplateButtonProps {
  request: TemplateRequest
  id?: string
  className?: string
  children?: ReactNode
}

/** Opens the templates of a channel. The key of the action does the same while it is on the screen. */
export function TemplateButton({ request, id, className, children }: TemplateButtonProps) {
  const queryClient = useQueryClient()
  const latest = useRef(request)
  latest.current = request
  const open = () => void openTemplates(queryClient, latest.current)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it opens what is asked for at that moment
  useEffect(() => registerOpener(request.place, open), [request.place])
  return (
    <button
      type="button"
      id={id}
      data-conversation={request.place}
      className={className}
      aria-label={t.choose}
      aria-keyshortcuts="Shift+T"
      onClick={open}
    >
      <IconTemplate size={16} aria-hidden />
      <span>{children ?? t.button}</span>
    </button>
  )
}
