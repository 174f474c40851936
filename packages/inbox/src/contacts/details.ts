import type { DetailsPanel } from '../details/panels.ts'
import { Customer } from './Customer.tsx'

export const details: DetailsPanel[] = [{ slot: 'customer', order: 1, Panel: Customer }]
