/** Entry of an engine process that goes wrong, in the way that FAULT names. */
import type { EngineCommand, EngineMessage } from '../../../src/contract/trainer.ts'

const send = (message: EngineMessage): void => void process.send?.(message)

const faults: Readonly<Record<string, () => void>> = {
  'never says a word': () => setInterval(() => {}, 1000),
  'hangs': () => {
    process.stderr.write('about to loop\n')
    // Once what was said has left.
    setTimeout(() => { for (;;); }, 100)
  },
  'exits': () => {
    process.stderr.write('cannot go on\n')
    setTimeout(() => process.exit(7), 50)
  },
  'is killed by the system': () => setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 50),
  'is killed from outside': () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50),
  'fills its heap': () => {
    const kept: number[][] = []
    setTimeout(() => { for (;;) kept.push(new Array<number>(100_000).fill(kept.length)) }, 50)
  },
  'ends without the word that it is done': () => setTimeout(() => process.exit(0), 50),
  'does not obey': () => setInterval(() => send({ type: 'heartbeat' }), 200),
}

const fault = process.env['FAULT'] ?? ''
process.on('message', (command: EngineCommand) => {
  if (command.type !== 'start') return
  if (fault !== 'never says a word') send({ type: 'ready', engineLabel: 'Faulty', parameters: { G: 1, D: 1 }, matched: null })
  faults[fault]?.()
})
process.on('SIGTERM', () => {})
process.on('disconnect', () => process.exit(1))
