import { expect, test } from 'vitest'
import { imageOfUrl, imageUrl } from './data-url.js'

test('a picture comes with its type', () => {
  const url = imageUrl.parse('data:image/webp;base64,ab+/cd==')
  expect(imageOfUrl(url)).toEqual({ mediaType: 'image/webp', base64: 'ab+/cd==' })
})

test.each([
  'http://127.0.0.1/secret.png',
  'file:///etc/passwd',
  '/etc/passwd',
  'data:image/svg+xml;base64,AAAA',
  'data:text/html;base64,AAAA',
  'data:image/png,AAAA',
  'data:image/png;base64,',
  'data:image/png;base64,A=AA',
  'data:image/png;base64,AA\nAA',
  'data:image/png;base64,A===',
])('%s is refused', (url) => {
  expect(imageUrl.safeParse(url).success).toBe(false)
})

test('a picture of many megabytes is checked without a place for each character', () => {
  expect(imageUrl.safeParse(`data:image/png;base64,${'A'.repeat(40_000_000)}`).success).toBe(true)
})
