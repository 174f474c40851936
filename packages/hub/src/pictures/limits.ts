/** A photo of 64 megapixels passes; more is refused before a pixel is decoded. */
export const mostPixels = 64 * 1024 * 1024

/** A box of 320 px on a screen with two pixels a point. */
export const thumbnailPixels = 640

/** A portrait of 96 px on such a screen, and a third more. */
export const portraitPixels = 256
