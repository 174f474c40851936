export type * from '@portico/protocol/wire'
export type { ChannelCalls, Recording } from './calls.ts'
export { ChannelError } from './channel-error.ts'
export { type ChannelDefinition, type ChannelServer, defineChannel } from './define-channel.ts'
export type { Download } from './files.ts'
export type {
  AddressesRequest,
  Authorization,
  ChannelHandlers,
  DeletedMessage,
  Deletion,
  EditedMessage,
  Incoming,
  IncomingAutoreply,
  IncomingConversationStatus,
  IncomingMessage,
  IncomingReaction,
  IncomingTyping,
} from './handlers.ts'
export { HubRefusal, HubUnavailable } from './hub-error.ts'
export type {
  ConnectedChannel,
  DeliveryReceipt,
  FailedMessage,
  MessageDeletion,
  MessageEdit,
  MessageOptions,
  PersonsReactions,
} from './push.ts'
export type { PushOptions } from './push-options.ts'
