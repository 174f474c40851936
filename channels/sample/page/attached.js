import { element } from './element.js'

const $ = (id) => document.getElementById(id)
const mostBytes = 25 * 1024 * 1024
const mostFiles = 10
let files = []
let refusal = null

/** The files that go with the next message. */
export const attached = () => files

export function clearAttached() {
  files = []
  refusal = null
  draw()
}

function attach(more) {
  const all = [...files, ...more]
  const bytes = all.reduce((sum, { size }) => sum + size, 0)
  const isTooMuch = all.length > mostFiles || bytes > mostBytes
  refusal = isTooMuch ? 'Nothing was attached: a message has at most 10 files, of 25 MB in all.' : null
  if (!isTooMuch) files = all
  draw()
}

function draw() {
  $('attached').hidden = files.length === 0 && !refusal
  const words = refusal ? [element('li', { className: 'refused', role: 'alert' }, refusal)] : []
  $('attached').replaceChildren(...files.map(row), ...words)
}

function row(file) {
  const words = { type: 'button', ariaLabel: `Remove ${file.name}`, title: 'Remove' }
  const remove = element('button', words, '×')
  remove.onclick = () => {
    files = files.filter((one) => one !== file)
    refusal = null
    draw()
    $('text').focus()
  }
  return element('li', {}, element('span', { dir: 'auto' }, file.name), remove)
}

/** What this page can show of the files that it sent, by message: until it is reloaded, which leaves their names. */
const shown = new Map()

export function keepShown(messageId, sent) {
  if (sent.length > 0)
    shown.set(
      messageId,
      sent.map((file) => URL.createObjectURL(file)),
    )
}

export const shownOf = (messageId, index) => shown.get(messageId)?.[index]

/** A file as the server takes it: its name, type, and bytes in base64. */
export async function asSent(file) {
  const reader = new FileReader()
  const isRead = new Promise((resolve, reject) => {
    reader.onload = resolve
    reader.onerror = () => reject(new Error(`${file.name} cannot be read any more. Attach it again.`))
  })
  reader.readAsDataURL(file)
  await isRead
  return { name: file.name, type: file.type, data: reader.result.slice(reader.result.indexOf(',') + 1) }
}

/** Files come by the button, a paste, or a drop on the phone. */
export function listenForFiles() {
  $('attach').addEventListener('click', () => $('files').click())
  $('files').addEventListener('change', () => {
    attach($('files').files)
    $('files').value = ''
    $('text').focus()
  })
  $('text').addEventListener('paste', (event) => {
    if (event.clipboardData.files.length === 0) return
    event.preventDefault()
    attach(event.clipboardData.files)
  })
  const phone = document.querySelector('.phone')
  phone.addEventListener('dragover', (event) => event.preventDefault())
  phone.addEventListener('drop', (event) => {
    event.preventDefault()
    if (!$('attach').disabled) attach(event.dataTransfer.files)
  })
}
