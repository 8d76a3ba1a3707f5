/** What is wrong with an argument, in words: the field, what was expected there and what was found. */
import type { z } from 'zod'
import { isMessageKey, message, type Message } from './messages.ts'

type Issue = z.core.$ZodIssue

/** @param of the method or file that `input` was given to */
export function describeIssue(issue: Issue, input: unknown, of: string): Message {
  const where = issue.path.length === 0 ? message('input.argument', { of }) : message('input.field', { of, field: issue.path.map(String).join('.') })
  if (issue.code === 'unrecognized_keys')
    return message('input.expected', { where, expected: message('expected.known'), found: message('found.value', { value: issue.keys.slice(0, 5).map((key) => JSON.stringify(key.slice(0, 64))).join(', ') }) })
  const found = issue.path.reduce<unknown>((value, key) => (isRecord(value) ? value[String(key)] : undefined), input)
  return message('input.expected', { where, expected: expected(issue), found: shown(found) })
}

function expected(issue: Issue): Message | string {
  switch (issue.code) {
    case 'invalid_type':
      return expectedType(issue.expected)
    case 'too_small': {
      const least = String(issue.minimum)
      if (issue.origin === 'string') return message('expected.leastCharacters', { least })
      if (issue.origin === 'array') return message('expected.leastItems', { least })
      return message(issue.inclusive === false ? 'expected.above' : 'expected.least', { least })
    }
    case 'too_big':
      return message(issue.origin === 'string' ? 'expected.mostCharacters' : issue.origin === 'array' ? 'expected.mostItems' : 'expected.most', { most: String(issue.maximum) })
    case 'invalid_value':
      return message('expected.oneOf', { choices: issue.values.map(String).join(', ') })
    case 'invalid_union':
      return message('expected.kind')
    default:
      // Schemas name what they expect by its key.
      return isMessageKey(issue.message) ? message(issue.message) : issue.message
  }
}

function expectedType(type: string): Message | string {
  switch (type) {
    case 'undefined':
      return message('expected.nothing')
    case 'int':
      return message('expected.whole')
    case 'array':
    case 'tuple':
      return message('expected.list')
    case 'record':
      return message('expected.object')
    default: {
      const key = `expected.${type}`
      return isMessageKey(key) ? message(key) : type
    }
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** A value that was found, as short as can be told. */
export function shown(value: unknown): Message {
  if (value === undefined) return message('found.nothing')
  if (typeof value === 'string') return value.length > 64 ? message('found.characters', { count: value.length }) : message('found.value', { value: JSON.stringify(value) })
  if (Array.isArray(value)) return message('found.list', { count: value.length })
  return typeof value === 'object' && value !== null ? message('found.object') : message('found.value', { value: String(value) })
}
