/** Names a folder of the computer where the studio runs, from a page that cannot choose one; see `src/hosts/web/places.ts`. */
import { readField, refusedBy } from './answers.ts'

export interface NamedPlace {
  /** To read pictures from, or to move the data folder to. */
  readonly use: 'sources' | 'target'
  readonly path: string
}

/** @returns a ticket. @throws in the server's words, where it cannot be had */
export async function namePlace(place: NamedPlace): Promise<string> {
  const response = await fetch('/place', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(place) })
  if (!response.ok) throw await refusedBy(response)
  return await readField(response, 'ticket')
}
