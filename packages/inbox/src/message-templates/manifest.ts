import { IconTemplate } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { DialogLoadFailed } from '../ui/dialogs/DialogLoadFailed.tsx'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { onEvent } from './on-event.ts'
import { openerOf } from './opener.ts'
import { t } from './strings.ts'

const loadDialog = () => import('./TemplateDialog.tsx')

const choose: Action = {
  id: 'template',
  group: 'conversation',
  name: () => t.choose,
  icon: IconTemplate,
  shortcut: 'Shift+T',
  keywords: 'template whatsapp answer',
  isVisible: ({ openId }) => openerOf(openId) !== undefined,
  perform: ({ openId }) => openerOf(openId)?.(),
}

export const messageTemplates: Manifest = {
  actions: [choose],
  dialogs: { template: lazyWithFallback(loadDialog, DialogLoadFailed) },
  onEvent,
}
