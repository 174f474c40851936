import { IconPlus, IconTag } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Tag } from '../api/types.ts'
import { TagDot } from '../badges/TagDot.tsx'
import { t as settings } from '../strings/settings.ts'
import { AskAdmin, useIsAdmin } from '../teammates/admins.tsx'
import { ButtonLink } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { Row, Rows } from '../ui/pages/Rows.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { tagsQuery } from './queries.ts'
import { t } from './settings-strings.ts'
import { parentOf } from './tag-fields.ts'

export function TagsPage() {
  const tags = useQuery(tagsQuery)
  const isAdmin = useIsAdmin()
  const create = (
    <ButtonLink to="/settings/tags/new" kind="primary">
      <IconPlus size={16} aria-hidden />
      {t.create}
    </ButtonLink>
  )
  return (
    <SettingsPage title={settings.pages.tags} intro={t.intro} action={tags.data?.length !== 0 && create}>
      {!isAdmin && <AskAdmin />}
      <Loaded query={tags}>
        {(all) =>
          all.length > 0 ? (
            <Rows label={settings.pages.tags}>
              {all.map((tag) => (
                <TagRow key={tag.id} tag={tag} all={all} isAdmin={isAdmin} />
              ))}
            </Rows>
          ) : (
            <Notice title={t.empty} hint={t.emptyHint} icon={<IconTag size={32} stroke={1.25} aria-hidden />}>
              {create}
            </Notice>
          )
        }
      </Loaded>
    </SettingsPage>
  )
}

function TagRow({ tag, all, isAdmin }: { tag: Tag; all: Tag[]; isAdmin: boolean }) {
  const parent = all.find(({ id }) => id === parentOf(tag))
  const facts = [
    parent && t.below(parent.name),
    tag._links.related.owner === null && t.ofCompany,
    tag.is_visible_in_conversation_lists && t.inLists,
    tag.description,
  ]
  return (
    <Row
      {...(isAdmin && { to: `/settings/tags/${tag.id}` })}
      icon={<TagDot highlight={tag.highlight} />}
      name={tag.name}
      meta={facts.filter(Boolean).join(' · ')}
    />
  )
}
