import { plural } from './plural.ts'

const minutes = plural('en', { one: '1 minute', other: '# minutes' })
const seconds = plural('en', { one: '1 second', other: '# seconds' })

export const signInEn = {
  tagline: 'One inbox for every way your customers reach you',
  email: 'E-mail address',
  password: 'Password',
  firstName: 'First name',
  lastName: 'Last name',
  newPasswordHint: 'At least 8 characters. A few unrelated words are easy to remember and hard to guess.',
  missing: {
    email: 'Enter your e-mail address.',
    notEmail: 'Enter an e-mail address like noor@example.com.',
    password: 'Enter your password.',
    newPassword: 'Choose a password.',
    shortPassword: 'Use at least 8 characters for the password.',
    longPassword: 'Use at most 128 characters for the password.',
    firstName: 'Enter your first name.',
    company: 'Enter the name of your company.',
    code: 'Enter the set-up code that the hub printed when it started.',
  },
  tooMany: (wait: number) =>
    wait > 90
      ? `That was tried too often. Wait about ${minutes(Math.ceil(wait / 60))}, then try again.`
      : wait > 0
        ? `That was tried too often. Try again in ${seconds(wait)}.`
        : 'That was tried too often. You can try again now.',
  toSignIn: 'Go to sign in',
  signIn: {
    title: 'Sign in',
    button: 'Sign in',
    sending: 'Signing in…',
    continueAs: (name: string) => `Continue as ${name}`,
    demo: 'This is a demo on your own machine. Choose who you want to be; no password is needed.',
    demoGone: (name: string) => `${name} was removed or blocked meanwhile. Reload the page and choose another.`,
    or: 'or sign in with a password',
    forgotten: 'Forgotten your password? Ask an admin of your company for a link to choose a new one.',
  },
  setUp: {
    title: 'Set up Portico',
    intro: 'You are the first one here, so you become the admin. You can invite your colleagues in a minute.',
    code: 'Set-up code',
    codeHint:
      'The hub printed it when it started, so that nobody else on the network can be first. Look in the terminal where it was started, or in its log.',
    company: 'Name of your company',
    emailHint: 'You sign in with it. Nothing is sent to it.',
    doneTitle: 'Portico is set up already',
    button: 'Set up and sign in',
    sending: 'Setting up…',
  },
  invitation: {
    title: (company: string) => `Join ${company}`,
    intro: (email: string) => `You were invited as ${email}. Say who you are and choose a password, and you are in.`,
    admin: 'You will be an admin: you can add channels and invite others.',
    button: (company: string) => `Join ${company}`,
    sending: 'Joining…',
    goneTitle: 'This link is over',
    unknownTitle: 'There is no such link',
    unknown: 'The link is not complete, or it was revoked. Copy the whole link, or ask for a new one.',
    otherSession: (name: string) =>
      `You are signed in as ${name} in this browser. Joining signs you in as the new teammate instead.`,
    passwordTitle: 'Choose a new password',
    passwordIntro: (email: string, company: string) =>
      `For ${email} at ${company}. The password before it ends, and so do its sessions.`,
    passwordOtherSession: (name: string) =>
      `You are signed in as ${name} in this browser. This link signs you in as who it is for instead.`,
    passwordButton: 'Save and sign in',
    passwordSending: 'Saving…',
  },
}
