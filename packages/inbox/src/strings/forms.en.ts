export const formsEn = {
  problem: 'There is a problem',
  optional: 'optional',
  notAccepted: (reason: string) => `Portico did not accept this: ${reason}.`,
  saving: 'Saving…',
  copy: 'Copy',
  copied: 'Copied',
  copyThe: (what: string) => `Copy the ${what}`,
  copiedThe: (what: string) => `${what} copied`,
  showPassword: 'Show password',
  hidePassword: 'Hide password',
  keep: 'Keep it',
  working: 'Working…',
}
