/** Answers of the local server to a page. */
import { StudioError } from '../base/errors.ts'
import { isMessage, type Message } from '../contract/messages.ts'

/** Header of a refusal with its message, so that the page can say it in the person's language; the body has it in English. */
export const whyHeader = 'X-Why'

export const whyText = (why: Message): string => encodeURIComponent(JSON.stringify(why))

/** A refusal as the studio raised it. */
export async function refusedBy(response: Response): Promise<StudioError> {
  const text = (await response.text()).trim()
  const why = whyOf(response.headers.get(whyHeader))
  return new StudioError(codeOf(response.status), text, { why })
}

function whyOf(header: string | null): Message | null {
  if (header === null) return null
  try {
    const value: unknown = JSON.parse(decodeURIComponent(header))
    return isMessage(value) ? value : null
  } catch {
    return null
  }
}

function codeOf(status: number): StudioError['code'] {
  switch (status) {
    case 400:
      return 'bad-input'
    case 404:
      return 'not-found'
    case 429:
      return 'busy'
    case 507:
      return 'disk-full'
    default:
      return status < 500 ? 'no-permission' : 'disconnected'
  }
}

export async function readField(response: Response, name: string): Promise<string> {
  const value: unknown = await response.json()
  const field = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  if (typeof field !== 'string') throw new StudioError('bug', `The server's answer has no "${name}".`)
  return field
}
