import { SpeculationError, type Tokens } from '@foretoken/contract'
import { LONGEST_NGRAM, LookupCache, NO_TOKEN } from './lookup-cache.js'

const HEAD = 4 * (LONGEST_NGRAM + 1)
const PAIR = 8

/** The cache that the bytes of a lookup-cache file hold; `path` names them in errors. */
export function parseLookupCache(bytes: Uint8Array, path: string): LookupCache {
  const cache = new LookupCache()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; ) {
    const start = at
    at = parseEntry(cache, view, start, (what) => {
      const message = `${path} is not a lookup cache of llama.cpp: ${what} in the entry at byte ${start}; make it again`
      return new SpeculationError('ERR_MEMORY_FORMAT', message, { details: { path, offset: start } })
    })
  }
  return cache
}

type Damage = (what: string) => SpeculationError

/** Reads the entry at byte `at` into the cache and says where the next one begins. */
function parseEntry(cache: LookupCache, view: DataView, at: number, damage: Damage): number {
  const rest = view.byteLength - at
  if (rest < HEAD) throw damage(`expected at least ${HEAD} bytes, got ${rest},`)
  const ngram = ngramAt(view, at)
  if (ngram === undefined) throw damage('expected 1 to 4 tokens from 0 on, padded with -1,')
  const followers = view.getInt32(at + HEAD - PAIR / 2, true)
  const most = Math.floor((rest - HEAD) / PAIR)
  if (followers < 1 || followers > most) throw damage(`expected 1 to ${most} followers, got ${followers},`)
  const known = cache.size
  const end = at + HEAD + PAIR * followers
  for (let pair = at + HEAD; pair < end; pair += PAIR) {
    const token = view.getInt32(pair, true)
    const count = view.getInt32(pair + PAIR / 2, true)
    if (token < 0 || count < 1) throw damage(`expected a token and a count, got ${token} and ${count},`)
    if (cache.add(ngram, token, count) > 0) throw damage(`the token ${token} stands twice behind one n-gram`)
  }
  if (cache.size === known) throw damage('an n-gram stands twice, the second time')
  return end
}

/** The n-gram at byte `at`, unless what stands there is none. */
function ngramAt(view: DataView, at: number): Tokens | undefined {
  const ngram = new Int32Array(LONGEST_NGRAM)
  let size = 0
  for (let place = 0; place < LONGEST_NGRAM; place++) {
    const token = view.getInt32(at + 4 * place, true)
    if (token < NO_TOKEN || (token >= 0 && size < place)) return undefined
    if (token >= 0) ngram[size++] = token
  }
  return size === 0 ? undefined : ngram.subarray(0, size)
}

/** The bytes of a lookup-cache file, in pieces of about a mebibyte. */
export function* serializeLookupCache(cache: LookupCache): Generator<Uint8Array, void, void> {
  let bytes = new Uint8Array(PIECE)
  let at = 0
  for (const { ngram, followers } of cache.entries()) {
    const size = HEAD + PAIR * followers.size
    if (at + size > bytes.length) {
      yield bytes.subarray(0, at)
      bytes = new Uint8Array(Math.max(PIECE, size))
      at = 0
    }
    const view = new DataView(bytes.buffer)
    for (let place = 0; place < LONGEST_NGRAM; place++) view.setInt32(at + 4 * place, ngram[place] ?? NO_TOKEN, true)
    view.setInt32(at + HEAD - 4, followers.size, true)
    let pair = at + HEAD
    for (const [token, count] of followers) {
      view.setInt32(pair, token, true)
      view.setInt32(pair + 4, count, true)
      pair += PAIR
    }
    at += size
  }
  yield bytes.subarray(0, at)
}

const PIECE = 2 ** 20
