import { plural } from '../strings/plural.ts'

const more = plural('en', { one: 'and 1 more', other: 'and # more' })
const uploading = plural('en', { one: 'Uploading 1 file…', other: 'Uploading # files…' })

/** The texts of this feature. A language is one object of this shape. */
export const t = {
  attach: 'Attach files',
  attached: 'Attached files',
  unnamed: 'File without a name',
  remove: (name: string) => `Remove ${name}`,
  cancel: (name: string) => `Do not upload ${name}`,
  retry: (name: string) => `Upload ${name} again`,
  retryWord: 'Retry',
  queued: 'Waits for the files before it',
  uploaded: (percent: string) => `${percent} uploaded`,
  notReached: 'Waits for the connection',
  progress: (name: string) => `Upload of ${name}`,
  added: (name: string) => `${name} is attached`,
  refusedLoud: (name: string, why: string) => `${name} was not attached. ${why}`,
  removed: (name: string) => `${name} was removed`,
  drop: 'Drop the files here to attach them',
  dropRefused: 'This channel takes no files',
  waitsToSend: (count: number) => `${uploading(count)} The message is sent when that is done.`,
  keepWriting: 'Do not send yet',
  notSent: (who: string) =>
    `Your answer to ${who} was not sent: you left before its files were uploaded. It is kept as a draft.`,
  failedBlocks: 'A file was not uploaded, so nothing was sent. Try it again, or remove it.',
  waitsForConnection: 'A file waits for the connection. The message is sent when it is uploaded.',
  noChannelFirst: 'Choose a channel first: it says which files it takes.',
  noFiles: (channel: string) => `${channel} takes no files, only text.`,
  tooLarge: (name: string, most: string) =>
    `“${name}” was not attached: the files of a message may have ${most} in all here.`,
  tooMany: (name: string, most: number) => `“${name}” was not attached: a message has ${most} files at most.`,
  wrongType: (name: string, types: string) => `“${name}” was not attached: this channel takes ${types}.`,
  empty: (name: string) => `“${name}” was not attached: it is empty, or a folder.`,
  takes: (types: string, most: string) => `${types}, up to ${most} in all`,
  anything: 'all files',
  groups: { image: 'pictures', audio: 'audio', video: 'video', text: 'text files', application: 'documents' },
  fileOf: 'File: ',
  andMore: more,
  open: (name: string) => `Look at ${name}`,
  download: 'Download',
  picture: (index: number, of: number) => `Picture ${index} of ${of}`,
  next: 'Next picture',
  previous: 'Previous picture',
  close: 'Close',
  viewer: 'Pictures',
  broken: 'This picture cannot be shown. Download it to look at it.',
  noPlayer: 'This cannot be played here. Download it to hear or see it.',
  audio: (name: string) => `Audio: ${name}`,
  video: (name: string) => `Video: ${name}`,
}
