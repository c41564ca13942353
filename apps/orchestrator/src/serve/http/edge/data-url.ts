import { z } from 'zod'
import type { ServedImage } from '../../text-request.js'

/** Pictures of these types are handed to models. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/bmp'

/** The schema of {@link ImageType}. */
export const imageType: z.ZodType<ImageType> = z.enum([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/bmp',
])

const head = /^data:(image\/[a-z]{3,4});base64,/

/** A picture in the request itself. Other addresses are refused: what a client names is never fetched. */
export const imageUrl: z.ZodType<string> = z
  .string()
  .refine(isImageUrl, 'must be a data URL of a picture in base64 (png, jpeg, gif, webp or bmp); nothing is fetched')

/** A picture's data alone. */
export const base64Text: z.ZodType<string> = z.string().refine(isBase64, 'must be base64')

/** The picture of a URL that {@link imageUrl} let through. */
export function imageOfUrl(url: string): ServedImage {
  const [start = '', mediaType = ''] = head.exec(url) ?? []
  return { mediaType, base64: url.slice(start.length) }
}

function isImageUrl(url: string): boolean {
  const { mediaType, base64 } = imageOfUrl(url)
  return imageType.safeParse(mediaType).success && isBase64(base64)
}

/** Looks for what must not be there: a pattern of what may be would keep a place for each of millions of characters. */
function isBase64(text: string): boolean {
  const padding = text.indexOf('=')
  return text !== '' && !/[^A-Za-z0-9+/=]/.test(text) && (padding < 0 || /^={1,2}$/.test(text.slice(padding)))
}
