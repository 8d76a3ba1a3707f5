/** Where the server listens: this computer alone, or an address that the person named, with a token of their own. */
import { readFile, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { StudioError } from '../../base/errors.ts'
import { fromSystemError } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'

export interface Listening {
  /** An IP address of this computer; 0.0.0.0 and :: stand for all. */
  readonly address: string
  /** Names and addresses that browsers may open it by, besides that address. */
  readonly names: readonly string[]
  /** Lets any browser in, as often as it is shown; null: a random one that is good once. */
  readonly token: string | null
}

export const thisComputer: Listening = { address: '127.0.0.1', names: ['localhost'], token: null }

export interface ListenOptions {
  readonly listen?: string | undefined
  readonly tokenFile?: string | undefined
  readonly names?: string | undefined
}

export const leastToken = 32
const mostToken = 1024
const everywhere = ['0.0.0.0', '::']

/** @throws `bad-input` where an option is missing, or its value is none */
export async function listeningOf({ listen, tokenFile, names = '' }: ListenOptions): Promise<Listening> {
  if (listen === undefined) {
    if (tokenFile !== undefined || names !== '') throw new StudioError('bad-input', '--token-file and --names go with --listen ADDRESS; without it the studio is for this computer only.')
    return thisComputer
  }
  if (isIP(listen) === 0) throw new StudioError('bad-input', `--listen: expected an IP address of this computer, found "${listen}".`)
  if (tokenFile === undefined)
    throw new StudioError('bad-input', `--listen ${listen}: whoever reaches that address could open the studio, so it needs --token-file FILE, a file with a token of your own of at least ${leastToken} characters. An SSH tunnel needs none of this; docs/promises.md says how.`)
  const given = names.split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '')
  const wrong = given.find((name) => isIP(name) === 0 && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name))
  if (wrong !== undefined) throw new StudioError('bad-input', `--names: expected names or addresses of this computer without ports, found "${wrong}".`)
  if (everywhere.includes(listen) && given.length === 0) throw new StudioError('bad-input', `--listen ${listen} is every address of this computer: say with --names which names or addresses it is opened by, for instance --names studio.local,192.168.1.5.`)
  return { address: listen, names: given, token: await readToken(tokenFile) }
}

async function readToken(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw fromSystemError(error, message('doing.reading', { name: file }))
  })
  const token = text.trim()
  if (token.length < leastToken || token.length > mostToken || !/^[\x21-\x7e]+$/.test(token))
    throw new StudioError('bad-input', `${file}: expected a token of ${leastToken} to ${mostToken} letters, digits and marks without spaces, found ${token.length} characters.`)
  return token
}

/** Whether others who use this computer could read the token. */
export async function isReadByOthers(file: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(file)).mode & 0o044) !== 0
}

/** As an address has it: IPv6 in brackets. */
export const hostOf = (name: string): string => (isIP(name) === 6 ? `[${name}]` : name)

/** What a browser may name as its host, without the port; the first is the one to open. */
export function hostsOf({ address, names }: Listening): readonly string[] {
  return [...(everywhere.includes(address) ? [] : [address]), ...names].map(hostOf)
}
