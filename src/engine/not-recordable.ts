import { StudioError } from '../base/errors.ts'

/** What keeps a function from being recorded, as a graph or as commands. */
export class NotRecordable extends StudioError {
  constructor(reason: string) {
    super('unsupported', reason)
    this.name = 'NotRecordable'
  }
}

export const readsBack = (): NotRecordable => new NotRecordable('A step reads a value back, and may go on differently with another.')
