import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { SidebarSection } from '../../manifest/manifest.ts'
import { inboxesQuery } from '../../session/inboxes.ts'
import { s } from '../../strings/strings.ts'
import { SidebarItem } from '../../ui/navigation/SidebarItem.tsx'
import { unreadQuery } from '../../views/unread.ts'
import type { View } from '../../views/view.ts'
import { manifests, views } from '../manifests.ts'
import styles from './Sidebar.module.css'

const perInbox = views.filter((view) => 'forInbox' in view)
const plain = views.flatMap((view) => ('forInbox' in view ? [] : view))
const badges = manifests.flatMap(({ InboxBadge }) => InboxBadge ?? [])

/** The views of each inbox, then those of all. */
export function SidebarViews() {
  const { data: inboxes = [] } = useQuery(inboxesQuery)
  return (
    <>
      {perInbox.map(({ heading, forInbox }) => (
        <Section key={heading} heading={heading} section="inboxes">
          {inboxes.map((inbox) => (
            <ViewItem key={inbox.id} view={forInbox(inbox)} />
          ))}
        </Section>
      ))}
      <Section heading={s.sidebar.views} section="views">
        {plain.map((view) => (
          <ViewItem key={view.key} view={view} />
        ))}
      </Section>
    </>
  )
}

interface SectionProps {
  heading: string
  section: SidebarSection
  children: ReactNode
}

function Section({ heading, section, children }: SectionProps) {
  return (
    <>
      <h2 className={styles.heading}>{heading}</h2>
      <ul>
        {children}
        <SidebarEntries section={section} />
      </ul>
    </>
  )
}

/** The sidebar entries of features. */
export function SidebarEntries({ section }: { section: SidebarSection }) {
  const entries = manifests.flatMap(({ sidebar = [] }) => sidebar.filter((entry) => entry.section === section))
  // biome-ignore lint/suspicious/noArrayIndexKey: the list is the same for ever
  return entries.map(({ Entry }, index) => <Entry key={index} />)
}

function ViewItem({ view }: { view: View }) {
  const { data: counts } = useQuery(unreadQuery)
  const { path, name, icon, countText, inboxId } = view
  return (
    <SidebarItem
      to={path}
      icon={icon}
      name={name}
      count={counts && view.count?.(counts)}
      countText={countText}
      badge={inboxId && badges.map((Badge) => <Badge key={inboxId} inboxId={inboxId} />)}
    />
  )
}
