import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/** The additional authenticated data (AAD) of a sealed value: the field that it belongs to. It opens with no other. */
export interface AdditionalData {
  table: string
  companyId: number
  id: number
  field: string
}

/** AES-256-GCM with the master key: version byte, 4 bytes of key id, nonce, ciphertext, tag. */
export interface Sealer {
  keyId: string
  seal(plain: string, additional: AdditionalData): Buffer
  /** Throws when the value was sealed with other additional data, with another key, or was changed. */
  open(sealed: Buffer, additional: AdditionalData): string
  /** A secret of its own for another purpose, the same in every hub with this key: 64 hex characters. */
  derive(purpose: string): string
}

const version = 1
const headLength = 1 + 4 + 12

export function makeSealer(masterKey: Buffer): Sealer {
  if (masterKey.length !== 32) throw new Error('the master key must be 32 bytes')
  const keyId = createHash('sha256').update('portico key id').update(masterKey).digest('hex').slice(0, 8)
  return {
    keyId,
    seal(plain, additional) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', masterKey, nonce).setAAD(bytesOf(additional))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.from([version]), Buffer.from(keyId, 'hex'), nonce, body, cipher.getAuthTag()])
    },
    open(sealed, additional) {
      if (sealed[0] !== version || sealed.subarray(1, 5).toString('hex') !== keyId)
        throw new Error('sealed with another key')
      const decipher = createDecipheriv('aes-256-gcm', masterKey, sealed.subarray(5, headLength)).setAAD(
        bytesOf(additional),
      )
      decipher.setAuthTag(sealed.subarray(-16))
      return Buffer.concat([decipher.update(sealed.subarray(headLength, -16)), decipher.final()]).toString('utf8')
    },
    derive: (purpose) => Buffer.from(hkdfSync('sha256', masterKey, '', `portico ${purpose}`, 32)).toString('hex'),
  }
}

function bytesOf({ table, companyId, id, field }: AdditionalData): Buffer {
  return Buffer.from(`${table}|${companyId}|${id}|${field}`)
}
