#!/usr/bin/env node
import { Command } from 'commander'
import { channelAdd } from './commands/channel-add.ts'
import { channelDelete } from './commands/channel-delete.ts'
import { channelList } from './commands/channel-list.ts'
import { channelTypeCreate } from './commands/channel-type-create.ts'
import { channelTypeDelete } from './commands/channel-type-delete.ts'
import { channelTypeList } from './commands/channel-type-list.ts'
import { channelTypeRotateSecret } from './commands/channel-type-rotate-secret.ts'
import { channelTypeUpdate } from './commands/channel-type-update.ts'
import { historyExport } from './commands/history-export.ts'
import { historyImport } from './commands/history-import.ts'
import { inboxCreate } from './commands/inbox-create.ts'
import { inboxList } from './commands/inbox-list.ts'
import { messageSend } from './commands/message-send.ts'
import { migrate } from './commands/migrate.ts'
import { start } from './commands/start.ts'
import { tokenCreate } from './commands/token-create.ts'
import { output } from './output.ts'

const program = new Command('npx @portico/cli')
  .description('A front for a company: every channel in one team inbox.')
  .addHelpText(
    'after',
    '\nAll but start, migrate and token create --local talk to a running hub at PORTICO_URL\n' +
      '(http://127.0.0.1:4000) with the API token in PORTICO_TOKEN; both may stand in .env in this folder.',
  )
  .showHelpAfterError('(npx @portico/cli --help lists the commands)')

const group = (name: string, description: string) => program.command(name).description(description)

start(program)
migrate(program)
tokenCreate(group('token', 'API tokens'))
const inbox = group('inbox', 'Inboxes of the team')
inboxCreate(inbox)
inboxList(inbox)
const channelType = group('channel-type', 'Channel types, each with a channel server and a secret')
channelTypeCreate(channelType)
channelTypeList(channelType)
channelTypeUpdate(channelType)
channelTypeRotateSecret(channelType)
channelTypeDelete(channelType)
const channel = group('channel', 'Channels connected to inboxes')
channelAdd(channel)
channelList(channel)
channelDelete(channel)
messageSend(group('message', 'Messages to customers'))
historyExport(program)
historyImport(program)

await program.parseAsync().catch(output.problem)
