import { IconMessages } from '@tabler/icons-react'
import { goingTo, type Names } from '../actions/names.ts'
import { channelsQuery } from './queries.ts'

export const names: Names = {
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
