import type { Capability } from '@portico/protocol'
import { ApiError } from '../http/api-error.ts'

/** Throws capability_off when the channel's type has not opted in. */
export function requireCapability({ capabilities }: { capabilities: Capability[] }, capability: Capability): void {
  if (!capabilities.includes(capability)) throw capabilityOff(capability)
}

export function capabilityOff(capability: Capability): ApiError {
  return new ApiError('capability_off', undefined, [`channel_type.capabilities: needs ${capability}`])
}
