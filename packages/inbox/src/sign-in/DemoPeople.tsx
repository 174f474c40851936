import { IconArrowRight } from '@tabler/icons-react'
import { useState } from 'react'
import { isStatus } from '../api/errors.ts'
import { request } from '../api/request.ts'
import { t } from '../strings/sign-in.ts'
import { Avatar } from '../ui/avatars/Avatar.tsx'
import summary from '../ui/forms/ErrorSummary.module.css'
import styles from './EntryPage.module.css'
import type { SetUpState } from './session.ts'

type Person = NonNullable<SetUpState['demo']>['teammates'][number]

/** The one-click sign-in of the demo team, which the hub offers only on its own machine. */
export function DemoPeople({ people, onSignedIn }: { people: Person[]; onSignedIn: () => void }) {
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const continueAs = async (person: Person) => {
    setBusy(person.id)
    setProblem(null)
    try {
      await request('POST', '/demo/sign_in', { body: { teammate_id: person.id } })
      onSignedIn()
    } catch (error) {
      setProblem(isStatus(error, 404) ? t.signIn.demoGone(person.name) : (error as Error).message)
      setBusy(null)
    }
  }
  return (
    <div className={styles.people}>
      {problem && (
        <p role="alert" className={summary.summary}>
          {problem}
        </p>
      )}
      {people.map((person) => (
        <button
          key={person.id}
          type="button"
          className={styles.person}
          aria-disabled={busy !== null || undefined}
          onClick={() => busy === null && void continueAs(person)}
        >
          <Avatar name={person.name} seed={person.id} />
          <span>
            <strong>{busy === person.id ? t.signIn.sending : t.signIn.continueAs(firstName(person.name))}</strong>
            <small>{person.name}</small>
          </span>
          <IconArrowRight size={16} aria-hidden />
        </button>
      ))}
    </div>
  )
}

function firstName(name: string): string {
  return name.split(' ')[0] || name
}
