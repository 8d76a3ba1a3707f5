/** What the processes of a soak say to each other: one JSON object a line. */

/** Something of the studio by a key (`name:set_…`) and the value it has. */
export type Fact = readonly [key: string, value: string | number | boolean]

export const works = ['import', 'train', 'generate', 'export', 'edit', 'arrange', 'expand', 'models', 'learn', 'purge', 'places', 'redraw', 'adopt'] as const
/** What a driver is about when it is killed. */
export type Work = (typeof works)[number]

export const splitText = (split: { readonly validation: number; readonly test: number; readonly seed: number | null } | null): string =>
  split === null ? 'none' : `${split.validation} ${split.test} ${split.seed}`

export type Said =
  | { readonly say: 'open' }
  /** From here on `facts` may be so; they are once `done` says it. */
  | { readonly say: 'begin'; readonly work: Work; readonly facts: readonly Fact[] }
  | { readonly say: 'done'; readonly facts: readonly Fact[] }
  | { readonly say: 'refused'; readonly work: Work; readonly facts: readonly Fact[]; readonly message: string }

export interface ActorArguments {
  /** owner: opens the data folder and waits. driver: joins it and works without end. */
  readonly role: 'owner' | 'driver'
  readonly dataFolder: string
  /** Pictures to import, a folder for exports, and one for folders whose pictures stay where they are. */
  readonly pictures: string
  readonly exports: string
  readonly places: string
  readonly seed: number
}
