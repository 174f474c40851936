/** The most characters that each field beside a body may have. A longer value is refused, and the error names the field. */
export const limits = {
  handle: 500,
  /** The name of a person, also of one who sends for a company. */
  name: 500,
  subject: 2_000,
  /** The channel's reason why a message failed. */
  reason: 4_000,
  /** Of a button: what all known services show whole. */
  buttonTitle: 20,
  buttons: 10,
  url: 2_000,
  /** The name of a place. */
  place: 200,
  postalAddress: 500,
  /** An id, or an alias that stands for one. */
  reference: 300,
}
