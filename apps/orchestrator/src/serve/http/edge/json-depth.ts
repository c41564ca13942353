const quote = 0x22
const backslash = 0x5c

/**
 * Whether JSON is nested deeper than `limit`, found without parsing: parsers and whoever walks the value afterwards keep
 * a place for every level. One pass, no memory.
 */
export function isDeeperThan(json: string, limit: number): boolean {
  let depth = 0
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index)
    if (unit === quote) index = endOfString(json, index)
    else if (isOpening(unit)) depth++
    else if (isClosing(unit)) depth--
    if (depth > limit) return true
  }
  return false
}

function endOfString(json: string, start: number): number {
  let index = start + 1
  while (index < json.length && json.charCodeAt(index) !== quote) index += json.charCodeAt(index) === backslash ? 2 : 1
  return index
}

function isOpening(unit: number): boolean {
  return unit === 0x5b || unit === 0x7b
}

function isClosing(unit: number): boolean {
  return unit === 0x5d || unit === 0x7d
}
