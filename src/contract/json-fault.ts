import { message, type Message } from './messages.ts'

/** Where a text is no JSON, from what the parser says. */
export function jsonFault(error: unknown): Message {
  const said = error instanceof Error ? error.message : String(error)
  const place = /line (\d+) column (\d+)/.exec(said)
  if (/end of JSON/.test(said)) return message('json.end', { said })
  if (place !== null) return message('json.place', { line: place[1] ?? '', column: place[2] ?? '', said })
  const mark = /^Unexpected token (.+?), /s.exec(said)?.[1]
  return mark === undefined ? message('json.wrong', { said }) : message('json.mark', { mark, said })
}
