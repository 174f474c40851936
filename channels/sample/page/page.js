import { asSent, attached, clearAttached, keepShown, listenForFiles } from './attached.js'
import { confirmConversionsOnly } from './composition.js'
import { drawChoices, drawEmpty, drawStatus, drawThread } from './screen.js'
import { makeTypist, shownTyping, showTyping } from './typing.js'

const $ = (id) => document.getElementById(id)
const names = ['Lena Brandt', 'Tomás Rivas', 'Yuki Sato', 'Nadia Petrova', 'Owen Achterberg', 'Zeynep Kaya']

/** The connected channels, as the server sent them. */
let lines = []
/** Messages that this page posted and the server has not confirmed: id → { conversationId, message }. */
const posted = new Map()
let isConnected = false
let channelId = null
let conversationId = newConversationId()
let unseen = null
let name = localStorage.getItem('name') || names[Math.floor(Math.random() * names.length)]

function newConversationId() {
  return `chat-${randomHex(4)}`
}

function randomHex(bytes) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
}

/** The same name in the same browser is the same customer. */
function handleOf(name) {
  const browser = localStorage.getItem('browser') ?? randomHex(2)
  localStorage.setItem('browser', browser)
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .toLowerCase()
    .replace(/^-|-$/g, '')
  return `visitor-${slug || 'x'}-${browser}`
}

const line = () => lines.find((one) => one.channelId === channelId)
const conversation = () => line()?.conversations.find(({ id }) => id === conversationId)
const lastAt = ({ messages }) => messages.at(-1)?.at ?? 0
const newestFirst = (conversations) => conversations.toSorted((a, b) => lastAt(b) - lastAt(a))

function messagesShown() {
  const known = conversation()?.messages ?? []
  const ours = [...posted.values()].filter((one) => one.conversationId === conversationId).map(({ message }) => message)
  const failedHere = new Map(ours.map((message) => [message.id, message]))
  return [
    ...known.map((message) => failedHere.get(message.id) ?? message),
    ...ours.filter(({ id }) => !known.some((one) => one.id === id)),
  ]
}

function draw() {
  const messages = messagesShown()
  drawThread({ channelId, conversationId }, messages, {
    onRetry: send,
    onReact: react,
    onPress: press,
    onEdit: edit,
    onRemove: remove,
  })
  drawEmpty(messages.length > 0 ? null : emptyTexts())
  const writes = shownTyping(channelId, conversationId)
  drawStatus(isConnected ? (writes ?? statusOf(conversation())) : 'Reconnecting…', !isConnected)
  drawChoices(
    'channel',
    lines.map((one, index) => [one.channelId, `${index + 1}. ${one.channelId}`]),
    channelId,
  )
  $('channel-field').hidden = lines.length < 2
  drawConversations()
  $('text').disabled = $('attach').disabled = $('place').disabled = $('fresh').disabled = !line()
  if (document.activeElement !== $('name')) $('name').value = name
  const who = unseen && lines.flatMap((one) => one.conversations).find(({ id }) => id === unseen.conversationId)
  $('elsewhere').hidden = !who
  if (who) $('elsewhere').textContent = `New message for ${who.customer.name}. Show it`
  reportRead()
}

/** What the company says of a conversation. */
function statusOf({ status } = {}) {
  if (status && status.is !== 'open') return 'Closed. Write, and it is open again'
  return status?.assignee ? `${status.assignee} looks after you` : 'Usually answers in a blink'
}

/** What a message says, or the names of its files. */
const wordsOf = (message) =>
  message?.text || message?.files?.map(({ name }) => name).join(', ') || message?.location?.name || ''

/** The last message of the company that the customer has seen here. */
let readId = null

function reportRead() {
  const last = conversation()?.messages.findLast(({ from }) => from === 'company')
  if (!last || last.id === readId || document.visibilityState !== 'visible') return
  readId = last.id
  ask('POST', '/read', { channel_id: channelId, conversation_id: conversationId, id: last.id }).catch(() => {})
}

function drawConversations() {
  const choices = newestFirst(line()?.conversations ?? []).map(({ id, customer, messages }) => {
    const words = wordsOf(messages.at(-1)).replace(/\s+/g, ' ').slice(0, 32)
    return [id, `${customer.name}: ${words}`]
  })
  if (!conversation()) choices.unshift([conversationId, 'A new conversation'])
  drawChoices('conversation', choices, conversationId)
}

function emptyTexts() {
  if (line()) return ['Say hello', 'Your first message opens a conversation in the team’s inbox.']
  if (!isConnected) return ['Connecting…', '']
  return [
    'No channel is connected',
    'In the inbox, open Settings, choose Add a channel, and use the token “demo-token”.',
  ]
}

function open(channel, id) {
  channelId = channel
  conversationId = id ?? newConversationId()
  unseen = null
  const customer = conversation()?.customer
  if (customer) name = customer.name
  draw()
}

const handlers = {
  everything(event) {
    lines = event.lines
    handlers.misbehaviour(event)
    if (!line()) openLatest()
  },
  line({ channelId: id, line: changed }) {
    lines = [...lines.filter((one) => one.channelId !== id), ...(changed ? [changed] : [])]
    if (!line()) openLatest()
  },
  conversation({ channelId: id, conversation: changed }) {
    const into = lines.find((one) => one.channelId === id)
    if (!into) return
    into.conversations = [...into.conversations.filter((one) => one.id !== changed.id), changed]
    for (const message of changed.messages) posted.delete(message.id)
    const isHere = id === channelId && changed.id === conversationId
    if (isHere || changed.messages.at(-1)?.from !== 'company') return
    unseen = { channelId: id, conversationId: changed.id }
    if (messagesShown().length === 0 && $('text').value === '') open(id, changed.id)
  },
  typing: (event) => showTyping(event, draw),
  misbehaviour({ misbehaviour }) {
    const radio = document.querySelector(`[name=misbehaviour][value="${misbehaviour}"]`)
    radio.checked = true
  },
}

function openLatest() {
  const latest = lines.at(-1)
  open(latest?.channelId ?? null, latest && newestFirst(latest.conversations)[0]?.id)
}

function listen() {
  const events = new EventSource('/events')
  events.onopen = () => {
    isConnected = true
    draw()
  }
  events.onmessage = ({ data }) => {
    const event = JSON.parse(data)
    handlers[event.type](event)
    draw()
  }
  events.onerror = () => {
    isConnected = false
    draw()
    // a browser does not reconnect after an answer that is not a stream
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 2_000)
  }
}

/** Posts a message, or posts it again under the same id, so that it is stored once. */
async function send({ id, text, at, files, chosen = [], pressed, location }) {
  const customer = conversation()?.customer ?? { handle: handleOf(name), name }
  const place = { channel_id: channelId, conversation_id: conversationId, ...customer }
  const entry = {
    conversationId,
    message: { id, from: 'customer', text, at, files, chosen, pressed, state: 'sending' },
  }
  posted.set(id, entry)
  draw()
  try {
    await ask('POST', '/messages', {
      ...place,
      id,
      text,
      pressed,
      location,
      files: await Promise.all(chosen.map(asSent)),
    })
  } catch (error) {
    posted.set(id, { ...entry, message: { ...entry.message, state: 'failed', reason: error.message } })
    draw()
  }
}

async function change(path, { id }, more) {
  try {
    await ask('PUT', path, { channel_id: channelId, conversation_id: conversationId, message_id: id, ...more })
    $('alert').textContent = ''
  } catch (error) {
    $('alert').textContent = error.message
  }
}

const react = (message, emojis) => change('/reactions', message, { emojis })
const remove = (message) => change('/deletions', message)

function edit(message) {
  const text = prompt('What the message is to say:', message.text)?.trim()
  if (text && text !== message.text) change('/edits', message, { text })
}

/** A press of a button says what stands on it. */
function press(of, { id, title }) {
  send({ id: `said-${randomHex(8)}`, text: title, at: Date.now(), pressed: { id, title, of } })
}

async function ask(method, path, body) {
  const request = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(path, request).catch(() => {
    throw new Error('The sample channel does not answer. Is the hub still running?')
  })
  if (!response.ok) throw new Error((await response.json()).message)
}

$('composer').addEventListener('submit', (event) => {
  event.preventDefault()
  const text = $('text').value.trim()
  const chosen = attached()
  if ((!text && chosen.length === 0) || !line()) return
  $('text').value = ''
  typist('')
  clearAttached()
  const files = chosen.map(({ name, type }) => ({ name, type }))
  const id = `said-${randomHex(8)}`
  keepShown(id, chosen)
  send({ id, text, at: Date.now(), files, chosen })
})

const typist = makeTypist((is_typing) => {
  // only what the team knows already: a new conversation begins with its first message
  if (!conversation()) return
  const place = { channel_id: channelId, conversation_id: conversationId, ...conversation().customer }
  ask('POST', '/typing', { ...place, is_typing }).catch(() => {})
})
$('text').addEventListener('input', () => typist($('text').value))

/** A place for the demo: a browser is not asked where it is. */
const place = { latitude: 52.3791, longitude: 4.9003, name: 'Amsterdam Centraal' }

$('place').addEventListener('click', () => {
  if (line()) send({ id: `said-${randomHex(8)}`, text: '', at: Date.now(), location: place })
})

$('text').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey) return
  event.preventDefault()
  $('composer').requestSubmit()
})

$('name').addEventListener('change', () => {
  const chosen = $('name').value.trim()
  if (!chosen || chosen === name) return draw()
  name = chosen
  localStorage.setItem('name', name)
  open(channelId, null)
})

$('fresh').addEventListener('click', () => {
  open(channelId, null)
  showPanel(false)
  $('text').focus()
})

$('channel').addEventListener('change', () =>
  open($('channel').value, newestFirst(lines.find((one) => one.channelId === $('channel').value).conversations)[0]?.id),
)
$('conversation').addEventListener('change', () => open(channelId, $('conversation').value))
$('elsewhere').addEventListener('click', () => open(unseen.channelId, unseen.conversationId))

$('calls').addEventListener('click', async ({ target }) => {
  if (!target.matches('button') || !line()) return
  const customer = conversation()?.customer ?? { handle: handleOf(name), name }
  const call = { channel_id: channelId, conversation_id: conversationId, ...customer }
  try {
    await ask('POST', '/calls', { ...call, is_answered: target.value === 'answered' })
    $('alert').textContent = ''
  } catch (error) {
    $('alert').textContent = error.message
  }
})

$('misbehaviours').addEventListener('change', async ({ target }) => {
  try {
    await ask('PUT', '/misbehaviour', { misbehaviour: target.value })
    $('alert').textContent = ''
  } catch (error) {
    $('alert').textContent = error.message
  }
})

function showPanel(isOpen) {
  const wasOpen = $('panel').classList.toggle('open', isOpen) !== isOpen
  $('settings').setAttribute('aria-expanded', String(isOpen))
  if (isOpen) $('close').focus()
  else if (!wasOpen && document.activeElement === $('close')) $('settings').focus()
}
$('settings').addEventListener('click', () => showPanel(true))
$('close').addEventListener('click', () => showPanel(false))
document.addEventListener('keydown', ({ key }) => key === 'Escape' && showPanel(false))

document.addEventListener('visibilitychange', reportRead)
confirmConversionsOnly()
listenForFiles()
draw()
listen()
