import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { sizeOfPicture, thumbnailOf } from './pictures.ts'

const drawn = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 80, b: 40 } } })

/** Of one colour, in a few kilobytes. */
function pngOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const lines = Buffer.alloc((Math.ceil(width / 8) + 1) * height)
  const chunk = (type: string, data: Buffer) => {
    const content = Buffer.concat([Buffer.from(type), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(content))
    return Buffer.concat([length, content, sum])
  }
  const beginning = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  const data = deflateSync(lines, { level: 9 })
  return Buffer.concat([beginning, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

describe('a thumbnail', () => {
  it('fits into 640 pixels, in its proportions, and is never larger than the picture', async () => {
    for (const [width, height, shown] of [
      [2000, 1000, [640, 320]],
      [500, 3000, [107, 640]],
      [12, 8, [12, 8]],
    ] as const) {
      const made = await thumbnailOf(1, await drawn(width, height).png().toBuffer())
      assert.deepEqual(made && [made.width, made.height], shown)
      assert.equal((await sharp(made?.bytes).metadata()).format, 'webp')
    }
  })

  it('says nothing of where and with what a photo was taken, and stands upright', async () => {
    const place = { IFD0: { Make: 'Canary camera' }, IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' } }
    const photo = await drawn(300, 200).jpeg().withExif(place).withMetadata({ orientation: 6 }).toBuffer()
    assert.ok(photo.includes('Canary'), 'the photo has EXIF data')
    const made = await thumbnailOf(1, photo)
    assert.deepEqual(made && [made.width, made.height], [200, 300])
    assert.deepEqual(await sizeOfPicture(1, photo), { width: 200, height: 300 })
    const { exif, xmp, iptc, icc, orientation } = await sharp(made?.bytes).metadata()
    assert.deepEqual([exif, xmp, iptc, icc, orientation], [undefined, undefined, undefined, undefined, undefined])
    assert.ok(!Buffer.from(made?.bytes ?? []).includes('Canary'))
  })

  it('shows the first frame of what moves', async () => {
    const frames = ['red', 'blue'].map((background) => ({ create: { width: 20, height: 20, channels: 3, background } }))
    const moving = await sharp(frames as never, { join: { animated: true } })
      .gif()
      .toBuffer()
    assert.equal((await sharp(moving, { animated: true }).metadata()).pages, 2)
    const made = await thumbnailOf(1, moving)
    assert.equal((await sharp(made?.bytes, { animated: true }).metadata()).pages ?? 1, 1)
    const [red = 0, , blue = 255] = await sharp(made?.bytes).raw().toBuffer()
    assert.ok(red > 200 && blue < 60, `${red} ${blue}`)
  })

  it('is not made of what would fill the memory, and the next one is', async () => {
    const bomb = pngOf(30_000, 30_000)
    assert.ok(bomb.length < 200_000)
    assert.equal(await thumbnailOf(1, bomb), null)
    assert.equal(await sizeOfPicture(1, bomb), null)
    assert.deepEqual(await sizeOfPicture(1, pngOf(8_000, 6_000)), { width: 8_000, height: 6_000 })
    assert.ok(await thumbnailOf(1, pngOf(8_000, 6_000)))
  })

  it('is not made of anything but raster pictures', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    const tiff = await drawn(9, 9).tiff().toBuffer()
    const avif = await drawn(9, 9).avif().toBuffer()
    const cut = (await drawn(900, 900).png().toBuffer()).subarray(0, 60)
    for (const bytes of [
      Buffer.from(svg),
      Buffer.from('<script>alert(1)</script>'),
      tiff,
      avif,
      cut,
      Buffer.alloc(0),
    ]) {
      assert.equal(await thumbnailOf(1, bytes), null, bytes.toString('latin1', 0, 20))
      assert.equal(await sizeOfPicture(1, bytes), null)
    }
  })
})
