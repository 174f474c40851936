import {
  CallAccepted,
  CallRecording,
  CallSummary,
  CallTranscript,
  CallUpdate,
  NewCall,
} from '@portico/protocol/schemas'
import { Type } from 'typebox'
import { requireChannelAuth } from '../channels/access.ts'
import { ApiError } from '../http/api-error.ts'
import type { App } from '../http/route.ts'
import { addCallRecording, type CallDeps, createCall, setCallSummary, setCallTranscript, updateCall } from './store.ts'

const tags = ['Channel API']
const CallParams = Type.Object({
  channel_id: Type.String(),
  external_call_id: Type.String({ minLength: 1, maxLength: 200 }),
})
const accepted = { status: 'accepted' as const }

/** The routes by which channel servers report calls, with a token of the channel in the path. */
export function callChannelRoutes(app: App, deps: CallDeps): void {
  createRoute(app, deps)
  updateRoute(app, deps)
  recordingRoute(app, deps)
  summaryRoute(app, deps)
  transcriptRoute(app, deps)
}

function createRoute(app: App, deps: CallDeps): void {
  app.route({
    method: 'POST',
    url: '/channels/:channel_id/calls',
    config: { access: ['channel'] },
    schema: {
      tags,
      operationId: 'create-call',
      summary: 'A call begins, or a leg of one that was transferred; a repeat changes nothing',
      params: Type.Object({ channel_id: Type.String() }),
      body: NewCall,
      response: { 202: CallAccepted },
    },
    handler: async (request, reply) => {
      await createCall(deps, requireChannelAuth(request, request.params.channel_id), request.body)
      return reply.code(202).send(accepted)
    },
  })
}

function updateRoute(app: App, deps: CallDeps): void {
  app.route({
    method: 'PATCH',
    url: '/channels/:channel_id/calls/:external_call_id',
    config: { access: ['channel'] },
    schema: {
      tags,
      operationId: 'update-call',
      summary: 'The status of a call, in any order; also before the call is created',
      params: CallParams,
      body: CallUpdate,
      response: { 202: CallAccepted },
    },
    handler: async (request, reply) => {
      const auth = requireChannelAuth(request, request.params.channel_id)
      await updateCall(deps, auth, request.params.external_call_id, request.body)
      return reply.code(202).send(accepted)
    },
  })
}

function recordingRoute(app: App, deps: CallDeps): void {
  app.route({
    method: 'POST',
    url: '/channels/:channel_id/calls/:external_call_id/recording',
    config: {
      access: ['channel'],
      takesFiles: {
        fields: ['attachments', 'attachments[]'],
        most: 1,
        rulesOf: async () => ({ mediaTypes: ['audio/*'] }),
      },
    },
    schema: {
      tags,
      operationId: 'add-call-recording',
      summary: 'What was recorded of a call: one audio file in a form. A voicemail tells the team of it',
      consumes: ['multipart/form-data'],
      params: CallParams,
      body: CallRecording,
      response: { 202: CallAccepted },
    },
    handler: async (request, reply) => {
      const auth = requireChannelAuth(request, request.params.channel_id)
      const [file] = request.files
      if (!file) throw new ApiError('invalid_form', undefined, ['body.attachments: one audio file is needed'])
      const recording = { fileId: file.id, type: request.body.recording_type }
      await addCallRecording(deps, auth, request.params.external_call_id, recording)
      return reply.code(202).send(accepted)
    },
  })
}

function summaryRoute(app: App, deps: CallDeps): void {
  app.route({
    method: 'POST',
    url: '/channels/:channel_id/calls/:external_call_id/summary',
    config: { access: ['channel'] },
    schema: {
      tags,
      operationId: 'add-call-summary',
      summary: 'What the call was about; replaces the summary before',
      params: CallParams,
      body: CallSummary,
      response: { 202: CallAccepted },
    },
    handler: async (request, reply) => {
      const auth = requireChannelAuth(request, request.params.channel_id)
      await setCallSummary(deps, auth, request.params.external_call_id, request.body.content.trim())
      return reply.code(202).send(accepted)
    },
  })
}

function transcriptRoute(app: App, deps: CallDeps): void {
  app.route({
    method: 'POST',
    url: '/channels/:channel_id/calls/:external_call_id/transcript',
    config: { access: ['channel'] },
    schema: {
      tags,
      operationId: 'add-call-transcript',
      summary: 'What was said, line by line; replaces the transcript before',
      params: CallParams,
      body: CallTranscript,
      response: { 202: CallAccepted },
    },
    handler: async (request, reply) => {
      const auth = requireChannelAuth(request, request.params.channel_id)
      await setCallTranscript(deps, auth, request.params.external_call_id, request.body.lines)
      return reply.code(202).send(accepted)
    },
  })
}
