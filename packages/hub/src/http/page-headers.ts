import type { FastifyReply } from 'fastify'

/**
 * The app runs no script, applies no style and loads nothing but what we serve. img and frame: rendered message bodies
 * come from a route of ours, with a policy of its own; icons of channel types are data: URLs.
 */
const appPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Swagger UI draws with inline styles and shows its logo from data: URLs. */
export const docsPolicy = appPolicy
  .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
  .replace("frame-src 'self'", "frame-src 'none'")

export function setPageHeaders(reply: FastifyReply): void {
  reply.header('content-security-policy', appPolicy)
  reply.header('cross-origin-opener-policy', 'same-origin')
  reply.header('cross-origin-resource-policy', 'same-origin')
  reply.header('referrer-policy', 'no-referrer')
  reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=(self)')
  reply.header('x-content-type-options', 'nosniff')
}
