import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { t } from '../../strings/forms.ts'
import { Button } from './Button.tsx'
import styles from './CopyField.module.css'

/** A value to copy: a click selects it, a button copies it. */
export function CopyField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const text = useRef<HTMLElement>(null)
  const { isCopied, copy } = useCopy(value, text)
  const Icon = isCopied ? IconCheck : IconCopy
  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      <div className={styles.box}>
        <code ref={text} translate="no">
          {value}
        </code>
        <Button aria-label={t.copyThe(label)} onClick={copy}>
          <Icon size={16} aria-hidden />
          {isCopied ? t.copied : t.copy}
        </Button>
      </div>
      {hint && <p className={styles.hint}>{hint}</p>}
      <span role="status" className="visually-hidden">
        {isCopied && t.copiedThe(label)}
      </span>
    </div>
  )
}

function useCopy(value: string, text: React.RefObject<HTMLElement | null>) {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), 2500)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = () => {
    // pages over http other than loopback have no clipboard API: there the browser copies the selected text
    if (navigator.clipboard) void navigator.clipboard.writeText(value).then(() => setCopied(true), select)
    else select()
  }
  const select = () => {
    if (!text.current) return
    getSelection()?.selectAllChildren(text.current)
    setCopied(document.execCommand('copy'))
  }
  return { isCopied, copy }
}
