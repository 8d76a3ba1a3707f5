// `npm start`: does all set-up and opens the studio.
import { runOnNode24 } from './set-up/bootstrap.mjs'

await runOnNode24('build/start.ts')
