import type { ReactNode } from 'react'
import layout from '../ui/forms/form.module.css'

export function Group({ name, children }: { name: string; children: ReactNode }) {
  return (
    <fieldset className={layout.fields}>
      <legend>{name}</legend>
      {children}
    </fieldset>
  )
}

interface Label {
  name: string
  hint: string
}

export function choices<const Value extends string>(
  names: Record<Value, Label>,
  order: readonly Value[],
): (Label & { value: Value })[] {
  return order.map((value) => ({ value, ...names[value] }))
}
