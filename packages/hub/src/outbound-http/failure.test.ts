import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BlockedAddress, ConnectTimeout, NameNotResolved } from './connect.ts'
import { tooLate, whyAmbiguous, whyNotSent } from './failure.ts'

const coded = (code: string, more: object = {}) =>
  Object.assign(new Error(`something about ${code}`), { code, ...more })
const named = (code: string) =>
  new NameNotResolved('channel.test was not found', { cause: coded(code, { syscall: 'getaddrinfo' }) })

type Row = [name: string, error: Error, isTls: boolean, code: string, message: string, detail: string]

const notSent: Row[] = [
  ...(
    [
      ['ECONNREFUSED', 'connection_refused', 'could not be reached: the connection was refused.'],
      ['EHOSTUNREACH', 'connection_refused', 'could not be reached: the network knows no way to it.'],
      ['ENETUNREACH', 'connection_refused', 'could not be reached: the network knows no way to it.'],
      ['EACCES', 'connection_refused', 'could not be reached: this machine does not allow the connection.'],
    ] as const
  ).flatMap(([system, code, message]) =>
    [false, true].map((isTls): Row => {
      const error = coded(system, { syscall: 'connect', address: '10.1.2.3', port: 8443 })
      return [system, error, isTls, code, `The channel's server ${message}`, `connect ${system}`]
    }),
  ),
  [
    'several addresses',
    new AggregateError([coded('ECONNREFUSED', { syscall: 'connect' }), coded('ENETUNREACH')]),
    false,
    'connection_refused',
    "The channel's server could not be reached: the connection was refused.",
    'connect ECONNREFUSED',
  ],
  [
    'what nobody foresaw',
    coded('EWEIRD'),
    false,
    'connection_refused',
    "The channel's server could not be reached: the connection failed.",
    'EWEIRD',
  ],
  [
    'a name that does not exist',
    named('ENOTFOUND'),
    false,
    'dns_error',
    "The channel's server could not be reached: its name is not known.",
    'getaddrinfo ENOTFOUND',
  ],
  [
    'name servers that do not answer',
    named('EAI_AGAIN'),
    true,
    'dns_error',
    "The channel's server could not be reached: its name could not be looked up.",
    'getaddrinfo EAI_AGAIN',
  ],
  [
    'no file descriptors',
    coded('EMFILE', { syscall: 'connect' }),
    false,
    'no_sockets',
    'Portico could not open another connection.',
    'connect EMFILE',
  ],
  [
    'a server that takes no connection',
    new ConnectTimeout('no connection within 3 s'),
    true,
    'connect_timeout',
    "The channel's server did not take the connection in time.",
    'no connection within 3 s',
  ],
  ...(
    [
      ['CERT_HAS_EXPIRED', 'could not be trusted: its certificate has expired.'],
      ['CERT_NOT_YET_VALID', 'could not be trusted: its certificate is not valid yet.'],
      ['ERR_TLS_CERT_ALTNAME_INVALID', 'could not be trusted: its certificate is for another name.'],
      ['DEPTH_ZERO_SELF_SIGNED_CERT', 'could not be trusted: its certificate is not one that Portico trusts.'],
      ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'could not be trusted: its certificate is not one that Portico trusts.'],
    ] as const
  ).map(([code, message]): Row => [code, coded(code), true, 'tls_error', `The channel's server ${message}`, code]),
  [
    'a server without TLS',
    coded('ERR_SSL_WRONG_VERSION_NUMBER'),
    true,
    'tls_error',
    "No secure connection to the channel's server could be made.",
    'ERR_SSL_WRONG_VERSION_NUMBER',
  ],
  [
    'a private address',
    new BlockedAddress({ code: 'blocked_address', message: '10.1.2.3 is not a public address.' }),
    false,
    'blocked_address',
    "The address of the channel's server is one that Portico does not call.",
    '10.1.2.3 is not a public address.',
  ],
  [
    'the hub itself',
    new BlockedAddress({ code: 'loop', message: 'The URL is the hub itself.' }),
    false,
    'loop',
    "The address of the channel's server leads back to Portico itself.",
    'The URL is the hub itself.',
  ],
]

const unknown: Row[] = [
  ...['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].map(
    (code): Row => [
      code,
      coded(code),
      false,
      'connection_reset',
      "The channel's server closed the connection before its answer was complete.",
      code,
    ],
  ),
  ...['EHOSTUNREACH', 'ETIMEDOUT', 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'].map(
    (code): Row => [
      code,
      coded(code),
      true,
      'connection_reset',
      "The connection to the channel's server broke before its answer was complete.",
      code,
    ],
  ),
  ...['HPE_INVALID_CONSTANT', 'UND_ERR_HEADERS_OVERFLOW'].map(
    (code): Row => [
      code,
      coded(code),
      false,
      'unreadable_answer',
      "The channel's server answered in a way that Portico cannot read.",
      code,
    ],
  ),
]

describe('the error of a request without a response', () => {
  for (const [name, error, isTls, code, message, detail] of notSent) {
    it(`${name}${isTls ? ', over TLS' : ''}: not sent`, () => {
      const result = whyNotSent(error, isTls, 5)
      assert.deepEqual(result, { kind: 'not_sent', code, message, detail, durationMs: 5 })
    })
  }
  for (const [name, error, , code, message, detail] of unknown) {
    it(`${name}: it may have arrived`, () => {
      assert.deepEqual(whyAmbiguous(error, 5), { kind: 'ambiguous', code, message, detail, durationMs: 5 })
    })
  }
  it('has no code, address or host name in its message for teammates', () => {
    const all = [
      ...notSent.map(([, error, isTls]) => whyNotSent(error, isTls, 0)),
      ...unknown.map(([, error]) => whyAmbiguous(error, 0)),
      tooLate(0),
    ]
    for (const { message } of all) assert.doesNotMatch(message, /[A-Z]{3,}|_|\d|\.test/)
  })
})
