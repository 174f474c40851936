/** The texts of this feature that the composer needs at once. A language is one object of this shape, and one of editor-strings.ts. */
export const t = {
  open: 'Add quick replies',
  close: 'Remove the quick replies',
  removed: 'The quick replies were removed',
  needsTitle: 'Write on each button what the customer reads.',
  tooLong: (length: number, most: number) => `A button has ${most} characters at most. This one has ${length}.`,
  twice: 'Two buttons say the same. Change one of them.',
  needsPage: 'Enter the address of the page, or make the button an answer.',
  noPage: 'This is no address of a page. It begins with https://',
  needsText: 'Buttons stand below a text. Write one.',
  conflict: 'Buttons',
}
