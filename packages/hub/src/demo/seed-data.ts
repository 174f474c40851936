/** A conversation of the demo: its messages with their age, and the state that the team left it in. */
export interface SeedConversation {
  customer: { handle: string; name: string; email?: string }
  subject?: string
  /** The author: the customer, or a teammate (by first name). */
  messages: { minutesAgo: number; from: 'customer' | Author; body: string }[]
  assignee?: Author
  archived?: boolean
}

export type Author = 'Noor' | 'Sam' | 'Mia'

const day = 24 * 60

export const seedData: SeedConversation[] = [
  {
    customer: { handle: 'visitor-ivo', name: 'Ivo Marek', email: 'ivo@marek.example' },
    messages: [
      { minutesAgo: 31, from: 'customer', body: 'Hi! My parcel says “out for delivery” since yesterday. Is it lost?' },
      {
        minutesAgo: 27,
        from: 'Noor',
        body: 'Hello Ivo, let me look. The van went back to the depot last night with a flat tyre. Yours is on the first tour today.',
      },
      {
        minutesAgo: 6,
        from: 'customer',
        body: 'Ah, poor van 😅 Can you tell me roughly when? I have to leave at three.',
      },
    ],
  },
  {
    customer: { handle: 'visitor-amara', name: 'Amara Diallo' },
    messages: [
      { minutesAgo: 12, from: 'customer', body: 'Can I change the address of an order that I placed ten minutes ago?' },
      { minutesAgo: 11, from: 'customer', body: 'It should go to my office, not home. Order 20441.' },
    ],
  },
  {
    customer: { handle: 'visitor-lucia', name: 'Lucía Fernández', email: 'lucia@taller.example' },
    assignee: 'Noor',
    messages: [
      { minutesAgo: 95, from: 'customer', body: '¡Hola! Do you ship lithium batteries to the Canary Islands?' },
      {
        minutesAgo: 88,
        from: 'Sam',
        body: 'Hola Lucía! We do, by sea only: it takes 9 to 12 days. I can set that up for you if the battery is under 100 Wh.',
      },
      { minutesAgo: 47, from: 'customer', body: 'It is 74 Wh. By sea is fine. What do you need from me?' },
    ],
  },
  {
    customer: { handle: 'visitor-tomasz', name: 'Tomasz Nowak' },
    assignee: 'Sam',
    messages: [
      {
        minutesAgo: 4 * 60,
        from: 'customer',
        body: 'The label you sent prints at half size, and the depot will not scan it.',
      },
      {
        minutesAgo: 3 * 60 + 50,
        from: 'Sam',
        body: 'That is our fault, the file was made for A6 paper. Here is one for A4: please print it at 100 %.',
      },
      { minutesAgo: 3 * 60 + 31, from: 'customer', body: 'Scanned at the first try. Thank you!' },
    ],
  },
  {
    customer: { handle: 'visitor-yuki', name: 'Yuki Tanaka', email: 'yuki@tanaka.example' },
    messages: [
      { minutesAgo: 7 * 60, from: 'customer', body: 'Hello, is there a pickup on Saturday in Rotterdam?' },
      { minutesAgo: 6 * 60 + 40, from: 'Mia', body: 'Good morning! Yes, from 9 to 13. Shall I book one?' },
      { minutesAgo: 6 * 60 + 12, from: 'customer', body: 'Yes please, two boxes, about 12 kg each.' },
      {
        minutesAgo: 6 * 60 + 2,
        from: 'Mia',
        body: 'Booked: Saturday between 9 and 11, two boxes. The driver calls when he is close.',
      },
    ],
  },
  {
    customer: { handle: 'visitor-farid', name: 'فريد منصور' },
    messages: [
      { minutesAgo: day + 130, from: 'customer', body: 'مرحبا، هل يمكنني استلام الطرد بنفسي من المستودع؟' },
      {
        minutesAgo: day + 122,
        from: 'Noor',
        body: 'أهلاً فريد، نعم، من الثامنة صباحاً حتى السادسة مساءً. أحضر معك رقم الطرد وبطاقة الهوية.',
      },
    ],
  },
  {
    customer: { handle: 'visitor-greta', name: 'Greta Lindholm', email: 'greta@studio-lindholm.example' },
    archived: true,
    messages: [
      { minutesAgo: 2 * day, from: 'customer', body: 'The vase arrived in three pieces. I have photographs.' },
      {
        minutesAgo: 2 * day - 9,
        from: 'Mia',
        body: 'I am sorry, Greta. You do not need to send anything back: a new one leaves today, and the claim is on us.',
      },
      { minutesAgo: 2 * day - 30, from: 'customer', body: 'That was the fastest answer I ever had. Thank you, Mia.' },
    ],
  },
  {
    customer: { handle: 'visitor-ben', name: 'Ben Achterberg' },
    archived: true,
    messages: [
      { minutesAgo: 3 * day, from: 'customer', body: 'Which box do I need for a framed poster, 70 × 100 cm?' },
      {
        minutesAgo: 3 * day - 14,
        from: 'Sam',
        body: 'The flat one, size F3. It is 8 cm deep; leave the corners on and it travels well.',
      },
    ],
  },
]
