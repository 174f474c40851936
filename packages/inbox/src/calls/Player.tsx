import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { type RefObject, useState } from 'react'
import type { Call } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { clockText } from './duration.ts'
import styles from './Player.module.css'
import { t } from './strings.ts'

export type Recording = Call['legs'][number]['recordings'][number]

interface PlayerProps {
  recording: Recording
  audio: RefObject<HTMLAudioElement | null>
  time: number
  onTime: (seconds: number) => void
}

const speeds = [1, 1.25, 1.5, 2]

/** Plays a recording: pause, seek and speed. */
export function Player({ recording: { file, recording_type }, audio, time, onTime }: PlayerProps) {
  const [isPlaying, setPlaying] = useState(false)
  const [duration, setDuration] = useState<number | null>(null)
  const [hasFailed, setFailed] = useState(false)
  const [speed, setSpeed] = useState(1)
  const toggle = () => {
    const element = audio.current
    if (!element) return
    if (element.paused) void element.play().catch(() => setFailed(true))
    else element.pause()
  }
  const seek = (seconds: number) => {
    if (audio.current) audio.current.currentTime = seconds
    onTime(seconds)
  }
  const changeSpeed = (next: number) => {
    if (audio.current) audio.current.playbackRate = next
    setSpeed(next)
  }
  const retry = () => {
    setFailed(false)
    audio.current?.load()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend that repeats the label
    <div className={styles.player} role="group" aria-label={t.recordings[recording_type]}>
      {/* biome-ignore lint/a11y/useMediaCaption: the transcript stands below */}
      <audio
        ref={audio}
        src={`${new URL(file.url).pathname}?inline`}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={({ currentTarget }) => onTime(currentTarget.currentTime)}
        onDurationChange={({ currentTarget }) =>
          setDuration(Number.isFinite(currentTarget.duration) ? currentTarget.duration : null)
        }
        onError={() => setFailed(true)}
      />
      {hasFailed ? (
        <p className={styles.failed} role="alert">
          {t.recordingFailed}{' '}
          <button type="button" className={styles.retry} onClick={retry}>
            {s.errors.retry}
          </button>
        </p>
      ) : (
        <>
          <button type="button" className={styles.play} aria-label={isPlaying ? t.pause : t.play} onClick={toggle}>
            {isPlaying ? (
              <IconPlayerPauseFilled size={16} aria-hidden />
            ) : (
              <IconPlayerPlayFilled size={16} aria-hidden />
            )}
          </button>
          <input
            type="range"
            className={styles.seek}
            aria-label={t.position}
            aria-valuetext={t.positionOf(clockText(time), duration === null ? null : clockText(duration))}
            min={0}
            max={duration ?? 0}
            step={1}
            disabled={duration === null}
            value={Math.min(time, duration ?? 0)}
            onChange={({ currentTarget }) => seek(Number(currentTarget.value))}
          />
          <span className={styles.time}>
            {clockText(time)}
            {duration !== null && ` / ${clockText(duration)}`}
          </span>
          <select
            className={styles.speed}
            aria-label={t.speed}
            value={speed}
            onChange={({ currentTarget }) => changeSpeed(Number(currentTarget.value))}
          >
            {speeds.map((one) => (
              <option key={one} value={one}>
                {one}×
              </option>
            ))}
          </select>
        </>
      )}
    </div>
  )
}
