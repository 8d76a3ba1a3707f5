/** Sorting very many numbers at once: a radix sort of their bits, several times as fast as comparing them. */

const digits = 4
const digitBits = 16
const buckets = 1 << digitBits

/**
 * Indices of `values` from the lowest to the highest, equal ones as they come; NaN is left out.
 */
export function sortedOrder(values: Float64Array): Uint32Array {
  const keys = keysOf(values)
  let order = new Uint32Array(values.length)
  let count = 0
  for (let i = 0; i < values.length; i += 1) if (!Number.isNaN(values[i])) order[count++] = i
  order = order.subarray(0, count)
  let other = new Uint32Array(count)
  const starts = new Uint32Array(buckets)
  for (let digit = 0; digit < digits; digit += 1) {
    starts.fill(0)
    for (const i of order) {
      const key = keys[i * digits + digit] ?? 0
      starts[key] = (starts[key] ?? 0) + 1
    }
    let sum = 0
    let single = false
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const size = starts[bucket] ?? 0
      single ||= size === count
      starts[bucket] = sum
      sum += size
    }
    if (single) continue
    for (const i of order) {
      const key = keys[i * digits + digit] ?? 0
      const place = starts[key] ?? 0
      other[place] = i
      starts[key] = place + 1
    }
    ;[order, other] = [other, order]
  }
  return order
}

/** Bits that sort as the numbers do: of positive ones the sign is set, of negative ones all are turned. */
function keysOf(values: Float64Array): Uint16Array {
  const keys = new Uint16Array(values.slice().buffer)
  for (let i = 0; i < values.length; i += 1) {
    const top = i * digits + digits - 1
    if ((keys[top] ?? 0) < 0x8000) keys[top] = (keys[top] ?? 0) | 0x8000
    else for (let digit = 0; digit < digits; digit += 1) keys[i * digits + digit] = ~(keys[i * digits + digit] ?? 0)
  }
  return keys
}
