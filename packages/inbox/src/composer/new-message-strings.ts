/** The texts of the page for a new message that nothing else shows. A language is one object of this shape. */
export const t = {
  channelHint: 'Only channels that can start a conversation are listed.',
  recipientHint: {
    phone: 'Phone number with country code, like +49 170 1234567',
    email: 'E-mail address',
    custom: 'The person’s name or number in this channel',
  },
  none: 'No channel can start a conversation',
  noneHint: 'Add a channel whose type allows new messages, or answer in a conversation that a customer began.',
  missing: {
    channel: 'Choose a channel.',
    recipient: 'Say who the message goes to.',
    body: 'Write the message, or attach a file.',
  },
  summary: 'Before it can be sent:',
}
