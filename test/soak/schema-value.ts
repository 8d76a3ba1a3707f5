/** Values that a schema of the contract takes, or nearly: fuzzing that goes beyond the first check starts from one. */
import { z } from 'zod'
import type { Rng } from '../../src/base/rng.ts'
import { one } from './hostile.ts'

export type JsonSchema = Readonly<Record<string, unknown>> & { readonly anyOf?: readonly JsonSchema[]; readonly oneOf?: readonly JsonSchema[]; readonly enum?: readonly unknown[]; readonly items?: JsonSchema; readonly properties?: Readonly<Record<string, JsonSchema>>; readonly required?: readonly string[] }

export const jsonSchemaOf = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema

/** @param texts of which most texts are one: ids that there are, say */
export function valueOf(schema: JsonSchema, random: Rng, texts: readonly string[]): unknown {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined) return valueOf(one(random, alternatives), random, texts)
  if ('const' in schema) return schema['const']
  if (schema.enum !== undefined) return one(random, schema.enum)
  switch (schema['type']) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([key]) => schema.required?.includes(key) === true || random.integer(2) === 0).map(([key, value]) => [key, valueOf(value, random, texts)]))
    case 'array':
      return Array.from({ length: Number(schema['minItems'] ?? 0) + random.integer(3) }, () => valueOf(schema.items ?? {}, random, texts))
    case 'string':
      return random.integer(4) > 0 ? one(random, texts) : 'x'
    case 'integer':
    case 'number':
      return one(random, [schema['minimum'] ?? 0, schema['maximum'] ?? 9, 1, 20])
    case 'boolean':
      return random.integer(2) === 0
    case 'null':
      return null
    default:
      return undefined
  }
}
