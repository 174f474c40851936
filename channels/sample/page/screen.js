import { shownOf } from './attached.js'
import { element } from './element.js'
import { drawReactions } from './reactions.js'

/** Draws the phone's screen. Texts become text nodes only: nothing anybody writes is ever markup. */

const $ = (id) => document.getElementById(id)
const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })
const drawn = new Map()
let shown = null

/** Shows the messages of a conversation; those already there are only changed where they changed. */
export function drawThread({ channelId, conversationId }, messages, actions) {
  const key = `${channelId} ${conversationId}`
  const thread = $('thread')
  const isOther = key !== shown
  const wasAtEnd = isOther || isAtEnd()
  if (isOther) {
    drawn.clear()
    thread.replaceChildren()
    shown = key
  }
  for (const [index, message] of messages.entries()) {
    const chosen = messages.flatMap(({ pressed }) => (pressed?.of === message.id ? pressed.id : []))
    const text = JSON.stringify([message, chosen, startsGroup(messages, index)])
    const known = drawn.get(message.id)
    if (known?.text === text) continue
    const row = drawMessage({ ...message, chosen }, channelId, startsGroup(messages, index), actions)
    if (known) known.row.replaceWith(row)
    else thread.append(row)
    row.classList.toggle('new', !isOther && !known)
    drawn.set(message.id, { text, row })
  }
  const last = messages.at(-1)
  if (wasAtEnd || (last?.from === 'customer' && last.state === 'sending'))
    $('screen').scrollTop = $('screen').scrollHeight
}

function isAtEnd(within = 80) {
  const { scrollHeight, scrollTop, clientHeight } = $('screen')
  return scrollHeight - scrollTop - clientHeight < within
}

function startsGroup(messages, index) {
  const [before, message] = [messages[index - 1], messages[index]]
  return !before || before.from !== message.from || before.author !== message.author || message.at - before.at > 300_000
}

function drawMessage(message, channelId, isFirst, { onRetry, onReact, onPress, onEdit, onRemove }) {
  const who = message.from === 'customer' ? 'You' : (message.author ?? 'Sent automatically')
  const row = element('li', { className: `${message.from} ${message.state ?? ''}` })
  row.classList.toggle('first', isFirst)
  const words = message.isRemoved ? 'This message was removed' : message.text
  const bubble = element('p', { className: `bubble ${message.isRemoved ? 'removed' : ''}`, dir: 'auto' }, words)
  row.append(
    element('p', { className: 'author' }, who),
    ...(words ? [bubble] : []),
    ...(message.isRemoved ? [] : contentOf(message, channelId, { onReact, onPress })),
    element('p', { className: 'meta' }, ...metaOf(message, onRetry), ...changesOf(message, { onEdit, onRemove })),
  )
  return row
}

function contentOf(message, channelId, { onReact, onPress }) {
  const files = (message.files ?? []).map((file, index) => drawFile(file, channelId, shownOf(message.id, index)))
  return [...drawLocation(message), ...files, ...drawButtons(message, onPress), ...drawReactions(message, onReact)]
}

/** That a message was edited, and for the customer's own what changes it. */
function changesOf(message, { onEdit, onRemove }) {
  if (message.isRemoved) return []
  const edited = message.isEdited ? [' · Edited'] : []
  if (message.from !== 'customer' || message.state !== 'sent') return edited
  const button = (words, onclick) => element('button', { type: 'button', onclick: () => onclick(message) }, words)
  return [...edited, ' · ', ...(message.text ? [button('Edit', onEdit), ' · '] : []), button('Remove', onRemove)]
}

/** A place by its name, with a link to it; no map is loaded. */
function drawLocation({ location }) {
  if (!location) return []
  const { latitude, longitude, name, address } = location
  const at = `${latitude}, ${longitude}`
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`
  return [
    element(
      'a',
      { className: 'bubble place', href, target: '_blank', rel: 'noopener noreferrer', dir: 'auto' },
      element('b', {}, `📍 ${name ?? at}`),
      ...(address ? [element('span', {}, address)] : []),
      element('span', {}, at),
    ),
  ]
}

/** Buttons of an answer can be pressed as often as the customer likes; those of a page open it. */
function drawButtons({ id: of, buttons = [], chosen }, onPress) {
  if (buttons.length === 0) return []
  const drawn = buttons.map((button) => {
    const className = chosen.includes(button.id) ? 'chosen' : ''
    if (/^https?:\/\//i.test(button.url ?? ''))
      return element(
        'a',
        { className, href: button.url, target: '_blank', rel: 'noopener noreferrer', dir: 'auto' },
        button.title,
      )
    return element(
      'button',
      { type: 'button', className, dir: 'auto', onclick: () => onPress(of, button) },
      button.title,
    )
  })
  return [element('div', { className: 'buttons' }, ...drawn)]
}

/** A picture, a player, or a name that leads to the file. `own`: where this page has a file that it sent; without it, that is told by name. */
function drawFile({ id, name, type, url }, channelId, own) {
  if (!url && !own) return element('p', { className: 'bubble file', dir: 'auto' }, name)
  const src = own ?? `/file?${new URLSearchParams({ channel_id: channelId, id })}`
  const link = element('a', { className: 'bubble file', href: src, download: name, dir: 'auto' }, name)
  const kind = { image: 'img', audio: 'audio', video: 'video' }[type.split('/')[0]]
  if (!kind) return link
  const shown = element(kind, { className: 'media', alt: name, title: name, src, controls: true, preload: 'metadata' })
  shown.onerror = () => shown.replaceWith(link)
  shown.onload = () => isAtEnd(shown.offsetHeight + 80) && shown.scrollIntoView({ block: 'nearest' })
  return shown
}

function metaOf(message, onRetry) {
  const at = new Date(message.at)
  const time = element('time', { dateTime: at.toISOString(), title: date.format(at) }, clock.format(at))
  if (message.from === 'company') return [time]
  if (message.state === 'sending') return ['Sending…']
  if (message.state === 'sent') return [time, ' · In the inbox']
  const retry = element('button', { type: 'button', onclick: () => onRetry(message) }, 'Try again')
  return [`Not sent. ${message.reason} `, retry]
}

/** Draws the empty state: a title, and what to do. */
export function drawEmpty(words) {
  $('empty').replaceChildren(...(words ? [element('b', {}, words[0]), words[1]] : []))
}

/** Fills a select with [value, words] pairs. */
export function drawChoices(id, choices, chosen) {
  $(id).replaceChildren(
    ...choices.map(([value, words]) => element('option', { value, selected: value === chosen }, words)),
  )
}

export function drawStatus(words, isTrouble) {
  if ($('status').textContent !== words) $('status').textContent = words
  $('status').classList.toggle('trouble', isTrouble)
}
