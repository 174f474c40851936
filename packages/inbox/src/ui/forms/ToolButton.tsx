import type { IconProps } from '@tabler/icons-react'
import type { ButtonHTMLAttributes, ComponentType } from 'react'
import styles from './ToolButton.module.css'

type ToolButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'className' | 'children'> & {
  icon: ComponentType<IconProps>
  'aria-label': string
}

/** A button of a composer that is an icon. Its name is its tooltip too, unless it has a longer one. */
export function ToolButton({ icon: Icon, ...props }: ToolButtonProps) {
  return (
    <button type="button" className={styles.tool} title={props['aria-label']} {...props}>
      <Icon size={20} stroke={1.75} aria-hidden />
    </button>
  )
}
