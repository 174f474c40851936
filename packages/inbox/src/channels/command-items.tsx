import { IconMessages } from '@tabler/icons-react'
import { type CommandItems, goingTo } from '../actions/command-items.ts'
import { channelsQuery } from './queries.ts'

export const commandItems: CommandItems = {
  query: channelsQuery,
  choices: (context) =>
    (context.queryClient.getQueryData(channelsQuery.queryKey) ?? []).map(({ id, name }) => ({
      id,
      name,
      icon: <IconMessages size={16} aria-hidden />,
      isOnlyFound: true,
      perform: goingTo(context, `/settings/channels/${id}`),
    })),
}
