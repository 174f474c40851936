import type { Static } from 'typebox'
import type * as schemas from './schemas.ts'

/** The types of the wire, from their schemas. The published types are written out (scripts/wire-types.ts), so that they need no typebox. */
export type ErrorType = Static<typeof schemas.ErrorType>

export type AuthorizationRequest = Static<typeof schemas.AuthorizationRequest>
export type ListAddressesRequest = Static<typeof schemas.ListAddressesRequest>
export type MessageRequest = Static<typeof schemas.MessageRequest>
export type MessageAutoreplyRequest = Static<typeof schemas.MessageAutoreplyRequest>
export type MessageImportedRequest = Static<typeof schemas.MessageImportedRequest>
export type MessageEditedRequest = Static<typeof schemas.MessageEditedRequest>
export type MessageDeletedRequest = Static<typeof schemas.MessageDeletedRequest>
export type ReactionRequest = Static<typeof schemas.ReactionRequest>
export type ConversationStatusRequest = Static<typeof schemas.ConversationStatusRequest>
export type DeleteRequest = Static<typeof schemas.DeleteRequest>
export type TypingRequest = Static<typeof schemas.TypingRequest>
export type ChannelRequest = Static<typeof schemas.ChannelRequest>

export type ConversationReference = Static<typeof schemas.ConversationReference>
export type MessageChangeReference = Static<typeof schemas.MessageChangeReference>
export type MessagePayload = Static<typeof schemas.MessagePayload>
export type AutoreplyPayload = Static<typeof schemas.AutoreplyPayload>
export type MessageMetadata = Static<typeof schemas.MessageMetadata>
export type Author = Static<typeof schemas.Author>
export type RecipientRole = Static<typeof schemas.RecipientRole>
export type Recipient = Static<typeof schemas.Recipient>
export type Attachment = Static<typeof schemas.Attachment>

export type AuthorizationAnswer = Static<typeof schemas.AuthorizationAnswer>
export type ListAddressesAnswer = Static<typeof schemas.ListAddressesAnswer>
export type MessageAnswer = Static<typeof schemas.MessageAnswer>
export type RefusalAnswer = Static<typeof schemas.RefusalAnswer>

export type Person = Static<typeof schemas.Person>
export type ReportedEdit = Static<typeof schemas.ReportedEdit>
export type ReportedDeletion = Static<typeof schemas.ReportedDeletion>
export type InboundMessage = Static<typeof schemas.InboundMessage>
export type PushedOutboundMessage = Static<typeof schemas.PushedOutboundMessage>
export type MessageStatus = Static<typeof schemas.MessageStatus>
export type ReportedReactions = Static<typeof schemas.ReportedReactions>
export type TypingReport = Static<typeof schemas.TypingReport>
export type CallParty = Static<typeof schemas.CallParty>
export type NewCall = Static<typeof schemas.NewCall>
export type CallUpdate = Static<typeof schemas.CallUpdate>
export type CallRecording = Static<typeof schemas.CallRecording>
export type CallSummary = Static<typeof schemas.CallSummary>
export type TranscriptLine = Static<typeof schemas.TranscriptLine>
export type CallTranscript = Static<typeof schemas.CallTranscript>
export type CallAccepted = Static<typeof schemas.CallAccepted>
export type ChannelHealth = Static<typeof schemas.ChannelHealth>
export type Button = Static<typeof schemas.Button>
export type Location = Static<typeof schemas.Location>
export type PressedButton = Static<typeof schemas.PressedButton>
export type SentTemplate = Static<typeof schemas.SentTemplate>
export type TemplateVariable = Static<typeof schemas.TemplateVariable>
export type ApplicationMessageTemplate = Static<typeof schemas.ApplicationMessageTemplate>
export type ApplicationMessageTemplateChange = Static<typeof schemas.ApplicationMessageTemplateChange>
export type SyncedTemplate = Static<typeof schemas.SyncedTemplate>
export type Accepted = Static<typeof schemas.Accepted>
export type ErrorEnvelope = Static<typeof schemas.ErrorEnvelope>
