/** A WAV file of a low hum: 8 kHz, 8 bit, mono. */
export function wavOf(seconds: number): Buffer {
  const rate = 8_000
  const samples = Buffer.from(Array.from({ length: rate * seconds }, (_, n) => 128 + Math.round(20 * Math.sin(n / 6))))
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate, 28)
  header.writeUInt16LE(1, 32)
  header.writeUInt16LE(8, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.length, 40)
  return Buffer.concat([header, samples])
}
