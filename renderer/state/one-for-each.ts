/** The same state for the same id, whoever asks and however often. */
export function oneForEach<T>(make: (id: string) => T): (id: string) => T {
  const known = new Map<string, T>()
  return (id) => {
    const found = known.get(id) ?? make(id)
    known.set(id, found)
    return found
  }
}
