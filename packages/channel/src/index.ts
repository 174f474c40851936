export type * from '@portico/protocol/wire'
export { ChannelError } from './channel-error.ts'
export { type ChannelDefinition, type ChannelServer, defineChannel } from './define-channel.ts'
export type {
  Authorization,
  ChannelHandlers,
  Deletion,
  Incoming,
  IncomingAutoreply,
  IncomingMessage,
} from './handlers.ts'
export { HubRefusal, HubUnavailable } from './hub-error.ts'
export type { ConnectedChannel, FailedMessage, PushOptions } from './push.ts'
