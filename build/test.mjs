// `npm test`: everything but the long benchmarks, with its own set-up.
import { runOnNode24 } from './set-up/bootstrap.mjs'

await runOnNode24('build/test.ts')
