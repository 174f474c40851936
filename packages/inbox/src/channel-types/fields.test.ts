import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bodyOf, changesOf, checkFields, fieldsOf, newFields } from './fields.ts'
import { pictureProblem } from './picture.ts'

const good = { ...newFields, name: 'Acme SMS', server_url: 'https://sms.acme.example/portico' }
const type = {
  _links: { self: '' },
  ...bodyOf(good),
  ...{ uid: 'app_1', created_at: 1, channels: 0, secrets: [], redirect_uri: null, oauth2: null },
  attachments: { max_bytes: 26_214_400, media_types: null },
  is_custom: false,
}
const wrong = (fields: Partial<typeof good>) =>
  Object.entries(checkFields({ ...good, ...fields })).flatMap(([name, message]) => (message ? [name] : []))

describe('the registration of a channel type', () => {
  it('needs a name and the whole URL of a server', () => {
    assert.deepEqual(wrong({}), [])
    assert.deepEqual(wrong({ name: '', server_url: '' }), ['name', 'server_url'])
    for (const server_url of ['acme.example', 'ftp://acme.example', 'https://', 'javascript:alert(1)']) {
      assert.deepEqual(wrong({ server_url }), ['server_url'], server_url)
    }
  })

  it('takes 1 to 32 requests at a time, and an alias only when it is a whole number', () => {
    for (const max_in_flight of ['0', '33', '', '1.5', '4 ', '-1', '1e1']) {
      assert.deepEqual(wrong({ max_in_flight }), ['max_in_flight'], max_in_flight)
    }
    assert.deepEqual(wrong({ max_in_flight: '32', numeric_alias: '4242' }), [])
    for (const numeric_alias of ['0', 'x', '9007199254740993']) {
      assert.deepEqual(wrong({ numeric_alias }), ['numeric_alias'], numeric_alias)
    }
  })

  it('takes a window for free text in whole hours, and none without message templates', () => {
    for (const free_text_window_hours of ['0', '8761', '1.5', 'x']) {
      assert.deepEqual(wrong({ message_templates: true, free_text_window_hours }), ['free_text_window_hours'])
      assert.deepEqual(wrong({ free_text_window_hours }), [])
    }
    assert.equal(bodyOf({ ...good, message_templates: true, free_text_window_hours: '24' }).free_text_window_hours, 24)
    assert.equal(bodyOf({ ...good, free_text_window_hours: '24' }).free_text_window_hours, null)
  })

  it('sends numbers as numbers, and no alias as null', () => {
    const { max_in_flight, numeric_alias } = bodyOf(good)
    assert.deepEqual(
      [max_in_flight, numeric_alias, bodyOf({ ...good, numeric_alias: '7' }).numeric_alias],
      [4, null, 7],
    )
  })

  it('sends only what changed, so that two admins do not undo each other', () => {
    assert.deepEqual(changesOf(type, bodyOf(fieldsOf(type))), {})
    assert.deepEqual(changesOf(type, bodyOf({ ...fieldsOf(type), name: 'New', numeric_alias: '7' })), {
      name: 'New',
      numeric_alias: 7,
    })
  })

  it('sends capabilities when another one is chosen, not when they stand in another order', () => {
    const chosen = { ...type, capabilities: ['typing' as const, 'edits' as const] }
    const changes = (capabilities: (typeof chosen)['capabilities']) =>
      changesOf(chosen, bodyOf({ ...fieldsOf(chosen), capabilities }))
    assert.deepEqual(changes(['edits', 'typing']), {})
    assert.deepEqual(changes(['edits']), { capabilities: ['edits'] })
  })
})

describe('the files that a channel type takes', () => {
  it('are media types one a line and a part of 25 MB, and what is none is named', () => {
    for (const attachment_megabytes of ['', '26', '-1', 'x', '1e1', '1.5.1'])
      assert.deepEqual(wrong({ attachment_megabytes }), ['attachment_megabytes'], attachment_megabytes)
    for (const attachment_types of ['image', '.png', 'image/*\nPDF', 'image/', '*/png', `image/${'x'.repeat(200)}`])
      assert.deepEqual(wrong({ attachment_types }), ['attachment_types'], attachment_types)
    assert.match(checkFields({ ...good, attachment_types: 'image/*, pdf' }).attachment_types ?? '', /“pdf” is no media/)
    const many = Array.from({ length: 101 }, (_, n) => `image/x-${n}`).join(' ')
    assert.match(checkFields({ ...good, attachment_types: many }).attachment_types ?? '', /at most 100/)
    const typed = { attachment_megabytes: '0,5', attachment_types: 'image/*, Application/PDF\n\nimage/*' }
    assert.deepEqual(wrong(typed), [])
    assert.deepEqual(bodyOf({ ...good, ...typed }).attachments, {
      max_bytes: 524_288,
      media_types: ['image/*', 'application/pdf'],
    })
    assert.deepEqual(bodyOf({ ...good, attachment_megabytes: '0' }).attachments, { max_bytes: 0 })
  })

  it('stay as the API has set them while only other fields change', () => {
    const odd = { ...type, attachments: { max_bytes: 5_000_000, media_types: ['image/*', 'text/plain'] } }
    const fields = fieldsOf(odd)
    assert.deepEqual([fields.attachment_megabytes, fields.attachment_types], ['4.77', 'image/*\ntext/plain'])
    assert.deepEqual(changesOf(odd, bodyOf(fields)), {})
    assert.deepEqual(changesOf(odd, bodyOf({ ...fields, attachment_types: '' })), {
      attachments: { max_bytes: 5_000_000 },
    })
    assert.deepEqual(changesOf(odd, bodyOf({ ...fields, attachment_megabytes: '5' })), {
      attachments: { max_bytes: 5_242_880, media_types: ['image/*', 'text/plain'] },
    })
  })
})

describe('the registration of OAuth', () => {
  const oauth = {
    auth_type: 'oauth2' as const,
    ...{ authorize_url: 'https://id.example/a', token_url: 'https://id.example/t', client_id: 'c' },
  }

  it('needs what its grant needs', () => {
    assert.deepEqual(wrong(oauth), [])
    assert.deepEqual(wrong({ ...oauth, authorize_url: '', token_url: 'x', client_id: '' }), [
      'authorize_url',
      'token_url',
      'client_id',
    ])
    assert.deepEqual(wrong({ ...oauth, grant: 'client_credentials', authorize_url: '', client_id: '' }), [])
    assert.deepEqual(wrong({ ...oauth, grant: 'password', authorize_url: '', introspection_url: 'x' }), [
      'introspection_url',
    ])
  })

  it('sends what its grant has, and a secret only when one was typed', () => {
    const sent = (fields: object) => bodyOf({ ...good, ...oauth, ...fields }).oauth2
    const common = { token_url: 'https://id.example/t', introspection_url: '', revocation_url: '', scopes: '' }
    assert.deepEqual(sent({ grant: 'client_credentials', client_secret: 's' }), {
      grant: 'client_credentials',
      ...common,
    })
    assert.deepEqual(sent({ grant: 'password' }), { grant: 'password', ...common, client_id: 'c' })
    assert.equal(sent({ client_secret: 's' })?.client_secret, 's')
    const revoked = { revocation_url: 'https://id.example/r', revokes_replaced: true }
    assert.deepEqual(
      [sent(revoked)?.revokes_replaced, sent({ ...revoked, grant: 'password' })?.revokes_replaced],
      [true, undefined],
    )
    assert.equal(sent({ revokes_replaced: true })?.revokes_replaced, undefined)
    assert.equal(bodyOf({ ...good, ...oauth, wants_list_addresses: true }).wants_list_addresses, false)
    assert.equal(bodyOf(good).oauth2, undefined)
  })
})

it('an icon is a PNG or SVG of 64 kB at most', () => {
  assert.equal(pictureProblem({ type: 'image/png', size: 65_536 }), null)
  assert.equal(pictureProblem({ type: 'image/svg+xml', size: 1 }), null)
  assert.match(pictureProblem({ type: 'image/png', size: 65_537 }) ?? '', /larger than 64 kB/)
  assert.match(pictureProblem({ type: 'image/gif', size: 1 }) ?? '', /PNG or SVG/)
})
