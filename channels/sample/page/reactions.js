import { element } from './element.js'

const choices = ['👍', '❤️', '😂', '🎉', '😢']

/** The reactions to a message, and what the customer can add or take back. */
export function drawReactions(message, onReact) {
  const { customer = [], company = [] } = message.reactions ?? {}
  if (message.from === 'customer' && company.length === 0) return []
  const toggled = (emoji) => (customer.includes(emoji) ? customer.filter((one) => one !== emoji) : [...customer, emoji])
  const chip = (emoji) =>
    element('span', { className: 'chip', title: 'Support', ariaLabel: `${emoji} of the team` }, emoji)
  const choice = (emoji) => {
    const isOn = customer.includes(emoji)
    const button = element('button', { type: 'button', className: 'chip', ariaLabel: `React with ${emoji}` }, emoji)
    button.setAttribute('aria-pressed', String(isOn))
    button.onclick = () => onReact(message, toggled(emoji))
    return button
  }
  const offered = message.from === 'company' ? choices : []
  const others = customer.filter((emoji) => !offered.includes(emoji))
  return [element('p', { className: 'reactions' }, ...company.map(chip), ...[...offered, ...others].map(choice))]
}
