/**
 * The little of Chromium's debugging protocol that a packaged application still answers: its
 * fuses refuse the inspector that Playwright attaches to an Electron with.
 */
import { once } from 'node:events'
import type { Readable } from 'node:stream'

export interface DevToolsPage {
  /** The value of an expression, awaited, as JSON carries it. */
  evaluate(expression: string): Promise<unknown>
  /** PNG. */
  screenshot(): Promise<Buffer>
  close(): void
}

/** @param stderr of an application started with `--remote-debugging-port=0` */
export async function openDevTools(stderr: Readable): Promise<DevToolsPage> {
  const origin = await listeningAt(stderr)
  let address: string | undefined
  while (address === undefined) {
    const targets = (await (await fetch(`http://${origin}/json`)).json()) as readonly { readonly type: string; readonly url: string; readonly webSocketDebuggerUrl: string }[]
    address = targets.find(({ type, url }) => type === 'page' && url.startsWith('app://'))?.webSocketDebuggerUrl
    if (address === undefined) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const socket = new WebSocket(address)
  await once(socket, 'open')
  const waiting = new Map<number, (answer: Answer) => void>()
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
  })
  let nextId = 1
  const ask = async (method: string, params: object): Promise<Record<string, unknown>> => {
    const id = nextId++
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    socket.send(JSON.stringify({ id, method, params }))
    const { result, error } = await answered
    waiting.delete(id)
    if (result === undefined) throw new Error(`${method}: ${error?.message}`)
    return result
  }
  return {
    evaluate: async (expression) => {
      const { result, exceptionDetails } = await ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails))
      return (result as { readonly value?: unknown }).value
    },
    screenshot: async () => Buffer.from((await ask('Page.captureScreenshot', { format: 'png' }))['data'] as string, 'base64'),
    close: () => socket.close(),
  }
}

interface Answer {
  readonly id?: number
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

function listeningAt(stderr: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    stderr.on('data', (chunk: Buffer) => {
      const found = /DevTools listening on ws:\/\/([^/]+)/.exec((text += chunk.toString()))
      if (found?.[1] !== undefined) resolve(found[1])
    })
    stderr.once('end', () => reject(new Error(`The application ended: ${text}`)))
  })
}
