import { IconCheck, IconClock, IconTemplate, IconX } from '@tabler/icons-react'
import type { QueryClient } from '@tanstack/react-query'
import type { ComponentType } from 'react'
import type { Attachment, Channel } from '../api/types.ts'
import { choose } from '../ui/dialogs/choose.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { isChoiceOf, keptChoice } from './choices.ts'
import type { FileFieldProps } from './file-field.ts'
import { type MessageTemplate, obstacleOf, templatesQuery } from './queries.ts'
import { t } from './strings.ts'

/** A chosen template with its values, and what the message will say. */
export interface ChosenTemplate {
  id: string
  name: string
  variables: Record<string, string>
  /** The files among them, by the variables' uids. */
  files: Record<string, Attachment>
  text: string
}

export interface TemplateRequest {
  channel: Channel
  /** The conversation's id, or the channel's for a new message. */
  place: string
  recipient: { name: string | null; handle: string } | null
  FileField: ComponentType<FileFieldProps>
  /** The label of the button that ends it. */
  button?: string
  onChoose: (chosen: ChosenTemplate) => void
}

let current: { request: TemplateRequest; template: MessageTemplate; chooseAgain: () => void } | undefined

/** The template that TemplateDialog.tsx shows. */
export const currentTemplate = () => current

const icons = { PENDING: IconClock, REJECTED: IconX, disabled: IconX }

/** Opens the list of a channel's templates, then the fields of the one that was chosen. */
export async function openTemplates(queryClient: QueryClient, request: TemplateRequest): Promise<void> {
  const templates = await queryClient.fetchQuery(templatesQuery(request.channel.id)).catch((error: Error) => {
    toast(error.message, { tone: 'danger' })
    return null
  })
  if (templates) chooseAmong(templates, request)
}

function chooseAmong(templates: MessageTemplate[], request: TemplateRequest): void {
  const kept = keptChoice(request.place)
  const chooseAgain = () => chooseAmong(templates, request)
  const choices = templates.map((template) => {
    const obstacle = obstacleOf(template)
    return {
      id: template.id,
      name: template.name,
      detail: template.blurb,
      keywords: `${template.blurb} ${template.external_id}`,
      icon: obstacle ? icons[obstacle] : isChoiceOf(kept, template) ? IconCheck : IconTemplate,
      ...(obstacle && { shortcut: t.statuses[obstacle] }),
      isCurrent: isChoiceOf(kept, template),
      perform() {
        if (obstacle) {
          toast(t.notSendable[obstacle](template.name), { tone: 'danger' })
          return chooseAgain()
        }
        current = { request, template, chooseAgain }
        dialogStore.open('template')
      },
    }
  })
  choose({ label: t.label, placeholder: t.filter, empty: templates.length === 0 ? t.empty : t.none, choices })
}
