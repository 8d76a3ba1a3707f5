/** What classes a rule would give, told while a person is still typing it. */
import type { Argument, Result } from '../contract/api.ts'
import type { ClassRule, Dataset } from '../contract/data.ts'
import { classesBy, partsOfFolders, previewOf } from '../dataset/classes.ts'
import { labelled } from '../dataset/labelling.ts'
import { openSources } from '../dataset/sources.ts'
import { countParts } from '../dataset/split-folders.ts'
import type { Store } from '../store/store.ts'
import type { Tickets } from './tickets.ts'

export interface ClassPreviewsOptions {
  readonly store: Store
  readonly tickets: Tickets
  /** @throws `not-found` */
  readonly dataset: (id: string) => Dataset
}

/** Longer than anyone looks at a network drive that does not answer. */
const longestMs = 60_000

export class ClassPreviews {
  readonly #options: ClassPreviewsOptions
  /** Of the sources or the data set looked at last: each letter typed asks again. */
  #listed: { readonly of: string; readonly paths: Promise<readonly string[]> } | null = null

  constructor(options: ClassPreviewsOptions) {
    this.#options = options
  }

  async preview({ of, rule }: Argument<'datasets.previewClasses'>): Promise<Result<'datasets.previewClasses'>> {
    if ('id' in of) {
      const key = `${of.id} ${this.#options.dataset(of.id).revision}`
      if (this.#listed?.of !== key) this.#listed = { of: key, paths: Promise.resolve(this.#options.store.pictures.presentPaths(of.id)) }
      const paths = await this.#listed.paths
      return previewOf(paths, classesBy(paths, rule))
    }
    const named = of.tickets.flatMap((ticket) => this.#options.tickets.peekSources(ticket))
    if (rule.kind === 'auto') return await this.#withLabels(named, rule)
    const key = of.tickets.join(' ')
    if (this.#listed?.of !== key) this.#listed = { of: key, paths: listed(named) }
    const paths = await this.#listed.paths.catch((error: unknown) => {
      this.#listed = null
      throw error
    })
    const parts = rule.splitFolders === 'classes' ? null : partsOfFolders(paths)
    return previewOf(paths, classesBy(paths, rule), { parts: parts === null ? null : countParts(parts.parts) })
  }

  async #withLabels(named: readonly string[], rule: ClassRule): Promise<Result<'datasets.previewClasses'>> {
    const sources = await openSources(named, AbortSignal.timeout(longestMs))
    try {
      const { files, noted, problems } = await labelled(sources.files, rule)
      const originals = files.filter(({ copyOf }) => copyOf === null)
      const split = originals.some(({ part }) => part !== null)
      return previewOf(files.map(({ file }) => file.path), files.map(({ className }) => className), { parts: split ? countParts(originals.map(({ part }) => part)) : null, copies: files.length - originals.length, noted, problems })
    } finally {
      sources.close()
    }
  }
}

async function listed(named: readonly string[]): Promise<readonly string[]> {
  const sources = await openSources(named, AbortSignal.timeout(longestMs))
  try {
    return (await labelled(sources.files, { kind: 'none' })).files.map(({ file }) => file.path)
  } finally {
    sources.close()
  }
}
