import { type Action, actionGroups } from '../../actions/action.ts'
import { s } from '../../strings/strings.ts'
import type { View } from '../../views/view.ts'
import { manifests } from '../manifests.ts'
import { appActions } from './app-actions.ts'

/** All actions: by group in the order of the features, then those of the app itself. */
export const allActions: Action[] = inGroups([
  ...manifests.flatMap(({ actions = [], views = [] }) => [
    ...actions,
    ...views.flatMap((view) => ('forInbox' in view ? [] : goingTo(view))),
  ]),
  ...Object.values(appActions),
])

function inGroups(actions: Action[]): Action[] {
  return actionGroups.flatMap((group) => actions.filter((action) => action.group === group))
}

function goingTo({ key, path, name, icon, shortcut }: View): Action {
  return {
    id: `goTo-${key}`,
    group: 'go',
    name: () => s.actions.goTo(name),
    icon,
    shortcut,
    isVisible: () => true,
    perform: ({ navigate }) => navigate(path),
  }
}
