import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { QueryClient } from '@tanstack/react-query'
import type { Action, ActionContext } from '../actions/action.ts'
import type { Conversation, Me } from '../api/types.ts'
import { composerActions } from '../composer/actions.ts'
import { inboxActions } from '../inboxes/actions.ts'
import { inboxView } from '../inboxes/view.ts'
import { type Item, items } from '../outbox/items.ts'
import { registerOutboxHandlers } from '../outbox/outbox.ts'
import { hasUndo, undoLast } from '../ui/toasts/toasts.ts'
import { conversationActions as actions } from './actions.ts'
import { changed } from './change.ts'
import { list } from './list-state.ts'

const me = { id: 'tea_1' } as Me
const open = { id: 'cnv_1', status: 'unassigned', is_spam: false, assignee: null, unread: false } as Conversation
const archived = { ...open, status: 'archived' } as Conversation

function context(part: Partial<ActionContext> = {}): ActionContext & { paths: string[] } {
  const paths: string[] = []
  return {
    queryClient: new QueryClient(),
    me,
    inboxes: [],
    view: inboxView({ id: 'inb_1', name: 'Support' }),
    openId: null,
    targets: [],
    navigate: (path) => paths.push(path),
    open: (id) => paths.push(`/inboxes/inb_1/${id}`),
    arrive: () => {},
    now: () => ({ openId: null, targets: [] }),
    paths,
    ...part,
  }
}

/** All that was done has been sent. */
const emptied = () =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (items.all().length > 0) return
      stop()
      resolve()
    }
    const stop = items.subscribe(look)
    look()
  })

const all: Action[] = Object.values(actions)
const visible = (given: ActionContext) => all.filter((action) => action.isVisible(given)).map(({ id }) => id)

describe('the rows', () => {
  it('continue after a removed row with the one now at its index', () => {
    list.show(['cnv_1', 'cnv_2', 'cnv_3'])
    list.focus('cnv_2')
    list.show(['cnv_1', 'cnv_3'])
    assert.deepEqual([list.neighbour('cnv_2', -1), list.neighbour('cnv_2', 1)], ['cnv_1', 'cnv_3'])
    list.leave()
  })
})

describe('actions', () => {
  it('are named after what they are filed under', () => {
    for (const [name, action] of Object.entries({ ...actions, ...inboxActions, ...composerActions }))
      assert.equal(action.id, name)
  })

  it('offer nothing without a conversation', () => {
    const here = visible(context())
    for (const id of ['archive', 'reopen', 'assign', 'assignToMe', 'unassign', 'markUnread', 'reply']) {
      assert.ok(!here.includes(id), id)
    }
  })

  it('offer Archive for an open conversation and Reopen for an archived one, never both', () => {
    assert.deepEqual(
      [actions.archive, actions.reopen].map((action) => action.isVisible(context({ targets: [open] }))),
      [true, false],
    )
    assert.deepEqual(
      [actions.archive, actions.reopen].map((action) => action.isVisible(context({ targets: [archived] }))),
      [false, true],
    )
  })

  it('offer Restore for a conversation in the trash, and neither Archive nor the trash again', () => {
    const trashed = { ...open, status: 'deleted', is_spam: false } as Conversation
    const here = visible(context({ targets: [trashed] }))
    assert.ok(here.includes('restore'))
    for (const id of ['archive', 'reopen', 'trash', 'spam', 'assign', 'assignToMe']) assert.ok(!here.includes(id), id)
    assert.ok(!actions.restore.isVisible(context({ targets: [open] })))
  })

  it('are undone whole: each conversation is as it was, and the open one that they led away from is open again', async () => {
    const assignee = { id: 'tea_2' }
    const other = { ...open, id: 'cnv_2', status: 'assigned', assignee, unread: true } as Conversation
    const deleted = { ...open, status: 'deleted' } as Conversation
    const spam = { ...other, status: 'deleted', is_spam: true } as Conversation
    const stored = new Map<string, Conversation>()
    const send = async ({ conversationId, change }: Item) => {
      const before = stored.get(conversationId)
      if (before && change) stored.set(conversationId, changed(before, change))
      return null
    }
    registerOutboxHandlers({ change: { send, refused: () => undefined } })
    const ledBack = new Set<string>()
    const isChange = ({ group, id }: Action) => group === 'conversation' && id !== 'reply' && id !== 'assign'
    for (const targets of [[open, other], [archived, other], [archived], [deleted, spam]]) {
      for (const action of all.filter(isChange)) {
        for (const target of targets) stored.set(target.id, target)
        list.show(['cnv_1', 'cnv_2', 'cnv_3'])
        const here = context({ openId: 'cnv_1', targets })
        if (!action.isVisible(here)) continue
        action.perform(here)
        const isLedAway = here.paths.length > 0
        undoLast()
        assert.ok(!hasUndo(), `${action.id} has one undo`)
        await emptied()
        for (const target of targets) assert.deepEqual(stored.get(target.id), target, action.id)
        if (!isLedAway) continue
        ledBack.add(action.id)
        assert.equal(here.paths.at(-1), '/inboxes/inb_1/cnv_1', action.id)
      }
    }
    list.leave()
    assert.deepEqual(ledBack, new Set(['archive', 'trash', 'spam', 'markUnread', 'restore']))
  })

  it('offer "Assign to me" only while it is not mine', () => {
    assert.ok(actions.assignToMe.isVisible(context({ targets: [open] })))
    assert.ok(!actions.assignToMe.isVisible(context({ targets: [{ ...open, assignee: me }] })))
  })

  it('step through the list from the focused row, and stop at its ends', () => {
    list.show(['cnv_1', 'cnv_2'])
    const here = context({ openId: 'cnv_1' })
    actions.previous.perform(here)
    assert.deepEqual(here.paths, [])
    actions.next.perform(here)
    assert.deepEqual(here.paths, ['/inboxes/inb_1/cnv_2'])
    list.leave()
  })
})
