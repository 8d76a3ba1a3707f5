/** A studio that clears the staging folder of uploads when their import has ended. */
import type { HostApi, MethodName, Result, Studio, StudioApi } from '../../contract/api.ts'
import type { Uploads } from './uploads.ts'

export interface WatchedStudio extends Studio {
  dispose(): void
}

export function clearingUploads(studio: Studio & Pick<HostApi, 'neededSources'>, uploads: Uploads): WatchedStudio {
  const imports = new Map<string, readonly string[]>()
  const finished = new Set<string>()
  const clear = (activityId: string): void => {
    const tickets = imports.get(activityId)
    imports.delete(activityId)
    finished.delete(activityId)
    // A folder that cannot be removed now is swept at the next start.
    if (tickets !== undefined) uploads.removeImported(tickets).catch(() => {})
  }
  const dispose = studio.on('activity.changed', (activity) => {
    if (activity.kind !== 'import' || activity.state === 'running') return
    if (imports.has(activity.id)) clear(activity.id)
    else finished.add(activity.id)
    // One that went on after it was cut short has a staging folder of an earlier server.
    void studio.neededSources().then((needed) => uploads.sweep(needed)).catch(() => {})
  })
  return {
    call: async <M extends MethodName>(method: M, ...arg: Parameters<StudioApi[M]>): Promise<Result<M>> => {
      const [request] = arg
      const result = await studio.call(method, ...arg).finally(() => {
        // Copied by now, or refused.
        if (method === 'models.add' && hasTicket(request)) uploads.removeImported([request.ticket]).catch(() => {})
      })
      if (method === 'datasets.import' && isImport(request) && isStarted(result)) {
        imports.set(result.activityId, request.tickets)
        if (finished.has(result.activityId)) clear(result.activityId)
      }
      return result
    },
    on: (event, listener) => studio.on(event, listener),
    dispose,
  }
}

const isImport = (value: unknown): value is { readonly tickets: readonly string[] } =>
  typeof value === 'object' && value !== null && 'tickets' in value
const hasTicket = (value: unknown): value is { readonly ticket: string } =>
  typeof value === 'object' && value !== null && 'ticket' in value
const isStarted = (value: unknown): value is { readonly activityId: string } =>
  typeof value === 'object' && value !== null && 'activityId' in value
