/** Sends a person's files from a page to the local server; see `src/hosts/web/uploads.ts`. */
import { readField, refusedBy } from './answers.ts'

export interface UploadFile {
  /** Relative to what was dropped, `/` between the parts; any Unicode. */
  readonly path: string
  readonly body: Blob
}
export interface UploadOptions {
  readonly files: readonly UploadFile[]
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number; readonly files: number }) => void
  /** Absent: the page's own server. */
  readonly base?: string
  readonly fetch?: typeof globalThis.fetch
}

const atOnce = 6

/** Resolves with the ticket for `datasets.import`; on failure or abort, nothing is left on the server. */
export async function upload(options: UploadOptions): Promise<string> {
  const { files, onProgress, base = '' } = options
  const totalBytes = files.reduce((sum, { body }) => sum + body.size, 0)
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await (options.fetch ?? globalThis.fetch)(`${base}${path}`, { ...init, ...(options.signal === undefined ? {} : { signal: options.signal }) })
    if (!response.ok) throw await refusedBy(response)
    return response
  }
  const id = await readField(await ask('/upload', { method: 'POST' }), 'upload')
  try {
    const waiting = files.values()
    let bytes = 0
    let done = 0
    const worker = async (): Promise<void> => {
      for (const { path, body } of waiting) {
        await ask(`/upload/${id}/${path.split('/').map(encodeURIComponent).join('/')}`, { method: 'PUT', body })
        bytes += body.size
        onProgress?.({ bytes, totalBytes, files: ++done })
      }
    }
    await Promise.all(Array.from({ length: Math.min(atOnce, files.length) }, worker))
    return await readField(await ask(`/upload/${id}`, { method: 'POST' }), 'ticket')
  } catch (error) {
    await (options.fetch ?? globalThis.fetch)(`${base}/upload/${id}`, { method: 'DELETE' }).catch(() => {})
    throw error
  }
}
