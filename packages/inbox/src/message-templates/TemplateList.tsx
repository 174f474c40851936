import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { Section } from '../ui/pages/SettingsPage.tsx'
import { dayTime } from '../ui/time/formats.ts'
import { type MessageTemplate, obstacleOf, templatesQuery } from './queries.ts'
import { t } from './strings.ts'
import styles from './TemplateList.module.css'
import { TemplatePreview } from './TemplatePreview.tsx'

/** The templates of a channel on its settings page, each with its status and what it says. */
export function TemplateList({ channelId }: { channelId: string }) {
  const templates = useQuery(templatesQuery(channelId))
  return (
    <Section title={t.section} hint={t.sectionHint}>
      <Loaded query={templates} skeleton={<PageSkeleton />}>
        {(all) =>
          all.length === 0 ? (
            <p className={styles.empty}>{t.empty}</p>
          ) : (
            <ul className={styles.list}>
              {all.map((template) => (
                <li key={template.id}>
                  <Template template={template} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}

const none: [] = []

function Template({ template }: { template: MessageTemplate }) {
  const [isOpen, setOpen] = useState(false)
  const status = obstacleOf(template) ?? 'APPROVED'
  const names = template.variable_mappings.map(({ name }) => name)
  return (
    <details className={styles.template} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <span className={styles.texts}>
          <bdi className={styles.name}>{template.name}</bdi>
          <bdi className={styles.blurb}>{template.blurb}</bdi>
        </span>
        <span className={styles.status} data-status={status}>
          {t.statuses[status]}
        </span>
      </summary>
      {isOpen && (
        <>
          <TemplatePreview template={template} variables={none} />
          <p className={styles.blurb}>
            {names.length === 0 ? t.noVariables : t.variables(new Intl.ListFormat().format(names))}
            {' · '}
            {t.synced(dayTime(template.updated_at))}
          </p>
        </>
      )}
    </details>
  )
}
