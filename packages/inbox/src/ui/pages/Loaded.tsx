import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { t } from '../../strings/settings.ts'
import { s } from '../../strings/strings.ts'
import { Button } from '../forms/Button.tsx'
import { Notice } from './Notice.tsx'
import { RowsSkeleton } from './Rows.tsx'

/** Shows a query's data; a skeleton until then; on failure the error with a button to try again. */
export function Loaded<Data>({
  query,
  skeleton = <RowsSkeleton />,
  children,
}: {
  query: UseQueryResult<Data>
  skeleton?: ReactNode
  children: (data: Data) => ReactNode
}) {
  if (query.data !== undefined) return children(query.data)
  if (query.isPending) return skeleton
  return (
    <Notice role="alert" title={t.loadFailed} hint={query.error?.message}>
      <Button onClick={() => void query.refetch()}>{s.errors.retry}</Button>
    </Notice>
  )
}
