/** Protocol Buffers' wire format, written by hand: a message is a list of encoded fields. */

export type Field = readonly Uint8Array[]

const text = new TextEncoder()
const wireVarint = 0
const wireBytes = 2
const wireFixed32 = 5

/** Seven bits a byte, the lowest first; a negative number as the 64-bit two's complement. */
function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}
const tag = (field: number, wire: number): Uint8Array => varint((field << 3) | wire)

export const sizeOfField = (field: Field): number => field.reduce((sum, chunk) => sum + chunk.length, 0)

/** An integer, a switch or an enum value. */
export const integerField = (field: number, value: number): Field => [tag(field, wireVarint), varint(value)]
export const floatField = (field: number, value: number): Field => [tag(field, wireFixed32), new Uint8Array(Float32Array.of(value).buffer)]
export const bytesField = (field: number, value: Uint8Array): Field => [tag(field, wireBytes), varint(value.length), value]
export const textField = (field: number, value: string): Field => bytesField(field, text.encode(value))
export function messageField(field: number, ...fields: readonly Field[]): Field {
  const chunks = fields.flat()
  return [tag(field, wireBytes), varint(sizeOfField(chunks)), ...chunks]
}
export const packedIntegersField = (field: number, values: readonly number[]): Field => messageField(field, values.map(varint))

/** map<string, message> */
export const entryField = (field: number, key: string, ...value: readonly Field[]): Field =>
  messageField(field, textField(1, key), messageField(2, ...value))
