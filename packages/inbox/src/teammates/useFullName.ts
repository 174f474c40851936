import { useQuery } from '@tanstack/react-query'
import type { Teammate } from '../api/types.ts'
import { nameAmong, teammatesQuery } from './queries.ts'

/** The teammate's name, with the address where another has the same. */
export function useFullName(teammate: Teammate): string {
  const { data: all = [] } = useQuery(teammatesQuery)
  return nameAmong(teammate, all)
}
