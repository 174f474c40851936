import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { startOutbox } from '../../outbox/outbox.ts'
import { usePanel } from '../../ui/dialogs/panels.ts'
import { refuseFiles } from '../../ui/files/files.ts'
import { keepFocus } from '../../ui/keys/keep-focus.ts'
import { Toasts } from '../../ui/toasts/Toasts.tsx'
import { ActionProvider } from '../actions/ActionProvider.tsx'
import { Keys } from '../actions/Keys.tsx'
import { actions } from '../actions/registry.ts'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { DocumentTitle } from './DocumentTitle.tsx'
import styles from './Shell.module.css'
import { Sidebar, SidebarDrawer } from './Sidebar.tsx'
import { SkipLinks } from './SkipLinks.tsx'

const CommandBar = lazy(() => import('../command-bar/CommandBar.tsx'))
const Help = lazy(() => import('../command-bar/Help.tsx'))
const AssignPanel = lazy(() => import('../../conversations/AssignPanel.tsx'))

/** The frame of every page behind the sign-in: where you are, what you see, what lies above it. */
export function Shell() {
  useEffect(startOutbox, [])
  useEffect(keepFocus, [])
  useEffect(() => refuseFiles(window), [])
  return (
    <ActionProvider>
      <Keys />
      <DocumentTitle />
      <SkipLinks />
      <div className={styles.shell}>
        <ConnectionBanner />
        <Sidebar className={styles.sidebar} />
        <main id="main" tabIndex={-1} className={styles.content}>
          <Outlet />
        </main>
      </div>
      <Panels />
      <Toasts undoKey={actions.undo.shortcut} />
      <div id="announcer" role="status" aria-live="polite" className={`visually-hidden ${styles.announcer}`} />
    </ActionProvider>
  )
}

function Panels() {
  const panel = usePanel()
  return (
    <Suspense>
      {panel === 'menu' && <SidebarDrawer />}
      {panel === 'commands' && <CommandBar />}
      {panel === 'help' && <Help />}
      {panel === 'assign' && <AssignPanel />}
    </Suspense>
  )
}
