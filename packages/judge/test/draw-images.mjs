// Draws the images of suites/v1/vl.yaml; `node packages/judge/test/draw-images.mjs` writes them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { crc32, deflateSync } from 'node:zlib'

const size = 336
const colors = {
  white: 0xffffff,
  black: 0x101010,
  red: 0xd42020,
  green: 0x1e9a3c,
  blue: 0x2050d4,
  yellow: 0xf2c400,
  grey: 0xc8c8c8,
  orange: 0xf07c10,
  purple: 0x8a2bb8,
}
const names = Object.keys(colors)

/** A canvas that is painted pixel by pixel wherever a shape says so. */
function canvas(paint) {
  const pixels = new Uint8Array(size * size)
  /** Paints where a shape is, within a box that holds it. */
  const fill = (color, [left, top, right, bottom], inside) => {
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(size, bottom); y++) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(size, right); x++) {
        if (inside(x + 0.5, y + 0.5)) pixels[y * size + x] = names.indexOf(color)
      }
    }
  }
  paint({
    rect: (color, x, y, width, height) =>
      fill(color, [x, y, x + width, y + height], (px, py) => px >= x && px < x + width && py >= y && py < y + height),
    disc: (color, x, y, radius) =>
      fill(color, [x - radius, y - radius, x + radius, y + radius], (px, py) => Math.hypot(px - x, py - y) <= radius),
    line: (color, x1, y1, x2, y2, thickness) => {
      const [dx, dy, wide] = [x2 - x1, y2 - y1, thickness / 2]
      const box = [Math.min(x1, x2) - wide, Math.min(y1, y2) - wide, Math.max(x1, x2) + wide, Math.max(y1, y2) + wide]
      fill(color, box, (px, py) => {
        const along = Math.min(1, Math.max(0, ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy)))
        return Math.hypot(px - x1 - along * dx, py - y1 - along * dy) <= wide
      })
    },
    triangle: (color, corners) => {
      const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]))
      fill(color, [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], (px, py) => {
        const sides = corners.map(([x1, y1], index) => {
          const [x2, y2] = corners[(index + 1) % 3]
          return (px - x1) * (y2 - y1) - (py - y1) * (x2 - x1)
        })
        return sides.every((side) => side >= 0) || sides.every((side) => side <= 0)
      })
    },
  })
  return pixels
}

/** Places of a grid in an order that looks scattered: steps of 7 through 20 places. */
function scattered(index) {
  const place = (index * 7 + 3) % 20
  return [48 + (place % 5) * 60 + ((index * 11) % 9), 52 + Math.floor(place / 5) * 76 + ((index * 5) % 13)]
}

const shapesScene = (shapes) =>
  canvas(({ rect, disc }) => {
    for (const [index, shape] of shapes.entries()) {
      const [kind, color] = shape.split(' ')
      const [x, y] = scattered(index)
      if (kind === 'disc') disc(color, x, y, 22)
      else rect(color, x - 20, y - 20, 40, 40)
    }
  })

/** Bars over a grid of horizontal lines, one a unit; `mark` is a thick line at a height. */
const barsScene = (bars, { grid = true, mark } = {}) =>
  canvas(({ rect }) => {
    const unit = 36
    const base = 316
    if (grid) for (let line = 1; line <= 8; line++) rect('grey', 20, base - line * unit, 300, 2)
    const step = 290 / bars.length
    for (const [index, [color, height]] of bars.entries()) {
      rect(color, 28 + index * step, base - height * unit, step * 0.7, height * unit)
    }
    rect('black', 20, base, 300, 4)
    if (mark) rect('black', 20, base - mark * unit - 2, 300, 5)
  })

const segments = [
  [0, 0, 1, 0],
  [1, 0, 1, 1],
  [1, 1, 1, 2],
  [0, 2, 1, 2],
  [0, 1, 0, 2],
  [0, 0, 0, 1],
  [0, 1, 1, 1],
]
const lit = ['012345', '12', '01346', '01236', '1256', '02356', '023456', '012', '0123456', '012356']

const digitsScene = (text) =>
  canvas(({ line }) => {
    for (const [index, digit] of [...text].entries()) {
      for (const number of lit[Number(digit)]) {
        const [x1, y1, x2, y2] = segments[Number(number)].map((unit, axis) =>
          axis % 2 === 0 ? 30 + index * 76 + unit * 44 : 100 + unit * 62,
        )
        line('black', x1, y1, x2, y2, 11)
      }
    }
  })

const cellScene = (row, column) =>
  canvas(({ rect, disc }) => {
    for (let line = 0; line <= 6; line++) {
      rect('black', 24 + line * 48, 24, 2, 290)
      rect('black', 24, 24 + line * 48, 290, 2)
    }
    disc('red', column * 48 + 1, row * 48 + 1, 16)
  })

const clockScene = (hour, minute) =>
  canvas(({ disc, line }) => {
    disc('black', 168, 168, 156)
    disc('white', 168, 168, 150)
    const at = (turn, radius) => [
      168 + radius * Math.sin(2 * Math.PI * turn),
      168 - radius * Math.cos(2 * Math.PI * turn),
    ]
    for (let tick = 0; tick < 12; tick++) {
      line(tick === 0 ? 'red' : 'black', ...at(tick / 12, 124), ...at(tick / 12, 142), tick === 0 ? 10 : 5)
    }
    line('blue', 168, 168, ...at((hour + minute / 60) / 12, 76), 13)
    line('black', 168, 168, ...at(minute / 60, 116), 6)
    disc('black', 168, 168, 9)
  })

const moves = { '>': [1, 0], '<': [-1, 0], v: [0, 1], '^': [0, -1] }

function drawArrow({ line, triangle }, x, y, [dx, dy]) {
  line('black', x - dx * 20, y - dy * 20, x + dx * 8, y + dy * 8, 6)
  const [baseX, baseY] = [x + dx * 5, y + dy * 5]
  triangle('black', [
    [x + dx * 23, y + dy * 23],
    [baseX - dy * 13, baseY - dx * 13],
    [baseX + dy * 13, baseY + dx * 13],
  ])
}

const discs = { R: 'red', B: 'blue', O: 'orange', P: 'purple' }

/** Cells with arrows, discs (their colour's first letter in capitals) and one green start (S), as five lines of text. */
const arrowsScene = (rows) =>
  canvas((shapes) => {
    for (const [place, cell] of [...rows.join('')].entries()) {
      const [x, y] = [48 + (place % 5) * 60, 48 + Math.floor(place / 5) * 60]
      shapes.rect('grey', x - 29, y - 29, 58, 1)
      shapes.rect('grey', x - 29, y - 29, 1, 58)
      if (cell === 'S') shapes.rect('green', x - 26, y - 26, 52, 52)
      const move = moves[cell === 'S' ? '>' : cell]
      if (move) drawArrow(shapes, x, y, move)
      else shapes.disc(discs[cell], x, y, 20)
    }
  })

const nodes = [
  [40, 168, 'red'],
  [120, 60, 'grey'],
  [120, 276, 'grey'],
  [190, 168, 'grey'],
  [216, 44, 'grey'],
  [226, 290, 'grey'],
  [300, 168, 'green'],
]
const graphScene = (edges) =>
  canvas(({ line, disc }) => {
    for (const [from, to] of edges) line('black', ...nodes[from].slice(0, 2), ...nodes[to].slice(0, 2), 4)
    for (const [x, y, color] of nodes) {
      disc('black', x, y, 21)
      disc(color, x, y, 18)
    }
  })

const repeated = (count, text) => Array.from({ length: count }, () => text)
const interleaved = (...lists) =>
  Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, index) => lists.map((list) => list[index]))
    .flat()
    .filter((each) => each !== undefined)

const image = (pixels, answer) => ({ width: size, height: size, pixels, answer })
const bars = (...heights) =>
  heights.map((height, index) => [['red', 'green', 'blue', 'yellow', 'purple', 'orange'][index], height])

export const drawnImages = {
  'images/discs-7.png': image(shapesScene(interleaved(repeated(7, 'disc red'), repeated(4, 'disc blue'))), '7'),
  'images/discs-5.png': image(shapesScene(interleaved(repeated(5, 'disc red'), repeated(6, 'disc blue'))), '5'),
  'images/tallest-blue.png': image(barsScene(bars(3.2, 5.6, 6.4, 2.1, 4.4), { grid: false }), 'blue'),
  'images/tallest-purple.png': image(barsScene(bars(5.1, 2.4, 3.3, 6.2, 7), { grid: false }), 'purple'),
  'images/digits-4718.png': image(digitsScene('4718'), '4718'),
  'images/digits-9302.png': image(digitsScene('9302'), '9302'),
  'images/squares-4.png': image(
    shapesScene(interleaved(repeated(4, 'square blue'), repeated(6, 'disc blue'), repeated(3, 'square red'))),
    '4',
  ),
  'images/squares-6.png': image(
    shapesScene(interleaved(repeated(6, 'square blue'), repeated(3, 'disc blue'), repeated(4, 'square red'))),
    '6',
  ),
  'images/cell-4-2.png': image(cellScene(4, 2), 'row 4, column 2'),
  'images/cell-3-5.png': image(cellScene(3, 5), 'row 3, column 5'),
  'images/bars-difference-3.png': image(barsScene(bars(2, 5, 7, 4)), '3'),
  'images/bars-difference-5.png': image(barsScene(bars(1, 6, 3, 5)), '5'),
  'images/clock-7-20.png': image(clockScene(7, 20), '7:20'),
  'images/clock-2-35.png': image(clockScene(2, 35), '2:35'),
  'images/arrows-purple.png': image(arrowsScene(['S>v<O', '>v>vv', '^<^v<', 'v^>v>', 'R<^>P']), 'purple'),
  'images/arrows-red.png': image(arrowsScene(['S>v<O', '>v<<v', 'v<^v<', 'v^>v>', 'R<^>P']), 'red'),
  'images/graph-3.png': image(
    graphScene([
      [0, 1],
      [0, 2],
      [1, 4],
      [1, 3],
      [2, 5],
      [3, 5],
      [4, 6],
    ]),
    '3',
  ),
  'images/graph-4.png': image(
    graphScene([
      [0, 1],
      [0, 2],
      [1, 4],
      [2, 5],
      [3, 4],
      [3, 6],
    ]),
    '4',
  ),
  'images/marked-bars-18.png': image(barsScene(bars(3, 6, 2, 5, 7, 1), { mark: 4 }), '18'),
  'images/marked-bars-21.png': image(barsScene(bars(8, 2, 6, 3, 1, 7), { mark: 4 }), '21'),
}

export function pngOf({ width, height, pixels }) {
  const rows = Buffer.alloc(height * (1 + width / 2))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 2) {
      rows[y * (1 + width / 2) + 1 + x / 2] = (pixels[y * width + x] << 4) | pixels[y * width + x + 1]
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([4, 3, 0, 0, 0], 8) // Four bits a pixel, by palette.
  const palette = Buffer.from(Object.values(colors).flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...[
      ['IHDR', header],
      ['PLTE', palette],
      ['IDAT', deflateSync(rows, { level: 9 })],
      ['IEND', Buffer.alloc(0)],
    ].map(([type, data]) => chunk(type, data)),
  ])
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, drawn] of Object.entries(drawnImages)) {
    const file = join(import.meta.dirname, '../suites/v1', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, pngOf(drawn))
  }
}
