import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { QueryClient } from '@tanstack/react-query'
import type { ActionContext } from '../../actions/action.ts'
import type { Conversation, Me } from '../../api/types.ts'
import { list } from '../../conversations/list-state.ts'
import { actions, allActions } from './registry.ts'

const me = { id: 'tea_1' } as Me
const open = { id: 'cnv_1', status: 'unassigned', assignee: null, unread: false } as Conversation
const archived = { ...open, status: 'archived' } as Conversation

function context(part: Partial<ActionContext> = {}): ActionContext & { paths: string[] } {
  const paths: string[] = []
  return {
    queryClient: new QueryClient(),
    me,
    inboxes: [],
    view: { kind: 'inbox', inboxId: 'inb_1' },
    openId: null,
    targets: [],
    navigate: (path) => paths.push(path),
    open: (id) => paths.push(`/inboxes/inb_1/${id}`),
    arrive: () => {},
    paths,
    ...part,
  }
}

const visible = (given: ActionContext) => allActions.filter((action) => action.isVisible(given)).map(({ id }) => id)

describe('the rows', () => {
  it('have as the next of one that went the row that took its place', () => {
    list.show(['cnv_1', 'cnv_2', 'cnv_3'])
    list.focus('cnv_2')
    list.show(['cnv_1', 'cnv_3'])
    assert.deepEqual([list.neighbour('cnv_2', -1), list.neighbour('cnv_2', 1)], ['cnv_1', 'cnv_3'])
    list.leave()
  })
})

describe('actions', () => {
  it('have a shortcut of their own each', () => {
    const shortcuts = allActions.flatMap((action) => action.shortcut ?? [])
    assert.equal(new Set(shortcuts).size, shortcuts.length)
  })

  it('are named after what they are filed under', () => {
    for (const [name, action] of Object.entries(actions)) assert.equal(action.id, name)
  })

  it('never begin a sequence with a key that does something by itself', () => {
    const single = new Set(allActions.flatMap(({ shortcut }) => (shortcut && !shortcut.includes(' ') ? shortcut : [])))
    for (const { shortcut } of allActions) {
      if (shortcut?.includes(' ')) assert.ok(!single.has(shortcut.slice(0, shortcut.indexOf(' '))), shortcut)
    }
  })

  it('offer nothing to do with a conversation where there is none', () => {
    const here = visible(context())
    for (const id of ['archive', 'reopen', 'assign', 'assignToMe', 'unassign', 'markUnread', 'reply']) {
      assert.ok(!here.includes(id), id)
    }
  })

  it('offer Archive for an open conversation and Reopen for an archived one, never both', () => {
    assert.deepEqual(
      [actions.archive, actions.reopen].map((one) => one.isVisible(context({ targets: [open] }))),
      [true, false],
    )
    assert.deepEqual(
      [actions.archive, actions.reopen].map((one) => one.isVisible(context({ targets: [archived] }))),
      [false, true],
    )
  })

  it('offer to take back what is in the trash, and neither to answer for it nor to throw it away again', () => {
    const trashed = { ...open, status: 'deleted', is_spam: false } as Conversation
    const here = visible(context({ targets: [trashed] }))
    assert.ok(here.includes('restore'))
    for (const id of ['archive', 'reopen', 'trash', 'spam', 'assign', 'assignToMe']) assert.ok(!here.includes(id), id)
    assert.ok(!actions.restore.isVisible(context({ targets: [open] })))
  })

  it('offer "Assign to me" only while it is not mine', () => {
    assert.ok(actions.assignToMe.isVisible(context({ targets: [open] })))
    assert.ok(!actions.assignToMe.isVisible(context({ targets: [{ ...open, assignee: me }] })))
  })

  it('step through the list from where the keys stand, and stop at its ends', () => {
    list.show(['cnv_1', 'cnv_2'])
    const here = context({ openId: 'cnv_1' })
    actions.previous.perform(here)
    assert.deepEqual(here.paths, [])
    actions.next.perform(here)
    assert.deepEqual(here.paths, ['/inboxes/inb_1/cnv_2'])
    list.leave()
  })
})
