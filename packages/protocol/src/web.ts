/** Signing and channel tokens over WebCrypto, for runtimes without node:crypto. */
export * from './sign.web.ts'
export * from './standard-webhooks.web.ts'
export * from './tokens.web.ts'
