/** Patterns of file names such as `{class}_#`: parsed once, matched in bounded time whatever the names are. */
import { posix } from 'node:path'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'

type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'any' | 'digits' | 'class' }

/** More than any naming scheme has. */
const mostWildcards = 12
/** Longer names are matched by their last characters: folders deep above say little. */
const longestName = 1024

/** @throws `bad-input` where it does not have `{class}` once, or too many wildcards */
export function classPattern(pattern: string): (path: string) => string | null {
  const parts = parse(pattern.trim().normalize('NFC'))
  const folders = parts.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.split('/').length - 1 : 0), 0)
  return (path) => {
    const named = path.normalize('NFC').split('/').slice(-1 - folders)
    if (named.length <= folders) return null
    const subject = named.join('/').replace(/\.[A-Za-z0-9]{1,5}$/, '').slice(-longestName)
    const found = match(parts, subject)?.trim()
    return found === undefined || found === '' ? null : found
  }
}

function parse(pattern: string): readonly Part[] {
  const parts = (pattern.match(/\{class\}|\*+|#+|[^*#{]+|\{/g) ?? []).map((text): Part => {
    if (text === '{class}') return { kind: 'class' }
    return text.startsWith('*') ? { kind: 'any' } : text.startsWith('#') ? { kind: 'digits' } : { kind: 'text', text }
  })
  const classes = parts.filter(({ kind }) => kind === 'class').length
  const [mark, shown] = ['{class}', pattern.slice(0, 80)]
  if (classes !== 1) throw refusal('bad-input', classes === 0 ? message('refused.patternClass', { pattern: shown, mark }) : message('refused.patternClasses', { pattern: shown, mark, times: classes }))
  if (parts.filter(({ kind }) => kind !== 'text').length > mostWildcards) throw refusal('bad-input', message('refused.patternWild', { pattern: shown, most: mostWildcards }))
  if (posix.isAbsolute(pattern)) throw refusal('bad-input', message('refused.patternRoot', { mark }))
  return parts
}

/**
 * What `{class}` stands for: as little as fits. What failed once at a place is not tried there
 * again, so that names made to be slow are not.
 */
function match(parts: readonly Part[], subject: string): string | null {
  const failed = new Set<number>()
  let found: string | null = null
  const from = (index: number, at: number): boolean => {
    const part = parts[index]
    if (part === undefined) return at === subject.length
    const key = index * (longestName + 1) + at
    if (failed.has(key)) return false
    for (const end of ends(part, subject, at)) {
      if (!from(index + 1, end)) continue
      if (part.kind === 'class') found = subject.slice(at, end)
      return true
    }
    failed.add(key)
    return false
  }
  return from(0, 0) ? found : null
}

/** Where a part that begins at `at` may end. */
function* ends(part: Part, subject: string, at: number): Generator<number> {
  switch (part.kind) {
    case 'text':
      if (subject.startsWith(part.text, at)) yield at + part.text.length
      return
    case 'digits': {
      const digits = /^\d*/.exec(subject.slice(at))?.[0].length ?? 0
      for (let length = digits; length >= 1; length -= 1) yield at + length
      return
    }
    case 'class':
    case 'any':
      for (let end = part.kind === 'class' ? at + 1 : at; end <= subject.length; end += 1) {
        if (end > at && subject[end - 1] === '/') return
        yield end
      }
  }
}
