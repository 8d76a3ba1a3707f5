/** Pictures that were left where the person has them instead of being copied. */

/** As last looked at. `changed`: the file is there, with another content. */
export const whereabouts = ['there', 'gone', 'changed', 'unreadable'] as const
export type Whereabouts = (typeof whereabouts)[number]

/** Where the person's own file of a picture lies, and what it was like when it was last seen whole. */
export interface Reference {
  /** Absolute; no page is ever told. */
  readonly path: string
  readonly bytes: number
  /** Epoch milliseconds, whole. */
  readonly changedAt: number
}

/** Of the pictures of one data set that were left where they are. */
export interface WhereaboutsOf {
  readonly pictures: number
  readonly bytes: number
  /** No longer where they were: moved, deleted, or on a drive that is away. */
  readonly gone: number
  readonly changed: number
  readonly unreadable: number
  /** That holds all of them. */
  readonly folder: string
  /** The first of those that cannot be used, in import order: paths as imported. */
  readonly lost: readonly { readonly path: string; readonly how: Exclude<Whereabouts, 'there'> }[]
}
