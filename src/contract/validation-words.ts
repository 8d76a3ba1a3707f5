/** What is wrong with an argument, in words: the field, what was expected there and what was found. */
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

export function describeIssue(issue: Issue, input: unknown): string {
  const field = issue.path.length === 0 ? 'the argument' : issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys')
    return `${field}: expected only known fields, found ${issue.keys.slice(0, 5).map((key) => JSON.stringify(key.slice(0, 64))).join(', ')}.`
  const found = issue.path.reduce<unknown>((value, key) => (isRecord(value) ? value[String(key)] : undefined), input)
  return `${field}: expected ${expected(issue)}, found ${show(found)}.`
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'undefined' ? 'nothing' : issue.expected === 'int' ? 'a whole number' : `${issue.expected}`
    case 'too_small':
      return `at least ${issue.minimum}${sizeUnit(issue.origin)}${issue.inclusive === false ? ' (not equal)' : ''}`
    case 'too_big':
      return `at most ${issue.maximum}${sizeUnit(issue.origin)}`
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`
    default:
      return issue.message
  }
}

const sizeUnit = (origin: string): string => (origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '')
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return value.length > 64 ? `text of ${value.length} characters` : JSON.stringify(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
