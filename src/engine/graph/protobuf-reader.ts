/** Protocol Buffers' wire format, read one message at a time: nothing is copied, and nothing is followed into the depth. */

export interface ReadField {
  readonly field: number
  /** Of a varint; 0 of others. */
  readonly value: bigint
  /** Where any other lies in the message; empty of a varint. */
  readonly bytes: Uint8Array
}

/** Seven bits a byte: ten bytes hold 64 bits. */
const longestVarint = 10
const fixedBytes: Readonly<Record<number, number>> = { 1: 8, 5: 4 }

/** @throws RangeError where the message ends early, or has what no writer of today makes */
export function* readFields(message: Uint8Array): Generator<ReadField> {
  const reader = new VarintReader(message)
  while (reader.at < message.length) {
    const tag = reader.next()
    const [field, wire] = [Number(tag >> 3n), Number(tag & 7n)]
    if (field === 0) throw new RangeError(`a field at byte ${reader.at} has no number`)
    if (wire === 0) {
      yield { field, value: reader.next(), bytes: new Uint8Array() }
      continue
    }
    if (wire !== 2 && fixedBytes[wire] === undefined) throw new RangeError(`a field at byte ${reader.at} is of unknown kind ${wire}`)
    const length = fixedBytes[wire] ?? reader.next()
    if (BigInt(length) > BigInt(message.length - reader.at)) throw new RangeError(`a field at byte ${reader.at} claims ${length} bytes and ${message.length - reader.at} are left`)
    const bytes = reader.take(Number(length))
    yield { field, value: 0n, bytes }
  }
}

/** Integers that lie end to end, as a packed list keeps them. */
export function readVarints(bytes: Uint8Array, most: number): readonly bigint[] {
  const reader = new VarintReader(bytes)
  const values: bigint[] = []
  while (reader.at < bytes.length) {
    if (values.length === most) throw new RangeError(`a list has more than ${most} numbers`)
    values.push(reader.next())
  }
  return values
}

class VarintReader {
  at = 0
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  next(): bigint {
    let value = 0n
    for (let n = 0; n < longestVarint; n++) {
      const byte = this.#bytes[this.at++]
      if (byte === undefined) throw new RangeError('it ends inside a number')
      value |= BigInt(byte & 127) << BigInt(7 * n)
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    throw new RangeError(`a number at byte ${this.at} does not end`)
  }

  take(length: number): Uint8Array {
    return this.#bytes.subarray(this.at, (this.at += length))
  }
}
