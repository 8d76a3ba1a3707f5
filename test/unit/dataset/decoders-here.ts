/** Decoders whose processes are this one, so that tests need start none and can make its calls fail. */
import type { ProcessExit } from '../../../src/contract/child-process.ts'
import { Decoders, type SpawnDecoder } from '../../../src/dataset/decoders.ts'
import { decode, type DecodeReply } from '../../../src/dataset/decoding.ts'
import { Originals, type ReferenceOf } from '../../../src/dataset/originals.ts'

export const decodersHere = (dataFolder: string, referenceOf: ReferenceOf = () => null): Decoders => new Decoders({ spawn: spawnHere, dataFolder, referenceOf })

export const spawnHere: SpawnDecoder = () => {
  let say: (reply: DecodeReply) => void = () => {}
  let exit: (how: ProcessExit) => void = () => {}
  return {
    pid: undefined,
    send: (command) => {
      if ('cancel' in command) return
      const originals = new Originals(command.dataFolder)
      void Promise.all(command.sources.map((source) => decode(command.task, source, originals))).then((outcomes) => say({ type: 'done', id: command.id, outcomes }))
    },
    onMessage: (listener) => void (say = listener),
    onExit: (listener) => void (exit = listener),
    kill: () => exit({ code: null, signal: 'SIGKILL', stderr: '' }),
  }
}
