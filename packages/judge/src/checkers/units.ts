/** A unit: how many of its dimension's base unit it is, and where its zero lies. */
interface Unit {
  readonly dimension: string
  readonly factor: number
  readonly offset: number
}

// One line a dimension: `name|other name=factor`. Names are tried as written first, then in lower case.
const table: Readonly<Record<string, string>> = {
  length:
    'm|metre|meter|metres|meters=1 km|kilometre|kilometer|kilometres|kilometers=1e3 cm|centimetre|centimeter|centimetres|centimeters=1e-2 mm|millimetre|millimeter|millimetres|millimeters=1e-3 µm|um|micrometre|micrometer|micrometres|micrometers=1e-6 nm|nanometre|nanometer|nanometres|nanometers=1e-9 mi|mile|miles=1609.344 yd|yard|yards=0.9144 ft|foot|feet=0.3048 in|inch|inches=0.0254',
  mass: 'kg|kilogram|kilograms=1 g|gram|grams=1e-3 mg|milligram|milligrams=1e-6 t|tonne|tonnes=1e3 lb|lbs|pound|pounds=0.45359237 oz|ounce|ounces=0.028349523125',
  time: 's|sec|secs|second|seconds=1 ms|millisecond|milliseconds=1e-3 µs|us|microsecond|microseconds=1e-6 ns|nanosecond|nanoseconds=1e-9 min|mins|minute|minutes=60 h|hr|hrs|hour|hours=3600 d|day|days=86400 week|weeks=604800',
  speed: 'm/s=1 km/h|kmh|kph=0.2777777777777778 mph|mi/h=0.44704 knot|knots|kn=0.5144444444444445',
  area: 'm2=1 cm2=1e-4 mm2=1e-6 km2=1e6 ha|hectare|hectares=1e4 acre|acres=4046.8564224 ft2=0.09290304',
  volume:
    'l|litre|liter|litres|liters=1 ml|millilitre|milliliter|millilitres|milliliters=1e-3 cl=1e-2 dl=1e-1 m3=1e3 cm3|cc=1e-3 gal|gallon|gallons=3.785411784',
  energy: 'J|joule|joules=1 kJ|kilojoule|kilojoules=1e3 MJ=1e6 cal|calorie|calories=4.184 kcal=4184 Wh=3600 kWh=3.6e6',
  power: 'W|watt|watts=1 mW=1e-3 kW|kilowatt|kilowatts=1e3 MW|megawatt|megawatts=1e6 hp=745.6998715822702',
  data: 'B|byte|bytes=1 bit|bits=0.125 kB|KB|kilobyte|kilobytes=1e3 MB|megabyte|megabytes=1e6 GB|gigabyte|gigabytes=1e9 TB|terabyte|terabytes=1e12 KiB=1024 MiB=1048576 GiB=1073741824 TiB=1099511627776',
  frequency: 'Hz|hertz=1 kHz=1e3 MHz=1e6 GHz=1e9',
  angle: 'rad|radian|radians=1 °|deg|degree|degrees=0.017453292519943295',
  ratio: '%|percent|pct=0.01 ‰=0.001',
  dollars: '$|USD|dollar|dollars=1 ¢|cent|cents=0.01',
  euros: '€|EUR|euro|euros=1',
  pounds: '£|GBP=1',
}

const units = new Map<string, Unit>(
  Object.entries(table).flatMap(([dimension, line]) =>
    line.split(' ').flatMap((entry) => {
      const [names = '', factor] = entry.split('=')
      return names.split('|').map((name): [string, Unit] => [name, { dimension, factor: Number(factor), offset: 0 }])
    }),
  ),
)
for (const [names, factor, offset] of [
  [['K', 'kelvin', 'kelvins'], 1, 0],
  [['°C', 'celsius'], 1, 273.15],
  [['°F', 'fahrenheit'], 5 / 9, 459.67 * (5 / 9)],
] as const) {
  for (const name of names) units.set(name, { dimension: 'temperature', factor, offset })
}

/** A unit's name in one spelling: `m²`, `m^2` and `km per hour` become `m2` and `km/hour`. */
function unitName(written: string): string {
  return written
    .trim()
    .replace(/²|\^\{?2\}?/g, '2')
    .replace(/³|\^\{?3\}?/g, '3')
    .replace(/μ/g, 'µ')
    .replace(/\bdegrees? (?=celsius|fahrenheit)/i, '')
    .replace(/\s*(?:\bper\b|\/)\s*/g, '/')
    .replace(/^(?:kilometers|kilometres|km)\/(?:hour|h|hr)$/i, 'km/h')
    .replace(/^(?:miles|mi)\/(?:hour|h|hr)$/i, 'mph')
    .replace(/^(?:meters|metres|m)\/(?:second|s|sec)$/i, 'm/s')
    .replace(/^(?:square (.*))$/i, (_, name: string) => `${shortName(name)}2`)
    .replace(/^(?:cubic (.*))$/i, (_, name: string) => `${shortName(name)}3`)
}

/** A value of one unit in another; `undefined` where they have nothing in common. */
export function converted(value: number, from: string, to: string): number | undefined {
  const [source, target] = [unitOf(from), unitOf(to)]
  if (source === undefined || target === undefined) return sameWord(from, to) ? value : undefined
  if (source.dimension !== target.dimension) return undefined
  return source === target ? value : (value * source.factor + source.offset - target.offset) / target.factor
}

/** Whether a word is a unit of the table; `in` may be one, but mostly is none. */
export function isUnit(word: string): boolean {
  return word !== 'in' && unitOf(word) !== undefined
}

function unitOf(written: string): Unit | undefined {
  const name = unitName(written)
  return units.get(name) ?? units.get(name.toLowerCase())
}

/** Units that the table does not know, such as `apples`, are compared as words; a plural is the same word. */
function sameWord(one: string, other: string): boolean {
  const stem = (word: string) => unitName(word).toLowerCase().replace(/s$/, '')
  return stem(one) === stem(other)
}

function shortName(name: string): string {
  return name
    .replace(/^kilomet(?:re|er)s?$/i, 'km')
    .replace(/^centimet(?:re|er)s?$/i, 'cm')
    .replace(/^met(?:re|er)s?$/i, 'm')
}
