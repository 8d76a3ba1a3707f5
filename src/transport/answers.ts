/** Answers of the local server to a page. */
import { StudioError } from '../base/errors.ts'

export function codeOf(status: number): StudioError['code'] {
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
