import { useSuspenseQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { type ComponentType, Suspense, useEffect } from 'react'
import { startOutbox } from '../../outbox/outbox.ts'
import { MeProvider, meQuery } from '../../session/session.ts'
import { DialogLoadFailed } from '../../ui/dialogs/DialogLoadFailed.tsx'
import { useOpenDialog } from '../../ui/dialogs/open-dialog.ts'
import { blockFileDrops } from '../../ui/files/files.ts'
import { restoreLostFocus } from '../../ui/keys/restore-focus.ts'
import { lazyWithFallback } from '../../ui/lazy-with-fallback.tsx'
import { Toasts } from '../../ui/toasts/Toasts.tsx'
import { ActionProvider } from '../actions/ActionProvider.tsx'
import { appActions } from '../actions/app-actions.ts'
import { KeyboardShortcuts } from '../actions/KeyboardShortcuts.tsx'
import { allActions } from '../actions/registry.ts'
import { manifests } from '../manifests.ts'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import styles from './Shell.module.css'
import { Sidebar, SidebarDrawer } from './Sidebar.tsx'
import { SkipLinks } from './SkipLinks.tsx'

const dialogs: Record<string, ComponentType> = {
  menu: SidebarDrawer,
  commands: lazyWithFallback(loadCommandBar, DialogLoadFailed),
  help: lazyWithFallback(loadHelp, DialogLoadFailed),
  choice: lazyWithFallback(() => import('../../ui/dialogs/ChoiceDialog.tsx'), DialogLoadFailed),
  ...Object.assign({}, ...manifests.map((feature) => feature.dialogs)),
}
const effects = manifests.flatMap(({ Effects }) => Effects ?? [])
const banners = manifests.flatMap(({ Banner }) => Banner ?? [])

/** Loads the command bar with the items that features add to it. */
async function loadCommandBar() {
  const [{ CommandBar }, loaded] = await Promise.all([
    import('../command-bar/CommandBar.tsx'),
    Promise.all(manifests.map((feature) => feature.commandItems?.())),
  ])
  const items = loaded.flatMap((part) => part?.commandItems ?? [])
  return { default: () => <CommandBar actions={allActions} items={items} /> }
}

async function loadHelp() {
  const { Help } = await import('../command-bar/Help.tsx')
  return { default: () => <Help actions={allActions} /> }
}

const preloadDelayMs = 1_000

/** Loads the dialogs that must work without a connection, even when they were never opened. */
function preload(): () => void {
  const load = () => {
    // a failed load is repeated when the dialog opens
    for (const feature of manifests) feature.preload?.().catch(() => undefined)
  }
  const timer = setTimeout(load, preloadDelayMs)
  return () => clearTimeout(timer)
}

/** The frame of every page behind the sign-in: sidebar, page, dialogs and toasts. */
export function Shell() {
  const { data: me } = useSuspenseQuery(meQuery)
  useEffect(startOutbox, [])
  useEffect(preload, [])
  useEffect(restoreLostFocus, [])
  useEffect(() => blockFileDrops(window), [])
  return (
    <MeProvider value={me}>
      <ActionProvider>
        <KeyboardShortcuts />
        {effects.map((Effects, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is the same for ever
          <Effects key={index} />
        ))}
        <SkipLinks />
        <div className={styles.shell}>
          <div className={styles.banners}>
            <ConnectionBanner />
            <Suspense>
              {banners.map((Banner, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list is the same for ever
                <Banner key={index} />
              ))}
            </Suspense>
          </div>
          <Sidebar className={styles.sidebar} />
          <main id="main" tabIndex={-1} className={styles.content}>
            <Outlet />
          </main>
        </div>
        <Dialogs />
        <Toasts undoKey={appActions.undo.shortcut} />
        <div id="announcer" role="status" aria-live="polite" className={`visually-hidden ${styles.announcer}`} />
      </ActionProvider>
    </MeProvider>
  )
}

function Dialogs() {
  const name = useOpenDialog()
  const Dialog = name === null ? undefined : dialogs[name]
  return <Suspense>{Dialog && <Dialog />}</Suspense>
}
