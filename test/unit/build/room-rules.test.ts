import { describe, expect, it } from 'vitest'
import { brokenRoomRules, readRooms } from '../../../build/room-rules.ts'

const table = (...rows: readonly string[]): string => ['| room | holds | may import |', '|---|---|---|', ...rows, '', 'prose'].join('\n')

describe('the table of rooms', () => {
  it('is kept by every import of the sources', () => {
    expect(brokenRoomRules()).toEqual([])
  })

  it('finds an import that a row does not allow', () => {
    const strict = readRooms(table('| `src/store/` | rows | nothing |', '| `build/` | scripts | engine |'))
    const broken = brokenRoomRules(strict)
    expect(broken).toContainEqual('src/store/database.ts imports src/base/errors.ts, which src/store/ may not.')
    expect(broken).toContainEqual('electron/main.ts is in no room of the table.')
  })

  it('reads rooms, paths, "nothing" and "all above", and refuses other words', () => {
    expect(readRooms(table('| `src/base/` | x | nothing |', '| `src/engine/` | x | base, `assets/` |', '| `src/studio/` | x | all above, transport |'))).toEqual([
      { path: 'src/base/', mayImport: [] },
      { path: 'src/engine/', mayImport: ['src/base/', 'assets/'] },
      { path: 'src/studio/', mayImport: ['src/base/', 'src/engine/', 'src/transport/'] },
    ])
    expect(() => readRooms(table('| `src/base/` | x | the engine |'))).toThrow(/"the engine"/)
  })
})
