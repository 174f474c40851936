import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Call } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { clockText } from './duration.ts'
import { transcriptQuery } from './queries.ts'
import { t } from './strings.ts'
import styles from './Transcript.module.css'

interface TranscriptProps {
  leg: Call['legs'][number]
  /** The time that is played, in seconds; null: there is nothing to play. */
  time: number | null
  /** Plays from a time. */
  onPlayFrom: (seconds: number) => void
}

const foldedLines = 4

/** A transcript, speaker by speaker. It follows the player, and a press on a line plays from there. */
export function Transcript({ leg, time, onPlayFrom }: TranscriptProps) {
  const { data: lines, error, refetch } = useQuery(transcriptQuery(leg))
  const [isWhole, setWhole] = useState(false)
  const list = useRef<HTMLOListElement>(null)
  const current = !time || !lines ? -1 : lines.findLastIndex(({ start_time_seconds: start }) => start <= time)
  useEffect(() => {
    const element = list.current
    const line = element?.children[current]
    if (element && line instanceof HTMLElement && current >= 0) {
      element.scrollTo({ top: line.offsetTop - element.clientHeight / 3 })
    }
  }, [current])
  if (error) {
    return (
      <p className={styles.note} role="alert">
        {error.message}{' '}
        <button type="button" className={styles.more} onClick={() => void refetch()}>
          {s.errors.retry}
        </button>
      </p>
    )
  }
  // as tall as the first lines, so that nothing below moves when they come
  if (!lines)
    return <div className={styles.loading} aria-hidden style={{ height: foldedHeight(leg.transcript_lines) }} />
  const shown = isWhole ? lines : lines.slice(0, Math.max(foldedLines, current + 1))
  return (
    <section className={styles.transcript} aria-label={t.transcript}>
      <h3>{t.transcript}</h3>
      <ol ref={list} className={styles.lines} data-whole={isWhole || undefined}>
        {shown.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no id, and are replaced as a whole
          <li key={index} data-speaker={line.speaker_type} data-current={index === current || undefined}>
            <button
              type="button"
              className={styles.start}
              disabled={time === null}
              aria-label={t.playFrom(clockText(line.start_time_seconds))}
              onClick={() => onPlayFrom(line.start_time_seconds)}
            >
              {clockText(line.start_time_seconds)}
            </button>
            <p dir="auto">
              <bdi className={styles.speaker}>{line.speaker_name}</bdi> {line.content}
            </p>
          </li>
        ))}
      </ol>
      {lines.length > foldedLines && (
        <button type="button" className={styles.more} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t.foldTranscript : t.wholeTranscript(lines.length)}
        </button>
      )}
    </section>
  )
}

function foldedHeight(lines: number): number {
  return 24 + Math.min(lines, foldedLines) * 22
}
