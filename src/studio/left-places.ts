/** Folders that moves have led away from, as the data folder remembers them: their old content can be removed. */
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'

export const leftPlacesFileName = 'moved-from.json'
const schema = z.array(z.string().refine(isAbsolute)).max(1000)

/** Oldest first. What cannot be read is forgotten: it only tells of room that could be freed. */
export async function leftPlaces(folder: string): Promise<readonly string[]> {
  try {
    return schema.parse(JSON.parse(await readFile(join(folder, leftPlacesFileName), 'utf8')))
  } catch {
    return []
  }
}
