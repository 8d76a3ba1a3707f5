/** How tensors lie in a file, for readers that believe nothing. */
import { z } from 'zod'
import { sizeOf } from '../../engine/layout.ts'
import type { Precision } from '../../engine/lowered/quantise.ts'

/** Of a file, enough to tell its format. */
export const startBytes = 4096
export const mostSides = 8
export const bytesEach: Readonly<Record<Precision, number>> = { float32: 4, float16: 2, uint8: 1 }
export const byteLength = (shape: readonly number[], precision: Precision): number => sizeOf(shape) * bytesEach[precision]

const side = z.number().int().min(0).max(2 ** 31)
export const shapeSchema = z.array(side).max(mostSides)
  .refine((shape) => Number.isSafeInteger(4 * sizeOf(shape)), 'holds more numbers than can be counted')

/** What is wrong with a file's JSON, in a few words. */
export function wrongIn(error: z.ZodError): string {
  const [issue] = error.issues
  return issue === undefined ? 'it is not as expected' : `${issue.path.length === 0 ? 'it' : `"${issue.path.join('.').slice(0, 100)}"`} is not as expected (${issue.message})`
}

/** @throws SyntaxError, saying which part it is and what is wrong */
export function parsedAs<T>(schema: z.ZodType<T>, bytes: Uint8Array, part: string): T {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new SyntaxError(`${part} is not whole JSON; it may be cut short`)
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw new SyntaxError(`in ${part} ${wrongIn(parsed.error)}`)
  return parsed.data
}
