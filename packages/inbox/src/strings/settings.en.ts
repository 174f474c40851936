import { channels, channelTypesEn } from './channel-types.en.ts'
import { plural } from './plural.ts'

const teammates = plural('en', { one: '1 teammate', other: '# teammates' })
const conversations = plural('en', { one: '1 conversation', other: '# conversations' })
const heirOf = plural('en', {
  one: 'Who gets the conversation that is assigned to them?',
  other: 'Who gets the # conversations that are assigned to them?',
})
const waiting = plural('en', {
  one: '1 message that waits to be sent is cancelled.',
  other: '# messages that wait to be sent are cancelled.',
})
const seconds = plural('en', { one: '1 second', other: '# seconds' })

const thrownAway = plural('en', {
  one: '1 of them is in the trash or in spam, which nobody gets.',
  other: '# of them are in the trash or in spam, which nobody gets.',
})
const inInboxes = plural('en', { one: '1 is in another inbox', other: '# are in other inboxes' })

const people = (names: string[]) =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(names.length > 0 ? names : ['an admin'])

function revoke(what: string) {
  return (email: string) => `Revoke the ${what} of ${email}`
}

export const settingsEn = {
  title: 'Settings',
  label: 'Settings pages',
  back: 'Settings',
  pickTitle: 'Choose what to set',
  pick: 'The pages are listed on the left.',
  groups: { own: 'You', company: 'Company', developers: 'Developers' },
  pages: {
    preferences: 'Preferences',
    channels: 'Channels',
    inboxes: 'Inboxes',
    teammates: 'Teammates',
    tags: 'Tags',
    channelTypes: 'Channel types',
    apiTokens: 'API tokens',
  },
  save: 'Save changes',
  saved: 'Saved',
  cancel: 'Cancel',
  loadFailed: 'This did not load',
  askAdmin: (admins: string[]) => `Only admins can change this. Ask ${people(admins)}.`,
  adminsOnlyTitle: 'Only admins can open this page',
  adminsOnly: (admins: string[]) => `Ask ${people(admins)} to do it, or to make you an admin.`,
  done: 'Done',

  preferences: {
    intro: 'How Portico looks and behaves for you.',
    appearance: 'Appearance',
    theme: 'Theme',
    themes: {
      auto: { name: 'As the system', hint: 'Light or dark, as this device is set' },
      light: { name: 'Light', hint: '' },
      dark: { name: 'Dark', hint: '' },
    },
    themeNote: 'Changes at once. Kept in this browser.',
    writing: 'Writing',
    enter: 'Enter sends the message',
    enterHint:
      'Shift + Enter begins a new line. When off, Enter begins a new line and Ctrl or ⌘ + Enter sends. On a touch keyboard Return always begins a new line.',
    name: 'Your name',
    nameHint: 'Your colleagues see it, and customers where a channel shows who wrote.',
    firstName: 'First name',
    lastName: 'Last name',
    missingName: 'Enter your first name.',
    picture: 'Your picture',
    pictureHint:
      'Your colleagues see it, and customers where a channel shows who wrote. JPEG, PNG, WebP or GIF; it is cut to a square.',
    choosePicture: 'Choose a picture',
    changePicture: 'Change the picture',
    removePicture: 'Remove the picture',
  },

  channels: {
    intro:
      'A channel is one way customers reach you: a chat, a phone number, a mailbox. Its messages go into its inbox.',
    add: 'Add channel',
    empty: 'No channel in your inboxes yet',
    emptyHint: 'Add one, and what customers write there appears in its inbox.',
    emptyForOthers: 'What customers write to a channel appears in its inbox.',
    emptyInbox: 'No channel brings messages into this inbox.',
    undo: (wait: number) => `undo ${seconds(wait)}`,
    added: (time: string) => `added ${time}`,
    health: {
      ok: 'Working',
      failing: (since: string) => `Failing since ${since}`,
      failingNow: 'Failing',
      paused: (next: string) => `Paused, next try ${next}`,

      offline: 'Offline',
      held: (until: string) => `Waits until ${until}`,
      stopped: 'Deliveries paused by an admin',
      unauthorized: 'Not authorized any more',
    },
    healthHints: {
      stopped: 'Answers wait, and go when an admin resumes the deliveries.',
      unauthorized: 'Nothing is sent: answers wait until an admin authorizes it again, on the page of the channel.',
      ok: 'No trouble with its server is known.',
      failing: 'Its server could not be reached, or did not confirm the last message.',
      paused: 'Its server failed again and again, so nothing is sent to it by itself until the next try.',
      offline: 'It is reported to be offline at the moment. Messages are sent all the same.',
      held: 'Its server asked for a pause, so nothing is sent to it by itself before that is over.',
    },
    fate: 'What could not leave is tried again by itself; what may have arrived waits until a teammate decides.',
    repeats: 'What is not settled is sent again by itself: this channel takes a repeated message as one.',
    authorization: {
      title: 'Authorization',
      by: (owner: string) => `Authorized as ${owner}.`,
      ok: 'Portico has a valid token for its server.',
      expires: (time: string) => `The token is renewed by itself; this one lasts until ${time}.`,
      forever: 'The token does not expire.',
      since: (time: string) => `In use since ${time}.`,
      failing: 'The token cannot be renewed at the moment; Portico goes on trying.',
      ended: (time: string) =>
        `The authorization ended ${time}. Messages wait until an admin authorizes the channel again.`,
      reason: 'Reason',
      again: 'Authorize again',
      againHint: (host: string) => `You go to ${host} and come back. The channel, its conversations and its ID stay.`,
      enterAgain: 'Its credentials are refused. Add the channel anew with those that are valid.',
      elsewhere: (origin: string) =>
        `Open Portico at ${origin} first, and begin there: that is where the authorization server brings you back to.`,
    },
    toHealth: 'Health and delivery log',
    lastError: 'Last error',
    details: 'Details',
    status: 'Status',
    id: 'Channel ID',
    webhook: 'Messages are sent to',
    webhookHint: 'The webhook URL of its bridge. A change counts for messages that wait, too.',
    edit: 'Settings',
    name: 'Name',
    nameHint: 'Shown to your team beside each conversation.',
    inbox: 'Inbox',
    moveHint: 'When you choose another inbox, the conversations of this channel in the one before move with it.',
    inboxHint: 'Conversations of this channel appear there.',
    undoLabel: 'Undo time',
    undoHint: 'How long a message is held back before it is sent, so that sending can be undone.',
    undoChoice: (wait: number) => (wait === 0 ? 'None: send at once' : seconds(wait)),
    missing: {
      name: 'Give the channel a name.',
      longName: 'Use at most 80 characters for the name.',
      webhook: 'Enter the webhook URL of its bridge.',
    },
    remove: 'Delete channel',
    removeHint:
      'Its conversations stay and can be read, but not answered. Messages that wait to be sent are cancelled.',
    removeWaiting: (count: number) => (count === 0 ? 'No message waits to be sent.' : waiting(count)),
    removeKeeps: (count: number, elsewhere: number, inbox: string) =>
      count === 0
        ? 'It has no conversation.'
        : elsewhere === 0
          ? `${conversations(count)} can be read in “${inbox}” afterwards, but not answered.`
          : `${conversations(count)} can be read afterwards, but not answered: ${inInboxes(elsewhere)} than “${inbox}”.`,
    removeNotifies: (notifies: boolean) =>
      notifies
        ? 'Its server is notified, if it responds within 11 minutes, and its tokens end. This cannot be undone.'
        : 'Its tokens end. Its server is not notified, because its type does not ask for that. This cannot be undone.',
    removeTitle: (name: string) => `Delete “${name}”?`,
    removeButton: (name: string) => `Delete “${name}”`,
    removed: (name: string, count: number, elsewhere: number, inbox: string) =>
      count === 0
        ? `“${name}” was deleted`
        : `“${name}” was deleted. Its conversations stay${elsewhere === 0 ? ` in “${inbox}”` : ' where they are'}.`,
    gone: 'This channel does not exist any more, or you have no access to its inbox. Conversations of a deleted channel stay in its inbox.',
    goneTitle: 'Channel not found',
  },

  addChannel: {
    title: 'Add a channel',
    intro: 'Which kind of channel do you want to connect?',
    none: 'There is no channel type yet',
    noneHint:
      'A channel type is a kind of connection that a developer builds: for SMS, a chat on your website, a call log. Register one first; then you can add channels of it.',
    noInbox: 'You have no inbox',
    noInboxHint: 'A channel brings messages into an inbox that you have. Create one first.',
    custom: {
      title: 'Custom channel with a webhook',
      meta: 'The older kind: a bridge that gets messages at its webhook URL and pushes its own with an API token.',
      formTitle: 'Add a custom channel',
      formIntro:
        'For bridges that were written before there were channel types. Nobody is asked: the channel is there at once, and messages go to its webhook URL.',
    },
    formTitle: (type: string) => `Add ${type}`,
    formIntro: (host: string) =>
      `Portico asks ${host} whether it takes this channel. It is added only when the server says yes.`,
    anyType: 'All channel types',
    nameHint: 'Shown to your team, like “Website chat” or “+49 30 555 0100”.',
    apiKey: 'API key',
    apiKeyHint: (type: string) => `The key that the provider of ${type} gave you. It is stored encrypted.`,
    token: 'Token',
    tokenHint: (type: string) => `The token that the provider of ${type} gave you. It is stored encrypted.`,
    username: 'User name',
    password: 'Password',
    passwordHint: (type: string) => `For the server of ${type}. It is stored encrypted.`,
    clientId: 'Client ID',
    clientSecret: 'Client secret',
    clientSecretHint: (type: string) => `Both from the provider of ${type}. They are stored encrypted.`,
    agreement: (host: string) =>
      `You go to ${host} now, sign in there and agree. It brings you back here, and then the channel is connected.`,
    leave: (host: string) => `Continue to ${host}`,
    noCredential: 'This type needs no token: its server recognises Portico by the signature of each request.',
    missing: {
      inbox: 'Choose the inbox.',
      apiKey: 'Enter the API key.',
      token: 'Enter the token.',
      username: 'Enter the user name.',
      password: 'Enter the password.',
      clientId: 'Enter the client ID.',
      clientSecret: 'Enter the client secret.',
    },
    button: 'Add channel',
    back: {
      working: 'Finishing the connection',
      workingHint: 'Portico exchanges what the authorization server sent for a token, and asks the channel’s server.',
      failedTitle: 'The channel was not connected',
      again: 'Begin again',
      nothing: 'Nothing came back',
      nothingHint: 'This page is where an authorization server sends you back to. Begin with “Add channel”.',
      chooseTitle: 'Which address?',
      choose: (owner: string | null) =>
        owner === null
          ? 'This account has several. Each becomes a channel.'
          : `${owner} has these. Each becomes a channel.`,
      addresses: 'Addresses',
      search: 'Search addresses',
      add: 'Add',
      addLabel: (address: string) => `Add ${address}`,
      taken: 'A channel already',
      noMatch: 'No address matches.',
      reauthorized: (name: string) => `“${name}” is authorized again. Messages that waited go now.`,
    },
    progress: {
      title: (name: string) => `Connecting “${name}”`,
      sign: 'Request signed',
      asking: (host: string) => `Asking ${host}`,
      of: (passed: number, limit: number) => `${passed} s of ${limit}`,
      slow: 'Still waiting for an answer…',
      answered: (host: string, status: number, time: string) => `${host} answered ${status} after ${time}`,
      noAnswer: (host: string) => `${host} gave no answer`,
      saving: 'Reading its answer',
      ms: (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`),
    },
    refused: 'The channel was not added',
    unknown: 'Nobody knows whether the channel was added',
    refusedAfter: (host: string, status: number, time: string) => `${host} answered ${status} after ${time}.`,
    kept: 'What you typed is still here. Change it and try again.',
    unsure:
      'The connection to Portico broke while the server was asked. Look in the list of channels whether it was added.',
    keptToo: 'What you typed is still here.',
    doneTitle: (name: string) => `“${name}” is connected`,
    done: (inbox: string) =>
      `Messages from it appear in ${inbox} from now on. Write one from the other side to see it arrive.`,
    toInbox: (inbox: string) => `Open ${inbox}`,
    another: 'Add another channel',
    toChannel: 'Channel settings',
    forBuilder: 'For whoever runs the channel’s server',
  },

  channelTypes: channelTypesEn,

  inboxes: {
    intro: 'An inbox collects the conversations of its channels for the people who answer them.',
    create: 'Create inbox',
    empty: 'You have no inbox yet',
    emptyHint: 'Create one for each group of people who answer together, like Support or Sales.',
    emptyForOthers: 'An admin can give you one.',
    everybody: 'Everybody',
    some: 'Chosen teammates',
    newTitle: 'Create an inbox',
    name: 'Name',
    nameHint: 'Like “Support” or “Sales”.',
    access: 'Who has it',
    accessHint: 'Teammates who have an inbox see its conversations, are notified of new messages and can reply.',
    accessChoices: {
      everybody: { name: 'Everybody', hint: 'All teammates, also those who join later' },
      some: {
        name: 'Only teammates I choose',
        hint: 'Others do not see it, not even admins; API tokens reach every inbox',
      },
    },
    members: 'Teammates who have it',
    remoteImages: 'Remote images in HTML messages',
    remoteImagesHint:
      'Images that a message loads from other servers come through this one, so nobody learns who reads and from where. Once they load, the sender can still tell that the message was opened.',
    remoteImagesChoices: {
      ask: { name: 'When somebody asks', hint: 'A button above the message shows them, for one conversation' },
      always: { name: 'Always', hint: 'They load as soon as a message is opened' },
      never: { name: 'Never', hint: 'Messages say in words what they show, if they do' },
    },
    you: (name: string) => `${name} (you)`,
    missing: {
      name: 'Give the inbox a name.',
      longName: 'Use at most 120 characters for the name.',
      members: 'Choose at least one teammate.',
    },
    created: (name: string) => `“${name}” was created`,
    channels: 'Channels',
    noChannels: 'No channel brings messages into this inbox yet.',
    addChannel: 'Add channel',
    open: 'Open inbox',
    edit: 'Settings',
    leave: 'You took this inbox from yourself, so it is not in your list any more.',
    goneTitle: 'Inbox not found',
    gone: 'It does not exist, or you have no access to it.',
    remove: 'Delete inbox',
    removeEmpty: 'Nothing is in it. This cannot be undone.',
    removeHint: (inside: number, ways: number) =>
      `In it: ${inside === 0 ? 'no conversation' : conversations(inside)}, ${ways === 0 ? 'no channel' : channels(ways)}.`,
    removeMove: 'They move to another inbox, to those who have that.',
    removeLonely: 'You have no other inbox where its conversations and channels could go. Create one first.',
    moveTo: 'Where they go',
    removeButton: (name: string) => `Delete “${name}”`,
    removeTitle: (name: string) => `Delete “${name}”?`,
    removeMoves: (to: string) => `Its conversations and channels move to “${to}”. The inbox cannot be brought back.`,
    removed: (name: string) => `“${name}” was deleted`,
    counted: (count: number) => (count === 0 ? 'no channel' : channels(count)),
    people: teammates,
  },

  teammates: {
    intro: 'Everybody in your company. Admins can also change its settings.',
    invite: 'Invite teammate',
    admin: 'Admin',
    blocked: 'Blocked',
    you: 'you',
    more: (name: string) => `Change ${name}`,
    makeAdmin: 'Make admin',
    removeAdmin: 'Take admin rights away',
    block: 'Block',
    unblock: 'Unblock',
    blockTitle: (name: string) => `Block ${name}?`,
    blockHint: (name: string) =>
      `${name} is signed out everywhere and cannot sign in. Links and API tokens that they made end, and do not come back when you unblock them.`,
    blockButton: (name: string) => `Block ${name}`,
    demoteTitle: (name: string) => `Take admin rights from ${name}?`,
    demoteHint: 'Links and API tokens that they made end, and do not come back.',
    demoteTitleOwn: 'Stop being an admin?',
    demoteHintOwn:
      'Links and API tokens that you made end, and do not come back. Only another admin can make you one again.',
    demoteButton: 'Take admin rights away',
    remove: 'Remove…',
    removeTitle: (name: string) => `Remove ${name}`,
    removeIntro: (name: string) =>
      `${name} is signed out everywhere and cannot sign in any more. Their drafts go; links and API tokens that they made end. Their name stays on what they wrote. An inbox that nobody else has can then be reached with an API token only. This cannot be undone.`,
    removeNothing: 'No conversation is assigned to them.',
    heir: heirOf,
    heirSees: 'They see those that are in inboxes that they have.',
    heirNotOf: thrownAway,
    nobody: 'Nobody',
    removeButton: (name: string) => `Remove ${name}`,
    removed: (name: string) => `${name} was removed`,
    madeAdmin: (name: string) => `${name} is an admin now`,
    removedAdmin: (name: string) => `${name} is no longer an admin`,
    blockedNow: (name: string) => `${name} was signed out and cannot sign in any more`,
    unblocked: (name: string) => `${name} can sign in again`,
    lonely: 'You are the only one here',
    lonelyHint: 'Invite the colleagues who answer customers with you.',
    pending: 'Waiting for an answer',
    pendingHint: 'A link works once. Lost it? Make a new one, and the old one ends.',
    pendingFor: { join: 'Invitation', new_password: 'New password' },
    expires: (what: string, until: string) => `${what} · until ${until}`,
    revoke: 'Revoke',
    revokeOf: { join: revoke('invitation'), new_password: revoke('password link') },
    revoked: (email: string) => `The link for ${email} does not work any more`,
    endedBefore: (email: string) => `The link for ${email} was used already, or has expired`,
    newPassword: 'New password…',
    newPasswordTitle: (name: string) => `New password for ${name}`,
    newPasswordIntro:
      'You get a link to send them. With it they choose a new password; the old one and all their sessions end.',
    newPasswordIntroOwn:
      'You get a link to open. With it you choose a new password; the old one and all your sessions end, this one, too.',
    newPasswordButton: 'Make link',
    inviteTitle: 'Invite a teammate',
    inviteIntro: 'You get a link to send them. They choose a password and are in.',
    email: 'E-mail address',
    emailHint: 'They sign in with it.',
    adminChoice: 'Make them an admin',
    adminHint: 'Admins add channels, invite others and change the settings of the company.',
    inboxes: 'Inboxes they get',
    inboxesHint: 'Besides those that everybody has.',
    missing: {
      email: 'Enter the e-mail address.',
      notEmail: 'Enter an e-mail address like ivo@example.com.',
      known: (name: string) =>
        `This is the address of ${name}, who is a teammate already. Forgotten the password? Choose “New password…” in the menu beside the name.`,
      blocked: (name: string) =>
        `This is the address of ${name}, who is a teammate and blocked. Choose “Unblock” in the menu beside the name.`,
    },
    button: 'Make invitation',
    linkTitle: (email: string) => `Send this link to ${email}`,
    ownLinkTitle: 'Open this link',
    ownLinkHint: (until: string) => `It works once, until ${until}, and is shown only now.`,
    linkHint: (until: string) =>
      `Portico sends no e-mail, so send it yourself, only to them. It works once, until ${until}, and is shown only now.`,
    link: 'Link',
    inviteAnother: 'Invite another',
    toTeammates: 'All teammates',
  },

  apiTokens: {
    intro:
      'With an API token a program acts for your whole company, in every inbox: it reads and sends messages and changes settings. A token ends when whoever made it is no admin any more. Give each program a token of its own.',
    create: 'Create token',
    empty: 'No API token yet',
    emptyHint: 'Create one when a program of yours is to use Portico’s API, or to use the command “portico”.',
    name: 'What is it for?',
    nameHint: 'Like “Order system” or “Nightly report”, so that you know later which one to revoke.',
    missing: { name: 'Say what the token is for.', longName: 'Use at most 120 characters.' },
    newTitle: 'Create an API token',
    secretTitle: 'Copy the token now',
    secretOnce: 'It is shown only this once. Whoever has it can do in every inbox what an admin can.',
    secretLost: 'Lost it? Revoke it and create a new one.',
    token: 'API token',
    tokenSaved: 'I have stored it',
    made: 'created',
    hint: (start: string) => `${start}…`,
    revoke: 'Revoke',
    revokeOf: (name: string) => `Revoke “${name}”`,
    revokeTitle: (name: string) => `Revoke “${name}”?`,
    revokeHint: 'The program that uses it is refused at once. This cannot be undone.',
    revoked: (name: string) => `“${name}” was revoked`,
    use: 'Send it with each request:',
  },
}
