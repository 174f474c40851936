import { type FilledVariable, fillTemplate } from '@portico/protocol/fill-template'
import { useEffect, useRef, useState } from 'react'
import { useShownScheme } from '../ui/theme/color-scheme.ts'
import type { MessageTemplate } from './queries.ts'
import { t } from './strings.ts'
import styles from './TemplatePreview.module.css'

const highest = 2_000

/** The preview of a template, in a document of its own in which no script runs. Values are inserted into its texts from here. */
export function TemplatePreview({ template, variables }: { template: MessageTemplate; variables: FilledVariable[] }) {
  const scheme = useShownScheme()
  const frame = useRef<HTMLIFrameElement>(null)
  const texts = useRef(new Map<Text, string>())
  const [height, setHeight] = useState(80)
  const [colours, setColours] = useState<string>()
  const fill = () => {
    for (const [node, text] of texts.current) node.data = fillTemplate(text, variables)
    const body = frame.current?.contentDocument?.body
    if (body) setHeight(Math.min(highest, Math.ceil(Math.max(body.scrollHeight, 24)) + 2))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it fills is in the frame
  useEffect(fill, [variables, colours])
  useEffect(() => {
    const root = frame.current?.contentDocument?.documentElement
    if (root && colours) root.dataset.scheme = scheme
  }, [scheme, colours])
  const show = () => {
    const page = frame.current?.contentDocument
    if (!page) return
    const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT)
    texts.current = new Map()
    while (walker.nextNode()) texts.current.set(walker.currentNode as Text, (walker.currentNode as Text).data)
    setColours(page.documentElement.dataset.colours ?? 'own')
    fill()
  }
  return (
    <iframe
      ref={frame}
      className={styles.frame}
      data-colours={colours}
      src={`${new URL(template._links.self).pathname}/frame`}
      title={t.previewOf(template.name)}
      height={height}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      onLoad={show}
    />
  )
}
