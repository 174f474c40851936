import { useSuspenseQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { type ComponentType, Suspense, useEffect } from 'react'
import { startOutbox } from '../../outbox/outbox.ts'
import { MeProvider, meQuery } from '../../session/session.ts'
import { DialogFailed } from '../../ui/dialogs/DialogFailed.tsx'
import { usePanel } from '../../ui/dialogs/panels.ts'
import { refuseFiles } from '../../ui/files/files.ts'
import { keepFocus } from '../../ui/keys/keep-focus.ts'
import { loadWhenShown } from '../../ui/load-when-shown.tsx'
import { Toasts } from '../../ui/toasts/Toasts.tsx'
import { ActionProvider } from '../actions/ActionProvider.tsx'
import { appActions } from '../actions/app-actions.ts'
import { Keys } from '../actions/Keys.tsx'
import { allActions } from '../actions/registry.ts'
import { manifests } from '../manifests.ts'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import styles from './Shell.module.css'
import { Sidebar, SidebarDrawer } from './Sidebar.tsx'
import { SkipLinks } from './SkipLinks.tsx'

const dialogs: Record<string, ComponentType> = {
  menu: SidebarDrawer,
  commands: loadWhenShown(loadCommandBar, DialogFailed),
  help: loadWhenShown(loadHelp, DialogFailed),
  choice: loadWhenShown(() => import('../../ui/dialogs/ChoiceDialog.tsx'), DialogFailed),
  ...Object.assign({}, ...manifests.map((feature) => feature.dialogs)),
}
const backgrounds = manifests.flatMap(({ Background }) => Background ?? [])

/** With the names that it finds, which features load for it. */
async function loadCommandBar() {
  const [{ CommandBar }, loaded] = await Promise.all([
    import('../command-bar/CommandBar.tsx'),
    Promise.all(manifests.map((feature) => feature.commandItems?.())),
  ])
  const items = loaded.flatMap((one) => one?.commandItems ?? [])
  return { default: () => <CommandBar actions={allActions} items={items} /> }
}

async function loadHelp() {
  const { Help } = await import('../command-bar/Help.tsx')
  return { default: () => <Help actions={allActions} /> }
}

const aheadAfterMs = 1_000

/** Conversations are worked on without a connection too, with dialogs that were never opened before. */
function loadAhead(): () => void {
  const load = () => {
    // what does not come is asked for again when it is shown
    for (const feature of manifests) feature.loadAhead?.().catch(() => undefined)
  }
  const timer = setTimeout(load, aheadAfterMs)
  return () => clearTimeout(timer)
}

/** The frame of every page behind the sign-in: where you are, what you see, what lies above it. */
export function Shell() {
  const { data: me } = useSuspenseQuery(meQuery)
  useEffect(startOutbox, [])
  useEffect(loadAhead, [])
  useEffect(keepFocus, [])
  useEffect(() => refuseFiles(window), [])
  return (
    <MeProvider value={me}>
      <ActionProvider>
        <Keys />
        {backgrounds.map((Background, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is the same for ever
          <Background key={index} />
        ))}
        <SkipLinks />
        <div className={styles.shell}>
          <ConnectionBanner />
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
  const name = usePanel()
  const Dialog = name === null ? undefined : dialogs[name]
  return <Suspense>{Dialog && <Dialog />}</Suspense>
}
