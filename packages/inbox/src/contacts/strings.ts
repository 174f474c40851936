/** The texts of this feature. A language is one object of this shape. */
export const t = {
  editName: 'Edit the name',
  name: 'Name of the customer',
  save: 'Save',
}
