/**
 * Media paths, relative to the host's media root (`app://studio/media/` or `/media/`).
 * Renderer and CLI build them here; `readMedia` parses them.
 */
export const mediaSizes = [96, 192, 384] as const
export type MediaSize = (typeof mediaSizes)[number]

export const media = {
  picture: (id: string, size: MediaSize | 'full'): string => `picture/${id}/${size}`,
  snapshot: (runId: string, imagesSeen: number): string => `snapshot/${runId}/${imagesSeen}`,
  sample: (id: string): string => `sample/${id}`,
  download: (id: string): string => `download/${id}`,
  preview: (id: string): string => `preview/${id}`,
  /** Of a class, or of the whole data set. */
  mean: (datasetId: string, classId: string | null, revision: number): string => `mean/${datasetId}/${classId ?? 'all'}-${revision}`,
} as const

export type MediaRef =
  | { readonly kind: 'picture'; readonly id: string; readonly size: MediaSize | 'full' }
  | { readonly kind: 'snapshot'; readonly runId: string; readonly imagesSeen: number }
  | { readonly kind: 'sample'; readonly id: string }
  | { readonly kind: 'download'; readonly id: string }
  | { readonly kind: 'preview'; readonly id: string }
  | { readonly kind: 'mean'; readonly datasetId: string; readonly classId: string | null; readonly revision: number }

const idPattern = /^[a-z]+_[0-9a-z]{15}$/

/** Null for anything that is not exactly one of the forms above. */
export function parseMediaPath(path: string): MediaRef | null {
  const [kind, id, last, ...rest] = path.split('/')
  if (id === undefined || rest.length > 0 || !idPattern.test(id)) return null
  switch (kind) {
    case 'picture': {
      const size = last === 'full' ? 'full' : mediaSizes.find((s) => String(s) === last)
      return size === undefined ? null : { kind, id, size }
    }
    case 'snapshot':
      return last !== undefined && /^\d{1,12}$/.test(last) ? { kind, runId: id, imagesSeen: Number(last) } : null
    case 'mean': {
      const [, of = '', revision = ''] = /^(.+)-(\d{1,12})$/.exec(last ?? '') ?? []
      return of === 'all' || idPattern.test(of) ? { kind, datasetId: id, classId: of === 'all' ? null : of, revision: Number(revision) } : null
    }
    case 'sample':
    case 'download':
    case 'preview':
      return last === undefined ? { kind, id } : null
    default:
      return null
  }
}
