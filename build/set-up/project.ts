import { join } from 'node:path'

/** The project's root folder. */
export const projectRoot = join(import.meta.dirname, '..', '..')
