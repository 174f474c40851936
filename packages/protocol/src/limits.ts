/** How many characters each field beside a body may have. What is longer is refused by its field's name. */
export const limits = {
  handle: 500,
  /** Of a person, also one who sends for a company. */
  name: 500,
  subject: 2_000,
  /** Why a message failed, as its channel says. */
  reason: 4_000,
  /** An id, or an alias that stands for one. */
  reference: 300,
}
