import { plural } from '../strings/plural.ts'

const conversations = plural('en', { one: '1 conversation', other: '# conversations' })

/** The texts of the settings of tags. A language is one object of this shape. */
export const t = {
  intro: 'Tags say what conversations are about. Everybody makes them and puts them on; admins change and delete them.',
  create: 'Create tag',
  newTitle: 'Create a tag',
  created: (name: string) => `The tag ${name} is there`,
  empty: 'No tags yet',
  emptyHint: 'Make one where you tag a conversation, or create it here.',
  ofCompany: 'The whole company',
  inLists: 'Shown in lists',
  below: (parent: string) => `Below ${parent}`,
  edit: 'Change the tag',
  name: 'Name',
  description: 'Description',
  descriptionHint: 'What the tag is for; shown where tags are chosen.',
  colour: 'Colour',
  colours: {
    none: 'None',
    grey: 'Grey',
    pink: 'Pink',
    red: 'Red',
    orange: 'Orange',
    yellow: 'Yellow',
    green: 'Green',
    'light-blue': 'Light blue',
    blue: 'Blue',
    purple: 'Purple',
  },
  visible: 'Show it in lists of conversations',
  visibleHint: 'Without this only the open conversation shows it.',
  parent: 'Below the tag',
  parentNone: 'None: a tag of its own',
  missing: { name: 'Give the tag a name.', longName: 'A name has 64 characters at most.' },
  goneTitle: 'This tag is not here',
  gone: 'It was deleted.',
  remove: 'Delete the tag',
  removeHint: (count: number) =>
    count === 0 ? 'No conversation has it.' : `It goes from ${conversations(count)}. Their timelines still name it.`,
  removeButton: (name: string) => `Delete ${name}`,
  removeTitle: (name: string) => `Delete the tag ${name}?`,
  removed: (name: string) => `The tag ${name} is deleted`,
}
