// Runs before `npm start` and `npm test`, on whatever Node is there (20 or newer), and returns at once when all is done.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installChromium } from './browser.mjs'
import { buildDownloads, buildInbox } from './build.mjs'
import { install } from './install.mjs'

const checkout = dirname(dirname(fileURLToPath(import.meta.url)))

install(checkout)
buildInbox(checkout)
buildDownloads(checkout)
if (process.argv.includes('--test')) installChromium()
