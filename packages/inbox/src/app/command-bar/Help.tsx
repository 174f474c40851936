import { IconX } from '@tabler/icons-react'
import { type Action, actionGroups } from '../../actions/action.ts'
import { useActionContext } from '../../actions/context.tsx'
import { s } from '../../strings/strings.ts'
import { Dialog } from '../../ui/dialogs/Dialog.tsx'
import { dialogStore } from '../../ui/dialogs/open-dialog.ts'
import { shownShortcut } from '../../ui/keys/shortcut.ts'
import styles from './Help.module.css'

/** Every shortcut there is, from the same list that performs them. */
export function Help({ actions }: { actions: Action[] }) {
  const context = useActionContext()
  return (
    <Dialog label={s.help.title} className={styles.help}>
      <header className={styles.header}>
        <h2>{s.help.title}</h2>
        <button type="button" aria-label={s.help.close} onClick={dialogStore.close}>
          <IconX size={18} aria-hidden />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={styles.groups} tabIndex={0} aria-label={s.help.title}>
        {actionGroups.map((group) => (
          <section key={group}>
            <h3>{s.actions.groups[group]}</h3>
            <dl>
              {actions
                .filter((action) => action.group === group && (action.shortcut || action.listKey))
                .map((action) => (
                  <div key={action.id}>
                    <dt>{action.name(context)}</dt>
                    <dd>
                      {keysOf(action).map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <p className={styles.note}>{s.help.note}</p>
      </section>
    </Dialog>
  )
}

function keysOf({ shortcut, listKey }: Action): string[] {
  const keys = shortcut ? shownShortcut(shortcut).split(' ') : []
  return listKey ? [...keys, arrows[listKey] ?? listKey] : keys
}

const arrows: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓' }
