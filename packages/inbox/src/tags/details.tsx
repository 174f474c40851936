import { useActionContext } from '../actions/context.tsx'
import { Tags } from '../badges/Tags.tsx'
import { Fact } from '../details/Fact.tsx'
import type { DetailsPanel, PanelProps } from '../details/panels.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import styles from './details.module.css'
import { t } from './panel-strings.ts'

export const details: DetailsPanel[] = [{ slot: 'facts', order: 6, Panel: TagsOfConversation }]

function TagsOfConversation({ conversation: { tags } }: PanelProps) {
  const { targets } = useActionContext()
  return (
    <Fact name={t.label}>
      <Tags tags={tags} />
      {targets.length > 0 && (
        <button type="button" className={styles.change} onClick={() => dialogStore.open('tags')}>
          {tags.length > 0 ? t.change : t.add}
        </button>
      )}
    </Fact>
  )
}
