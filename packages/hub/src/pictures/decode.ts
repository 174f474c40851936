import sharp, { type ResizeOptions } from 'sharp'
import { mostPixels, portraitPixels, thumbnailPixels } from './limits.ts'
import type { Asked, Thumbnail } from './pictures.ts'

/** Decoders of raster formats that browsers show, and no others: no SVG, PDF, TIFF, HEIF or what else libvips knows. */
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
})
sharp.cache(false)
sharp.concurrency(1)

const options = { limitInputPixels: mostPixels, failOn: 'error', animated: false } as const

const boxes = {
  shrink: { width: thumbnailPixels, height: thumbnailPixels, fit: 'inside', withoutEnlargement: true },
  crop: { width: portraitPixels, height: portraitPixels, fit: 'cover' },
} as const

process.on('message', ({ does, bytes }: Asked) => {
  const work = does === 'measure' ? measure(bytes) : shrink(bytes, boxes[does])
  work.then(
    (output) => process.send?.({ output }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
process.on('disconnect', () => process.exit())
process.send?.({})

/** As it is seen: turned as its EXIF data says. */
async function measure(bytes: Uint8Array) {
  const { autoOrient, width, height } = await sharp(bytes, options).metadata()
  if (width * height > mostPixels) throw new Error('the picture has more pixels than are decoded')
  return autoOrient
}

/** The first frame, turned as it is seen, without any of its metadata. */
async function shrink(bytes: Uint8Array, box: ResizeOptions): Promise<Thumbnail> {
  const { data, info } = await sharp(bytes, options)
    .autoOrient()
    .resize(box)
    .webp({ quality: 78, effort: 3 })
    .toBuffer({ resolveWithObject: true })
  return { bytes: data, width: info.width, height: info.height }
}
