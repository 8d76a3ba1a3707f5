/** Where in the studio the person is; kept in the address so that reloading returns there. */
import type { Place } from '../../src/contract/desktop-bridge.ts'

const places: readonly Place[] = ['data', 'train', 'gallery', 'models', 'settings']

class PlaceState {
  place = $state<Place>('data')
  /** A dataset or run opened there; null: the place itself. */
  subject = $state<string | null>(null)

  constructor() {
    this.#read()
    window.addEventListener('hashchange', () => this.#read())
  }

  go(place: Place, subject: string | null = null): void {
    location.hash = subject === null ? place : `${place}/${subject}`
  }

  #read(): void {
    const [name, subject] = location.hash.slice(1).split('/')
    this.place = places.find((place) => place === name) ?? 'data'
    this.subject = subject ?? null
  }
}
export const at = new PlaceState()
