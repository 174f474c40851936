/** 128 random bits. `crypto.randomUUID` needs a secure context, which plain http is not, except on loopback. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
