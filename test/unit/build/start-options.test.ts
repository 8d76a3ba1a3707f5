import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseStartOptions } from '../../../build/start-options.ts'

describe('npm start --', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  afterEach(() => write.mockClear())
  const told = (): string => write.mock.calls.map(([text]) => String(text)).join('')

  it('opens a window with the engine installed, where nothing is said', () => {
    expect(parseStartOptions([], '/home/me')).toEqual({ shell: 'window', engineDownload: true, dataFolder: null, port: null })
  })

  it('takes the data folder from where the person is', () => {
    expect(parseStartOptions(['--headless', '--no-engine-download', '--data', 'faces', '--port', '8080'], '/home/me'))
      .toEqual({ shell: 'headless', engineDownload: false, dataFolder: '/home/me/faces', port: 8080 })
    expect(parseStartOptions(['--web'], '/')).toMatchObject({ shell: 'browser' })
  })

  it.each([
    [['--wbe'], /unknown option '--wbe'/],
    [['faces'], /too many arguments/],
    [['--web', '--headless'], /not both/],
    [['--port', '70000'], /from 0 to 65535/],
    [['--data'], /argument missing/],
  ])('refuses %j and names the help', (args, words) => {
    expect(parseStartOptions(args, '/')).toEqual({ exitCode: 2 })
    expect(told()).toMatch(words)
    expect(told()).toContain('npm start -- --help')
  })
})
