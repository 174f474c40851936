import {
  IconPhone,
  IconPhoneIncoming,
  IconPhoneOutgoing,
  IconPhonePause,
  IconPhoneRinging,
  IconPhoneX,
  IconRecordMail,
} from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { Call } from '../api/types.ts'
import { nameOf } from '../teammates/queries.ts'
import { TeammateAvatar } from '../teammates/TeammateAvatar.tsx'
import type { RowProps } from '../timeline/kinds.ts'
import { Avatar } from '../ui/avatars/Avatar.tsx'
import { Time } from '../ui/time/Time.tsx'
import styles from './CallCard.module.css'
import { clockText, durationText } from './duration.ts'
import { Player, type Recording } from './Player.tsx'
import { isLive, isMissed, stateText, titleOf } from './state.ts'
import { t } from './strings.ts'
import { Transcript } from './Transcript.tsx'
import type { CallRow } from './timeline-rows.ts'
import { useNow } from './useNow.ts'

/** A call: the caller, its outcome, the teammate, the recordings and the transcript. */
export function CallCard({ row: { call } }: RowProps<CallRow>) {
  const title = titleOf(call)
  const CallIcon = iconOf(call)
  return (
    <article
      id={call.id}
      className={styles.card}
      data-side={call.direction === 'inbound' ? 'in' : 'out'}
      aria-label={title}
    >
      <div className={styles.body} data-live={isLive(call) || undefined} data-missed={isMissed(call) || undefined}>
        <header className={styles.header}>
          <span className={styles.icon}>
            <CallIcon size={18} aria-hidden />
          </span>
          <div className={styles.heading}>
            <p className={styles.title}>
              <bdi>{title}</bdi>
              <Time at={call.created_at} as="clock" className={styles.time} />
            </p>
            <StateLine call={call} />
          </div>
        </header>
        {call.legs.length > 1 && <Legs call={call} />}
        {call.legs.map((leg) => (
          <LegContent key={leg.id} leg={leg} />
        ))}
      </div>
    </article>
  )
}

function iconOf(call: Call) {
  const { state, direction } = call
  if (state === 'voicemail') return IconRecordMail
  if (isMissed(call)) return IconPhoneX
  if (state === 'hold') return IconPhonePause
  if (state === 'ringing' || state === 'queued') return IconPhoneRinging
  if (isLive(call)) return IconPhone
  return direction === 'inbound' ? IconPhoneIncoming : IconPhoneOutgoing
}

function StateLine({ call }: { call: Call }) {
  const { agent, agent_email } = call
  const name = agent ? nameOf(agent) : agent_email
  const word = stateText(call)
  return (
    <p className={styles.state}>
      {word !== null && <span className={styles.word}>{word}</span>}
      <Duration call={call} />
      {name && (
        <span className={styles.agent}>
          {agent ? <TeammateAvatar teammate={agent} size={16} /> : <Avatar name={name} seed={name} size={16} />}
          <bdi>{name}</bdi>
        </span>
      )}
    </p>
  )
}

function Duration({ call }: { call: Call }) {
  const { answered_at, duration } = call
  if (answered_at === null) return null
  if (isLive(call)) return <RunningDuration since={answered_at} />
  return duration === null ? null : <span>{durationText(duration)}</span>
}

function RunningDuration({ since }: { since: number }) {
  const now = useNow()
  return (
    <span role="timer" aria-live="off" className={styles.ticking}>
      {clockText(now - since)}
    </span>
  )
}

/** The agents of the call, in their order. */
function Legs({ call: { legs } }: { call: Call }) {
  return (
    <ol className={styles.legs} aria-label={t.parts}>
      {legs.map(({ id, agent, agent_email, status, answered_at, ended_at }) => (
        <li key={id}>
          <bdi>{agent ? nameOf(agent) : (agent_email ?? t.nobody)}</bdi>
          {', '}
          {answered_at !== null && ended_at !== null ? durationText(ended_at - answered_at) : t.legStatuses[status]}
        </li>
      ))}
    </ol>
  )
}

/** Recordings, summary and transcript of a leg. The transcript follows the first recording. */
function LegContent({ leg }: { leg: Call['legs'][number] }) {
  const { summary, recordings, transcript_lines } = leg
  const audio = useRef<HTMLAudioElement>(null)
  const [time, setTime] = useState(0)
  const [first, ...more] = recordings
  const playFrom = (seconds: number) => {
    if (!audio.current) return
    audio.current.currentTime = seconds
    setTime(seconds)
    void audio.current.play().catch(() => {})
  }
  return (
    <>
      {summary !== null && <Summary text={summary} />}
      {first && <Player recording={first} audio={audio} time={time} onTime={setTime} />}
      {more.map((recording) => (
        <PlayerWithoutTranscript key={recording.file.id} recording={recording} />
      ))}
      {transcript_lines > 0 && <Transcript leg={leg} time={first ? time : null} onPlayFrom={playFrom} />}
    </>
  )
}

function PlayerWithoutTranscript({ recording }: { recording: Recording }) {
  const audio = useRef<HTMLAudioElement>(null)
  const [time, setTime] = useState(0)
  return <Player recording={recording} audio={audio} time={time} onTime={setTime} />
}

function Summary({ text }: { text: string }) {
  return (
    <section className={styles.summary} aria-label={t.summary}>
      <h3>{t.summary}</h3>
      <p dir="auto">{text}</p>
    </section>
  )
}
