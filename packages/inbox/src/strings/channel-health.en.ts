import { plural } from './plural.ts'

const messages = plural('en', { one: '1 message', other: '# messages' })
const sendAgain = plural('en', { one: 'Send 1 message again', other: 'Send # messages again' })
const sentAgain = plural('en', { one: '1 message is sent again', other: '# messages are sent again' })
const skipped = plural('en', { one: '1 had changed meanwhile', other: '# had changed meanwhile' })
const unconfirmed = plural('en', {
  one: '1 of them was not confirmed: the customer may have it already, and gets it twice.',
  other: '# of them were not confirmed: customers may have them already, and get them twice.',
})

const and = new Intl.ListFormat('en')
/** Three of the names, and how many there are besides. */
const someOf = (names: string[]) =>
  and.format(names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} others`] : names)

/** The texts about the health of channels. */
export const channelHealthEn = {
  title: (name: string) => `Health of ${name}`,
  period: 'Period',
  periods: { '24h': '24 hours', '30d': '30 days' },
  retention:
    'Counted by the hour for 31 days, a few seconds after each attempt. Times of day are yours; days are in UTC.',
  success: 'Success rate',
  successHint: (settled: number) => `of ${messages(settled)}`,
  nothingSent: 'Nothing was sent',
  latency: 'Response time',
  below: (ms: number) => (ms < 1000 ? `< ${ms} ms` : `< ${ms / 1000} s`),
  above: '≥ 7 s',
  latencyHint: (p95: string) => `95 of 100: ${p95}`,
  backlog: 'Waiting',
  backlogHint: (since: string) => `the oldest since ${since}`,
  undelivered: 'Not delivered',
  undeliveredHint: (failed: number, unconfirmedCount: number) => `${failed} failed, ${unconfirmedCount} not confirmed`,
  chart: 'Attempts',
  chartEmpty: 'No attempt in this period.',
  states: {
    sent: 'Sent',
    failed: 'Failed',
    not_confirmed: 'Not confirmed',
    delayed: 'Delayed',
    cancelled: 'Cancelled',
  },
  time: 'Time',
  stop: 'Pause deliveries',
  start: 'Resume deliveries',
  stopHint: 'Messages that come in are stored as always. Answers wait, and go when you resume.',
  stopped: (since: string) => `Paused by an admin since ${since}. Answers wait.`,
  errors: 'Last errors',
  noErrors: 'No error is known.',
  replay: 'Send again',
  replayHint: 'What failed or was not confirmed, the newest first. Choose what is sent again; a message keeps its ID.',
  nothingToReplay: 'Everything was delivered.',
  chooseAll: 'Choose all of these',
  choose: (preview: string) => `Choose “${preview}”`,
  noText: 'Message without text',
  replayButton: sendAgain,
  replayTitle: (count: number) => `${sendAgain(count)}?`,
  replayText: 'They go in the order in which they were written, each after those that wait in its conversation.',
  replayUnconfirmed: unconfirmed,
  replayKeep: 'Keep as they are',
  replayed: (sent: number, left: number) => (left === 0 ? sentAgain(sent) : `${sentAgain(sent)}; ${skipped(left)}`),
  log: 'Delivery log',
  logHint: 'Messages that were sent, failed, were not confirmed, or were cancelled. Kept as long as the messages.',
  logState: 'Status',
  anyState: 'Any',
  logError: 'Error contains',
  logMessage: 'Message ID',
  logAfter: 'From',
  logBefore: 'Until',
  search: 'Search',
  logEmpty: 'No delivery matches.',
  more: 'Load more',
  moreOlder: 'Nothing here; look further back',
  attempts: plural('en', { one: '1 attempt', other: '# attempts' }),
  answered: (status: number, ms: number) => `${status} in ${ms} ms`,
  clock: 'Clock of its server',
  clockUnknown:
    'Not known yet: Portico compares it when its server answers a message, and by the tokens that it makes.',
  clockFine: 'It agrees with Portico’s.',
  clockAhead: (span: string) => `It is ${span} ahead of Portico’s.`,
  clockBehind: (span: string) => `It is ${span} behind Portico’s.`,
  clockMeasured: {
    answers: (time: string) => `Seen by the Date of its last answer, ${time}.`,
    tokens: (time: string) => `Seen by its newest token, ${time}.`,
  },
  clockBreaks: {
    off: 'Nothing is refused for that yet. From a minute on tokens are, beyond 5 minutes everything. Set both machines by a time service (NTP).',
    tokens:
      'Portico refuses tokens that are not valid yet, or not any more, by its own clock. Set both machines by a time service (NTP).',
    signatures:
      'A server that checks signatures refuses those more than 5 minutes from its clock, so nothing can be sent, and its tokens are refused. Set both machines by a time service (NTP).',
  },
  tokens: 'Refused tokens',
  tokensHint:
    'Requests in this period that named this channel in their token and were refused. Anybody on the internet can send some.',
  noTokenFailures: 'None in this period.',
  times: plural('en', { one: 'once', other: '# times' }),
  last: (time: string) => `last ${time}`,
  tokenFailures: {
    invalid_token: {
      what: 'Not signed as it must be',
      fix: 'The server signs with a secret that is not valid (any more), or leaves out a claim: iss, jti, sub and exp are needed. Compare its secret with those below.',
    },
    wrong_issuer: {
      what: 'Signed well, with another iss',
      fix: 'Set iss to the App UID of the channel type, or to its numeric alias.',
    },
    token_expired: {
      what: 'Expired',
      fix: 'The server uses its tokens too long, or its clock is behind: make a new token for each request, and compare the clocks.',
    },
    token_not_yet_valid: {
      what: 'Not valid yet',
      fix: 'The clock of the server is ahead. Set it by a time service (NTP).',
    },
    token_lifetime_too_long: {
      what: 'Made to live too long',
      fix: 'Set exp to at most 300 seconds from now; 10 to 30 are usual. If it is, the clock of the server is ahead.',
    },
    token_replayed: {
      what: 'Used a second time',
      fix: 'This channel type takes each token once. Make a new one for each request, also for a repeat.',
    },
  },
  secrets: 'Secrets of its type',
  secretStates: { new: 'New secret', current: 'Current secret', previous: 'Previous secret' },
  secretAge: (since: string) => `made ${since}`,
  secretEnds: (time: string) => `ends ${time}`,
  toSecrets:
    'Used by all channels of the type. Rotate or end them on the page of the channel type. Whether its server still checks Portico’s signatures with an old one cannot be seen.',
  troubles: {
    label: 'Channels in trouble',
    failing: (name: string, why: string | null) => `${name} fails again and again${why ? `: ${why}` : ''}.`,
    offline: (name: string) => `${name} says it is offline.`,
    authorizationEnded: (name: string) => `${name} is not authorized any more. Its messages wait.`,
    backlog: (name: string, since: string) => `Messages of ${name} have been waiting since ${since}.`,
    many: (names: string[]) => `Channels in trouble: ${someOf(names)}.`,
    toHealth: 'Open its health page',
    toChannels: 'Open the channels',
    authorize: 'Authorize it again',
    dismiss: 'Dismiss',
  },
}
