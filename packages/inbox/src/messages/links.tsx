import type { ReactNode } from 'react'
import { piecesOf } from './link-pieces.ts'

/** A text whose addresses are links; they open beside the inbox, and the page behind them learns nothing of it. */
export function withLinks(text: string): ReactNode {
  return piecesOf(text).map(({ text, href, at }) =>
    href === undefined ? (
      text
    ) : (
      <a key={at} href={href} target="_blank" rel="noopener noreferrer nofollow">
        {text}
      </a>
    ),
  )
}
